"""A graph that answers."""

from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph

model = ChatOpenAI(model="gpt-4.1-mini")


def reply(state: MessagesState) -> dict:
    """The next message."""
    return {"messages": [model.invoke(state["messages"])]}


def shorten(state: MessagesState) -> dict:
    """Keep the state as it is."""
    return {}


builder = StateGraph(MessagesState).add_node("reply", reply).add_node("shorten", shorten)
builder = builder.add_edge(START, "reply").add_edge("reply", "shorten").add_edge("shorten", END)
graph = builder.compile()
