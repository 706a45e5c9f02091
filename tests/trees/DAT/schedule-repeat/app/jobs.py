import schedule
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import DeclarativeBase, Session
from pgvector.sqlalchemy import Vector

from app.feeds import entries


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    text = Column(String)
    embedding = Column(Vector(1536))
    embedding_model = Column(String)


def store(session: Session) -> None:
    for text, vector in entries():
        session.add(Note(text=text, embedding=vector))
    session.commit()


@schedule.repeat(schedule.every(22).to(25).hours)
def refresh() -> None:
    with Session() as session:
        store(session)


def rename(session: Session, note: Note) -> None:
    note.embedding_model = "text-embedding-3-small"
    session.commit()
