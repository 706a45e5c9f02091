from fastapi import FastAPI
from openai import OpenAI

from app.database import session
from app.models import Letter, ReviewState

app = FastAPI()
client = OpenAI()


@app.post("/letters")
def write(topic: str) -> None:
    reply = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "user", "content": topic}]
    )
    session.add(Letter(text=reply.choices[0].message.content, state=ReviewState.DRAFT))
    session.commit()


@app.post("/letters/{letter_id}/approve")
def approve(letter_id: int) -> None:
    session.get(Letter, letter_id).state = ReviewState.APPROVED
    session.commit()
