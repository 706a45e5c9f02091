import os

import httpx


def answer(question: str) -> str:
    reply = httpx.post(
        "https://api.openai.com/v1/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": "gpt-5-mini", "messages": [{"role": "user", "content": question}]},
        timeout=30,
    )
    return reply.json()["choices"][0]["message"]["content"]
