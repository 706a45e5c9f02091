"""Answers questions about orders."""

from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=30)
SYSTEM_PROMPT = """You answer questions about orders of the shop, in the language of the customer.
Stay with what the order system says. Say so when you do not know the answer, and offer to hand the
conversation over to a person of the support team. Never promise a refund or a date of delivery."""


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
