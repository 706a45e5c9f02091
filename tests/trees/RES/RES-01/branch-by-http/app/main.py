from fastapi import FastAPI
from openai import OpenAI

from app.config import settings
from app.images import provider

app = FastAPI()
client = OpenAI()


@app.post("/ask")
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    provider(settings).draw(question)
    return reply.choices[0].message.content
