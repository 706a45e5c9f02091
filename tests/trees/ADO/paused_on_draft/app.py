from fastapi import FastAPI
from langgraph.types import interrupt
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/letters")
def write(topic: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "user", "content": topic}]
    )
    decision = interrupt({"draft": reply.choices[0].message.content})
    return decision["text"]


@app.post("/stuck")
def handoff_to_agent(transcript: str) -> None:
    print("redirect_to_agent", transcript)
