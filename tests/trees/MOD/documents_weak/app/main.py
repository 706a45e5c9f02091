from fastapi import FastAPI
from openai import OpenAI

from app.titles import title

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(text: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1-2025-04-14", messages=[{"role": "user", "content": text}]
    )
    return title(reply.choices[0].message.content)
