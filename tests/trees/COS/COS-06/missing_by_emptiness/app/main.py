"""Answers messages."""

from fastapi import FastAPI, HTTPException
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/answers")
def answer(message: str) -> str:
    """The answer to a message."""
    if len(message) < 1:
        raise HTTPException(422, "Write something.")
    reply = client.responses.create(model="gpt-4.1-mini", input=message, max_output_tokens=600)
    return reply.output_text
