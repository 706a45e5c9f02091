"""The support lead's summary of the day."""

from app.llm import anthropic_client
from app.prompts import load_prompt
from app.settings import settings


def summarise(tickets: list[str]) -> str:
    """A summary of the day's tickets in at most 200 words."""
    message = anthropic_client.messages.create(
        model=settings.summary_model,
        system=load_prompt("summary.v1"),
        messages=[{"role": "user", "content": "\n---\n".join(tickets)}],
        max_tokens=500,
    )
    return "".join(block.text for block in message.content if block.type == "text")
