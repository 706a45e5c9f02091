import asyncio
import logging

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI

app = FastAPI()
client = AsyncOpenAI()
logger = logging.getLogger(__name__)


async def answer(question: str, events: asyncio.Queue) -> None:
    reply = await client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    await events.put({"text": reply.choices[0].message.content})
    await events.put(None)


@app.get("/message")
async def message(question: str) -> StreamingResponse:
    events: asyncio.Queue = asyncio.Queue()

    async def publish():
        task = asyncio.create_task(answer(question, events))
        status = "PENDING"
        try:
            while (event := await events.get()) is not None:
                yield f"data: {event}\n\n"
            if task.exception():
                raise ValueError("no answer") from task.exception()
            status = "SUCCESS"
        except Exception:
            logger.exception("the model did not answer")
            status = "ERROR"
        yield f"data: {status}\n\n"

    return StreamingResponse(publish(), media_type="text/event-stream")
