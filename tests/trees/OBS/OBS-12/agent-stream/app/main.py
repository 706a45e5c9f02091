from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from llama_index.agent.openai import OpenAIAgent
from llama_index.llms.openai import OpenAI

from app.tools import orders

app = FastAPI()


@app.post("/ask")
async def ask(question: str) -> StreamingResponse:
    agent = OpenAIAgent.from_tools([orders], llm=OpenAI(model="gpt-4o"), max_function_calls=3)
    answer = await agent.astream_chat(question)
    return StreamingResponse(answer.async_response_gen())
