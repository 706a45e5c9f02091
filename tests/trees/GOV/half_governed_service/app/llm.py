"""The answers of the help desk."""

import os

from openai import OpenAI

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"], timeout=30)


def answer(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1-2025-04-14", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content or ""
