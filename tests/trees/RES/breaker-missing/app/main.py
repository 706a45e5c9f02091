from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()


def make() -> OpenAI:
    return OpenAI(timeout=30)


@app.post("/answer")
def answer(question: str) -> str:
    return make().responses.create(model="gpt-4o-2024-08-06", input=question).output_text
