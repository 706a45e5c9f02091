import asyncio
import os

from fastapi import BackgroundTasks, FastAPI, HTTPException

from app.llm import reply
from app.limits import limiter

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/chat")
async def chat(text: str) -> dict[str, str]:
    if os.environ.get("CHAT_DISABLED"):
        raise HTTPException(404, "not here")
    if os.environ.get("REDIS_URL") and not await limiter.hit(text):
        raise HTTPException(429, "slow down")
    try:
        return {"answer": await reply(text)}
    except Exception:
        raise HTTPException(503, "the assistant is unavailable")


async def summarise_all(texts: list[str]) -> list[str]:
    return await asyncio.gather(*[reply(text) for text in texts])


@app.post("/summaries")
async def summaries(texts: list[str], tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(summarise_all, texts)
    return {"state": "accepted"}
