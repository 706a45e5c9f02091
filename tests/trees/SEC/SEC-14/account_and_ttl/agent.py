from fastapi import FastAPI
from langchain_openai import ChatOpenAI
from langgraph.graph import MessagesState, StateGraph
from langgraph_sdk import get_client

app = FastAPI()
model = ChatOpenAI(model="gpt-5-mini")


def answer(state: MessagesState) -> dict[str, list[object]]:
    return {"messages": [model.invoke(state["messages"])]}


graph = StateGraph(MessagesState).add_node(answer).compile()


@app.post("/chat")
async def chat(text: str) -> object:
    return await graph.ainvoke({"messages": [("user", text)]})


@app.delete("/threads/{thread_id}")
async def forget(thread_id: str) -> None:
    await get_client().threads.delete(thread_id)
