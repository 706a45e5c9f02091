from fastapi import Depends, FastAPI, Request

from app.llm import answer

app = FastAPI()


def context(request: Request) -> dict:
    return {"locale": request.headers.get("Accept-Language", "en")}


@app.post("/ask")
def ask(question: str, ctx: dict = Depends(context)) -> str:
    return answer(question)
