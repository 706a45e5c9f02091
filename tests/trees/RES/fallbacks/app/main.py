from fastapi import FastAPI
from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI

from app.rules import canned

app = FastAPI()
first = ChatOpenAI(model="gpt-4o-2024-08-06", timeout=30)
second = ChatAnthropic(model="claude-haiku-4-5-20251001", timeout=30)
model = first.with_fallbacks([second])
fallback_tokenizer = "cl100k_base"


@app.post("/answer")
def answer(question: str) -> str:
    return model.invoke(question).content


@app.post("/title")
def title(text: str) -> str:
    try:
        return first.invoke(text).content
    except Exception:
        return canned(text)


@app.post("/cached")
def cached(text: str) -> str:
    try:
        return first.invoke(text).content
    except Exception:
        stored = fallback_answer(text)
        return stored


@app.post("/summary")
def summary(text: str) -> str:
    return first.invoke(f"Summarise the following in one sentence, {fallback_tokenizer}: {text}").content


def fallback_answer(text: str) -> str:
    return "Please write to our office; a person will answer you there."
