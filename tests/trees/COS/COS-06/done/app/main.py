from fastapi import FastAPI
from langchain_core.messages import trim_messages
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field

from app.store import read_history

app = FastAPI()
model = ChatOpenAI(model="gpt-4o")


class ChatRequest(BaseModel):
    message: str = Field(max_length=8000)
    session: str


@app.post("/chat")
def chat(body: ChatRequest) -> str:
    history = read_history(body.session)
    window = trim_messages([*history, ("user", body.message)], max_tokens=4000, token_counter=model)
    return model.invoke(window).content
