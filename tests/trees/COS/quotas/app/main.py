from fastapi import Depends, FastAPI, HTTPException
from openai import OpenAI
from slowapi import Limiter
from slowapi.util import get_remote_address

from app.usage import messages_today, tokens_used_today

app = FastAPI()
client = OpenAI(timeout=20)
limiter = Limiter(key_func=get_remote_address)
DAILY_TOKENS = 50_000
MAX_MESSAGES_PER_DAY = 20


def within_budget(user: str) -> None:
    if tokens_used_today(user) >= DAILY_TOKENS:
        raise HTTPException(429, "quota")


def ask_model(text: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=text).output_text


@app.post("/ask", dependencies=[Depends(within_budget)])
def ask(text: str) -> str:
    return ask_model(text)


@app.post("/counted")
def counted(text: str, user: str) -> str:
    if messages_today(user) > MAX_MESSAGES_PER_DAY:
        raise HTTPException(429, "quota")
    return ask_model(text)


@app.post("/rated")
@limiter.limit("10/minute")
def rated(text: str) -> str:
    return ask_model(text)


@app.post("/cut")
def cut(texts: list[str]) -> str:
    total_tokens = 0
    kept = []
    for text in texts:
        total_tokens += len(text) // 4
        if total_tokens > 4000:
            break
        kept.append(text)
    return ask_model("".join(kept))
