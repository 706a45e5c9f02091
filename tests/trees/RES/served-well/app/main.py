import openai
from fastapi import Depends, FastAPI, HTTPException, Request
from openfeature import api
from slowapi import Limiter

from app.db import session
from app.llm import reply

app = FastAPI()
limiter = Limiter(key_func=lambda request: request.headers["x-user"])
flags = api.get_client()


@app.get("/health/ready")
async def ready() -> dict[str, str]:
    await session.execute("SELECT 1")
    return {"status": "ready"}


@app.post("/chat")
@limiter.limit("20/minute")
async def chat(request: Request, text: str) -> dict[str, str]:
    if not flags.get_boolean_value("ai.chat", False):
        return {"answer": "The assistant is switched off."}
    try:
        return {"answer": await reply(text)}
    except openai.APIError:
        raise HTTPException(503, {"code": "llm_unavailable"})
