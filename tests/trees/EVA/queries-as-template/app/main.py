"""Answers questions out of the handbook."""

from fastapi import FastAPI
from openai import OpenAI

from app.search import search

app = FastAPI()
client = OpenAI()
PROMPT = """You answer questions about the shop with the articles below, and with nothing else. Do not make
up an answer: when the articles do not tell it, say so. Name the number of each article in brackets.

{articles}"""


@app.post("/answers")
def answer(question: str) -> str:
    """The answer to a customer's question."""
    articles = "\n".join(article["text"] for article in search(question))
    completion = client.chat.completions.create(
        model="gpt-4.1-mini-2025-04-14",
        max_tokens=600,
        messages=[
            {"role": "system", "content": PROMPT.format(articles=articles)},
            {"role": "user", "content": question},
        ],
    )
    return completion.choices[0].message.content or ""
