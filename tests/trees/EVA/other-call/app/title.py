"""Names a conversation."""

from openai import OpenAI

client = OpenAI()


def title(question: str) -> str:
    """A title of a few words."""
    reply = client.responses.create(model="gpt-4.1-nano", input=question, max_output_tokens=20)
    return reply.output_text
