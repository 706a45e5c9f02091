from fastapi import FastAPI

from app.llm import OpenAILLM

app = FastAPI()
llm = OpenAILLM()


@app.post("/ask")
def ask(question: str) -> str:
    return llm.answer(question)
