import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from openai import OpenAI
from opensearchpy import OpenSearch

app = FastAPI()
KEY = os.environ["JWT_PUBLIC_KEY"]
client = OpenAI()
index = OpenSearch()


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


@app.post("/ask")
def ask(question: str, user: Annotated[User, Depends(current_user)]) -> str:
    body = {
        "query": {
            "knn": {
                "embedding": {
                    "vector": embed(question),
                    "k": 5,
                    "filter": {"term": {"owner": user.id}},
                }
            }
        }
    }
    return answer(question, index.search(index="notes", body=body))
