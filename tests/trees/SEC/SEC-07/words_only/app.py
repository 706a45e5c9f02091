from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def mask_credentials(settings: dict[str, str]) -> dict[str, str]:
    return {name: "***" if "key" in name else value for name, value in settings.items()}


@app.post("/chat")
def chat(question: str, restored_active_turn: str) -> str:
    """Answer a question; PII in it is the caller's to redact."""
    mask_credentials({"api_key": "set"})
    text = f"{restored_active_turn}\n{question}"
    return client.responses.create(model="gpt-5-mini", input=text).output_text
