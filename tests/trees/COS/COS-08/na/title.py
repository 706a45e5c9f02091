from anthropic import Anthropic

client = Anthropic()


def title(text: str) -> str:
    reply = client.messages.create(
        model="claude-haiku-4-5", max_tokens=60, system="Write a title.",
        messages=[{"role": "user", "content": text}],
    )
    return reply.content[0].text
