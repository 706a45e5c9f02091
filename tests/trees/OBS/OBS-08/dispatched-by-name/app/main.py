from fastapi import FastAPI
from openai import OpenAI
from pymongo import MongoClient

from app.tools.notes import NotesTool

app = FastAPI()
client = OpenAI()
tool = NotesTool(MongoClient().app.notes)


@app.post("/ask")
def ask(question: str) -> str:
    tools = [{"type": "function", "function": each} for each in tool.actions()]
    reply = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}], tools=tools
    )
    for call in reply.choices[0].message.tool_calls or []:
        tool.execute_action(call.function.name)
    return reply.choices[0].message.content
