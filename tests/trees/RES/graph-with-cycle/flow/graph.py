from langchain_openai import ChatOpenAI
from langgraph.graph import END, StateGraph

model = ChatOpenAI(model="gpt-4o-2024-08-06", timeout=30)


def search(query: str) -> str:
    """Search the archive for what was written about a subject before."""
    return f"nothing about {query}"


def write(state: dict) -> dict:
    reply = model.bind_tools([search]).invoke(state["task"])
    found = [search(**call["args"]) for call in reply.tool_calls]
    return {"draft": reply.content, "found": found}


def review(state: dict) -> dict:
    return {"verdict": model.invoke(state["draft"]).content}


def build():
    graph = StateGraph(dict)
    graph.add_node("write", write)
    graph.add_node("review", review)
    graph.add_edge("write", "review")
    graph.add_conditional_edges("review", lambda s: s["verdict"], {"accept": END, "revise": "write"})
    return graph.compile()


def run(task: str) -> dict:
    return build().invoke({"task": task})


def run_bounded(task: str) -> dict:
    return build().invoke({"task": task}, config={"recursion_limit": 12})
