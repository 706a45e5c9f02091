from typing import Annotated

from accounts import users
from fastapi import Depends, FastAPI, HTTPException, Request
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def current_user(request: Request) -> object:
    user = users.by_token(request.headers["x-token"])
    if user is None:
        raise HTTPException(status_code=401)
    return user


@app.post("/chat")
def chat(question: str, user: Annotated[object, Depends(current_user)]) -> str:
    return client.responses.create(model="gpt-5-mini", input=question).output_text
