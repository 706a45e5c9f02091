from fastapi import FastAPI
from openai import OpenAI
from circuitbreaker import circuit

app = FastAPI()
client = OpenAI(timeout=30)


@circuit(failure_threshold=5, recovery_timeout=30)
def ask(question: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=question).output_text


@app.post("/answer")
def answer(question: str) -> str:
    return ask(question)
