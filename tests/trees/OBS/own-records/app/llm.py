import logging

import anthropic

from app.store import save_answer

log = logging.getLogger(__name__)
client = anthropic.Anthropic(timeout=20)
MODEL = "claude-sonnet-4-5-20250929"


def ask(prompt: str) -> anthropic.types.Message:
    reply = client.messages.create(
        model=MODEL, max_tokens=500, messages=[{"role": "user", "content": prompt}]
    )
    log.info("llm call", extra={"prompt": prompt, "answer": reply.content, "usage": reply.usage})
    return reply


def title(text: str) -> str:
    reply = client.messages.create(
        model=MODEL, max_tokens=50, messages=[{"role": "user", "content": text}]
    )
    written = reply.content[0].text
    save_answer(written)
    return written


def summary(text: str) -> str:
    reply = client.messages.create(
        model=MODEL, max_tokens=200, messages=[{"role": "user", "content": text}]
    )
    print(f"{reply.usage.input_tokens} tokens: {reply.content[0].text}")
    return reply.content[0].text


class Counter:
    def __init__(self) -> None:
        self.tokens = 0

    def rank(self, text: str) -> str:
        reply = client.messages.create(
            model=MODEL, max_tokens=200, messages=[{"role": "user", "content": text}]
        )
        self.tokens += reply.usage.output_tokens
        return reply.content[0].text
