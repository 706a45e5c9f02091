import newrelic.agent
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@newrelic.agent.background_task()
@app.post("/ask")
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content or ""
