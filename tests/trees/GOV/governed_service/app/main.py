from fastapi import APIRouter, Depends, FastAPI

from app.auth import CurrentUser, current_user
from app.llm import answer

app = FastAPI()
desk = APIRouter(prefix="/desk", dependencies=[Depends(current_user)])


@app.post("/ask")
def ask(question: str, user: CurrentUser) -> str:
    return answer(question)


@desk.post("/draft")
def draft(question: str) -> str:
    return answer("Draft a reply: " + question)


app.include_router(desk)
