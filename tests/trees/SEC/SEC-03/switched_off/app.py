import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from openai import OpenAI
from settings import settings

app = FastAPI()
client = OpenAI()


def authenticated(authorization: Annotated[str, Header()] = "") -> bool:
    if not settings.auth.enabled:
        return True
    if not secrets.compare_digest(authorization, settings.auth.secret):
        raise HTTPException(status_code=401)
    return True


@app.post("/chat", dependencies=[Depends(authenticated)])
def chat(question: str) -> str:
    return client.responses.create(model="gpt-5-mini", input=question).output_text
