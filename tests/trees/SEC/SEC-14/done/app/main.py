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


@app.delete("/me/conversations", status_code=204)
def erase(user: User, db: Database) -> None:
    db.query(Conversation).filter(Conversation.user_id == user).delete()
    db.commit()
