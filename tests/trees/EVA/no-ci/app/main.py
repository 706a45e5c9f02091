"""Answers questions of customers."""

from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=30)


@app.post("/answers")
def answer(question: str) -> str | None:
    """The answer to a customer's question."""
    completion = client.chat.completions.create(
        model="gpt-4.1-mini-2025-04-14",
        messages=[{"role": "user", "content": question}],
    )
    return completion.choices[0].message.content
