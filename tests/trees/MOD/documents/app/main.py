from fastapi import FastAPI
from openai import OpenAI

from app.models import ANSWER, TITLE

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(text: str) -> str:
    reply = client.chat.completions.create(model=ANSWER, messages=[{"role": "user", "content": text}])
    choice = reply.choices[0]
    if choice.finish_reason == "length":
        raise ValueError("the answer was cut off")
    return choice.message.content


@app.post("/title")
def title(text: str) -> str:
    reply = client.chat.completions.create(model=TITLE, messages=[{"role": "user", "content": text}])
    print(reply.choices[0].finish_reason)
    return reply.choices[0].message.content
