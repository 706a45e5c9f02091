from fastapi import FastAPI, HTTPException, Request
from openai import OpenAI

app = FastAPI()
client = OpenAI()
LIMIT = 8000


@app.post("/ask")
async def ask(request: Request) -> str:
    body = await request.json()
    question = body["question"]
    if len(question) > LIMIT:
        raise HTTPException(413, "too long")
    return client.responses.create(model="gpt-4o", input=question).output_text


@app.get("/short")
def short(text: str) -> str:
    return client.responses.create(model="gpt-4o", input=text[:2000]).output_text
