from fastapi import FastAPI
from llm_guard import scan_output, scan_prompt  # noqa: F401
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(question: str) -> str:
    return client.responses.create(model="gpt-5-mini", input=question).output_text
