import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from openai import OpenAI
from pinecone import Pinecone
from pydantic import BaseModel

app = FastAPI()
KEY = os.environ["JWT_PUBLIC_KEY"]
client = OpenAI()
index = Pinecone().Index("notes")


def current_user(request: Request) -> User:
    try:
        claims = jwt.decode(request.headers["authorization"], KEY, algorithms=["RS256"])
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)
    return users.get(claims["sub"])


def embed(text: str) -> list[float]:
    made = client.embeddings.create(model="text-embedding-3-small", input=text)
    return made.data[0].embedding


def answer(question: str, found) -> str:
    prompt = f"{question}\n\n{found}"
    return client.responses.create(model="gpt-4o", input=prompt).output_text


def groups_for(user: User, asked: list[str]) -> list[str]:
    print(f"{user.name} asks for {len(asked)} groups")
    return asked


class Search(BaseModel):
    question: str
    group_ids: list[str]


@app.post("/ask")
def ask(search: Search, user: Annotated[User, Depends(current_user)]) -> str:
    where = {"group": {"$in": groups_for(user, search.group_ids)}}
    found = index.query(vector=embed(search.question), top_k=5, filter=where)
    return answer(search.question, found)
