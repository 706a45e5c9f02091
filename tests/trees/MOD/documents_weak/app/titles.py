from openai import OpenAI

client = OpenAI()


def title(text: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1-nano-2025-04-14", messages=[{"role": "user", "content": text}]
    )
    return reply.choices[0].message.content
