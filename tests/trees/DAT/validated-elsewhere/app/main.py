from fastapi import FastAPI
from langchain_community.document_loaders import PyPDFLoader
from langchain_postgres import PGVector
from pydantic import BaseModel

from app.answer import answer

app = FastAPI()


class Message(BaseModel):
    content: str


class Room(BaseModel):
    title: str
    messages: list[Message]
    documents: list[str]


def room_of(rows: list[dict]) -> Room:
    return Room(title=rows[0]["title"], messages=[Message(**row) for row in rows], documents=["a.pdf"])


def store() -> PGVector:
    return PGVector(connection="postgresql://db/app", embeddings=None, collection_name="pages")


@app.post("/rooms/{room}/ask")
def ask(room: str, question: str) -> str:
    held = room_of([{"title": room, "content": question}])
    for name in held.documents:
        pages = PyPDFLoader(name).load()
        store().add_documents(pages)
    return answer(question, [page.page_content for page in store().similarity_search(question, k=4)])
