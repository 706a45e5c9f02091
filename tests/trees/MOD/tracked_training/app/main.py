from fastapi import FastAPI
from transformers import pipeline

app = FastAPI()
rewrite = pipeline("text-generation", model="out/checkpoint-final")


@app.post("/rewrite")
def answer(text: str) -> str:
    return rewrite(text)[0]["generated_text"]
