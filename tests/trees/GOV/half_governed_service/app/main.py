from fastapi import Depends, FastAPI

from app.auth import authenticated, with_key
from app.llm import answer

app = FastAPI()


@app.post("/ask", dependencies=[Depends(authenticated)])
def ask(question: str) -> str:
    return answer(question)


@app.post("/draft", dependencies=[Depends(with_key)])
def draft(question: str) -> str:
    return answer(question)


@app.post("/guess")
def guess(question: str) -> str:
    return answer(question)
