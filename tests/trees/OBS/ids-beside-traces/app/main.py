import logfire
import posthog
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=20)
logfire.configure()
logfire.instrument_openai()


@app.post("/ask")
def ask(text: str, user: str) -> str:
    posthog.capture("asked", {"user_id": user, "session_id": "s"})
    return client.responses.create(model="gpt-4o-2024-08-06", input=text).output_text
