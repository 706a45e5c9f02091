"""Drafts."""

from openai import OpenAI

client = OpenAI()


def write(research: str, products: str, language: str) -> str:
    """A draft."""
    wanted = f"Write in {language} about {research} with {products}."
    reply = client.responses.create(model="gpt-4.1-mini", input=wanted, max_output_tokens=900)
    return reply.output_text
