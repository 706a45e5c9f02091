from datetime import datetime

from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/greeting")
def greeting() -> str:
    prompt = f"Write a friendly greeting for people who come today, on {datetime.now()}."
    return client.responses.create(model="gpt-4o", input=prompt).output_text


@app.post("/chat")
def chat(limit: int) -> str:
    prompt = f"Write a poem about the sea and its ships in at most {limit} words."
    return client.responses.create(model="gpt-4o", input=prompt).output_text
