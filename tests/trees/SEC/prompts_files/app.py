import prompty
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/ask")
def ask(question: str) -> str:
    messages = prompty.prepare(prompty.load("chat.prompty"), {"question": question})
    response = client.chat.completions.create(model="gpt-4o", messages=messages)
    return response.choices[0].message.content
