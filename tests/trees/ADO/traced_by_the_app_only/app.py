from azure.monitor.opentelemetry import configure_azure_monitor
from fastapi import FastAPI
from openai import OpenAI

configure_azure_monitor()
app = FastAPI()
client = OpenAI()


@app.post("/ask")
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content or ""
