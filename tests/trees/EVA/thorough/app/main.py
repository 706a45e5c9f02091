"""Answers questions from the help articles, and cancels orders."""

from fastapi import FastAPI
from openai import OpenAI

from app.search import search

app = FastAPI()
client = OpenAI(timeout=30)
SYSTEM_PROMPT = """You answer questions about orders of the shop, in the language of the customer.
Stay with what the order system says. Say so when you do not know the answer, and offer to hand the
conversation over to a person of the support team. Never promise a refund or a date of delivery."""
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "cancel_order",
            "description": "Cancel an order that has not been sent yet.",
            "parameters": {"type": "object", "properties": {"number": {"type": "string"}}},
        },
    }
]


def embed(text: str) -> list[float]:
    """The vector of a text."""
    return client.embeddings.create(model="text-embedding-3-small", input=text).data[0].embedding


@app.post("/answers")
def answer(question: str) -> dict[str, object]:
    """The answer to a customer's question, and the calls that were made."""
    completion = client.chat.completions.create(
        model="gpt-4.1-mini-2025-04-14",
        messages=[
            {"role": "system", "content": SYSTEM_PROMPT + str(search(question)) + str(embed(question))},
            {"role": "user", "content": question},
        ],
        tools=TOOLS,
    )
    message = completion.choices[0].message
    calls = [cancel(call.function.arguments) for call in message.tool_calls or ()]
    return {"text": message.content, "calls": calls}


def cancel(number: str) -> str:
    """Cancel an order."""
    return f"cancelled {number}"
