from flask import Flask, request
from flask_login import current_user, login_required
from openai import OpenAI
from pgvector.sqlalchemy import Vector
from sqlalchemy import Column, Integer, Text, select
from sqlalchemy.orm import Session, declarative_base

app = Flask(__name__)
client = OpenAI()
Base = declarative_base()


class Note(Base):
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    tenant = Column(Integer)
    content = Column(Text)
    embedding = Column(Vector(1536))


@app.post("/ask")
@login_required
def ask():
    question = request.json["question"]
    made = client.embeddings.create(model="text-embedding-3-small", input=question)
    nearest = (
        select(Note)
        .where(Note.tenant == current_user.tenant)
        .order_by(Note.embedding.cosine_distance(made.data[0].embedding))
        .limit(5)
    )
    with Session(engine) as session:
        notes = session.scalars(nearest).all()
    prompt = f"{question}\n\n{notes}"
    return client.responses.create(model="gpt-4o", input=prompt).output_text
