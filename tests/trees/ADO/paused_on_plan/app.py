from fastapi import FastAPI
from langgraph.types import interrupt
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/letters")
def write(topic: str) -> str:
    plan = interrupt({"plan": topic, "tool": "search"})
    reply = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "user", "content": plan}]
    )
    return reply.choices[0].message.content or ""
