from fastapi import FastAPI
from openai import OpenAI

from prompts import PROMPTS

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(question: str, name: str) -> str:
    prompt = PROMPTS.get_template(name).render(question=question)
    return client.responses.create(model="gpt-5-mini", input=prompt).output_text
