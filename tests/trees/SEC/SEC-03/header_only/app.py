from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def current_user(request: Request) -> str:
    token = request.headers.get("authorization")
    if token is None:
        raise HTTPException(status_code=401)
    return "somebody"


@app.post("/chat")
def chat(question: str, user: Annotated[object, Depends(current_user)]) -> str:
    return client.responses.create(model="gpt-5-mini", input=question).output_text
