from openai import OpenAI

client = OpenAI(timeout=20)


def short(text: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1-2025-04-14", messages=[{"role": "user", "content": text}]
    )
    message = reply.choices[0].message
    if not message.content:
        if message.refusal:
            return "The model refused to shorten this."
        raise ValueError("empty answer")
    return message.content
