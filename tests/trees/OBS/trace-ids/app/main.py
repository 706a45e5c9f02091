from fastapi import FastAPI
from langfuse import get_client, observe
from langfuse.openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=20)
langfuse = get_client()


@observe()
def answer(text: str, user: str, session: str) -> str:
    langfuse.update_current_trace(user_id=user, session_id=session)
    return client.responses.create(model="gpt-4o-2024-08-06", input=text).output_text


@app.post("/ask")
def ask(text: str, user: str, session: str) -> str:
    return answer(text, user, session)
