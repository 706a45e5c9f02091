import os
from typing import Annotated

from fastapi import Depends, FastAPI
from openai import OpenAI
from sqlalchemy.orm import Session

from app.auth import current_user
from app.db import get_db
from app.models import Conversation, Message

Database = Annotated[Session, Depends(get_db)]
User = Annotated[int, Depends(current_user)]
app = FastAPI()
client = OpenAI()


@app.post("/conversations/{conversation_id}/messages")
def answer(conversation_id: int, text: str, db: Database) -> str:
    db.add(Message(conversation_id=conversation_id, role="user", content=text))
    reply = client.responses.create(model="gpt-5-mini", input=text).output_text
    db.add(Message(conversation_id=conversation_id, role="assistant", content=reply))
    db.commit()
    return reply

HARD_DELETE = os.environ.get("HARD_DELETE_CHATS", "") == "true"


def erase_messages(conversation_id: int, db: Session) -> None:
    db.query(Message).filter(Message.conversation_id == conversation_id).delete()


def delete_all_conversations(user: int, db: Session, hard: bool = HARD_DELETE) -> None:
    mine = db.query(Conversation).filter(Conversation.user_id == user)
    if hard:
        for conversation in mine.all():
            erase_messages(conversation.id, db)
    else:
        mine.update({"deleted": True})
    db.commit()


@app.delete("/me/conversations", status_code=204)
def forget(user: User, db: Database) -> None:
    delete_all_conversations(user, db)
