from fastapi import FastAPI
from openai import OpenAI
from pydantic import BaseModel

app = FastAPI()
client = OpenAI()


class ChatRequest(BaseModel):
    messages: list[dict]
    report_type: str


@app.post("/chat")
def chat(body: ChatRequest) -> str:
    reply = client.chat.completions.create(model="gpt-4o", messages=body.messages)
    return reply.choices[0].message.content
