from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=20)


@app.post("/ask")
def ask(text: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=text).output_text
