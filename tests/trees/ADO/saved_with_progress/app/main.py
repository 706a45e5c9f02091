from fastapi import FastAPI
from openai import OpenAI

from app.database import session
from app.models import MessageState

app = FastAPI()
client = OpenAI()


@app.post("/letters")
def write(topic: str) -> None:
    reply = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "user", "content": topic}]
    )
    text = reply.choices[0].message.content
    session.add({"text": text, "state": MessageState.SUCCESS})


@app.post("/friends/{friend_id}/approve")
def approve_invite(friend_id: int) -> None:
    session.add({"friend": friend_id})
