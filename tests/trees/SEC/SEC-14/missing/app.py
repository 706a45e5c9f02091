import os

from fastapi import FastAPI
from openai import OpenAI
from pymongo import MongoClient

app = FastAPI()
client = OpenAI()
database = MongoClient(os.environ["MONGO_URL"])["support"]


@app.post("/chat")
def chat(session: str, text: str) -> str:
    reply = client.responses.create(model="gpt-5-mini", input=text).output_text
    database.conversations.update_one(
        {"session": session}, {"$push": {"messages": {"question": text, "answer": reply}}}, upsert=True
    )
    return reply
