import asyncio

from fastapi import FastAPI

from app.llm import reply

app = FastAPI()


@app.post("/chat")
async def chat(text: str) -> dict[str, str]:
    try:
        return {"answer": await reply(text)}
    except Exception as error:
        return {"error": str(error)}


@app.post("/summaries")
async def summaries(texts: list[str]) -> list[str]:
    return await asyncio.gather(*[reply(text) for text in texts])
