from cachetools import TTLCache, cached
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()
answers: TTLCache[str, str] = TTLCache(maxsize=500, ttl=300)


@cached(answers)
def reply_to(text: str) -> str:
    return client.responses.create(model="gpt-5-mini", input=text).output_text


@app.post("/chat")
def chat(messages: list[dict[str, str]]) -> str:
    """The browser keeps the conversation and sends it along."""
    return reply_to(messages[-1]["content"])
