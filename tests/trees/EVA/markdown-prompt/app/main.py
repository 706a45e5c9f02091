"""Answers questions about orders."""

from pathlib import Path

from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=30)
SYSTEM_PROMPT = (Path(__file__).parent / "prompts" / "answer.md").read_text()


@app.post("/answers")
def answer(question: str) -> str:
    """The answer to a customer's question."""
    completion = client.chat.completions.create(
        model="gpt-4.1-mini-2025-04-14",
        messages=[
            {"role": "system", "content": SYSTEM_PROMPT},
            {"role": "user", "content": question},
        ],
    )
    return completion.choices[0].message.content or ""
