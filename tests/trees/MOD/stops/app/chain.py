from fastapi import FastAPI
from langchain.chat_models import init_chat_model
from langchain_core.runnables import RunnableLambda

from app.short import short

app = FastAPI()


class CutOffError(Exception):
    pass


def whole(message):
    reason = message.response_metadata.get("stop_reason")
    if reason == "max_tokens":
        raise CutOffError(message.id)
    if reason == "refusal":
        return "I cannot help with this."
    return message.content


chain = init_chat_model("anthropic:claude-sonnet-4-6", temperature=0) | RunnableLambda(whole)


@app.post("/ask")
def ask(text: str) -> str:
    return short(chain.invoke(text))
