from company_prompts import REGISTRY
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/ask")
def ask(id: int) -> str:
    text = REGISTRY.current
    return client.responses.create(model="gpt-4o", input=text).output_text
