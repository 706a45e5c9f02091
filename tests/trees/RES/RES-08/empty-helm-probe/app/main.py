from fastapi import APIRouter, FastAPI
from openai import OpenAI
from sqlalchemy import text

from app.db import session

client = OpenAI(timeout=20)
health_router = APIRouter()
api_router = APIRouter()


@health_router.get("/")
async def health() -> dict[str, str]:
    await session.execute(text("SELECT 1"))
    return {"status": "alive"}


@api_router.post("/ask")
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content


api_router.include_router(health_router, prefix="/health")
app = FastAPI()
app.include_router(api_router, prefix="/api")
