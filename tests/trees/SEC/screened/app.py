from fastapi import FastAPI, HTTPException
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def flagged(text: str) -> bool:
    return client.moderations.create(model="omni-moderation-latest", input=text).results[0].flagged


def check_moderation(text: str) -> None:
    if flagged(text):
        raise HTTPException(400, "This cannot be answered.")


@app.post("/chat")
def chat(question: str) -> str:
    check_moderation(question)
    response = client.responses.create(model="gpt-4o", input=question)
    answer = response.output_text
    check_moderation(answer)
    return answer
