from fastapi import FastAPI
from openai import OpenAI
from sentence_transformers import SentenceTransformer

app = FastAPI()
client = OpenAI()
encoder = SentenceTransformer("nomic-ai/nomic-embed-text-v1")


@app.post("/ask")
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1-2025-04-14", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content or ""
