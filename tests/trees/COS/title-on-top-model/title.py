from anthropic import Anthropic

MODEL = "claude-opus-4-1-20250805"
client = Anthropic()


def title_of(conversation: str) -> str:
    """A title of a few words."""
    prompt = f"Name this conversation: {conversation}"
    reply = client.messages.create(
        model=MODEL,
        max_tokens=20,
        messages=[{"role": "user", "content": prompt}],
    )
    return reply.content[0].text
