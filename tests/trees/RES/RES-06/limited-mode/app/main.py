from fastapi import FastAPI, HTTPException
from openai import OpenAI

from app.agents import Agent, agent_of
from app.usage import requests_today

app = FastAPI()
client = OpenAI(timeout=20)


def check_usage(agent: Agent) -> None:
    limited_mode = agent.limited_mode
    if not limited_mode:
        return
    if requests_today(agent.key) >= agent.request_limit:
        raise HTTPException(status_code=429, detail="Limit reached.")


@app.post("/ask")
def ask(question: str, key: str) -> str:
    check_usage(agent_of(key))
    reply = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content
