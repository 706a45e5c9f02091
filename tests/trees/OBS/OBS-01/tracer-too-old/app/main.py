import sentry_sdk
from fastapi import FastAPI
from openai import OpenAI

sentry_sdk.init(dsn="https://public@sentry.example.com/1", traces_sample_rate=1.0)
app = FastAPI()
client = OpenAI()


@app.post("/ask")
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content
