from langchain.agents import create_agent
from langchain.agents.middleware import SummarizationMiddleware

from guards import IngressGuards

agent = create_agent(
    "openai:gpt-4o",
    tools=[],
    middleware=[IngressGuards(), SummarizationMiddleware(model="openai:gpt-4o-mini")],
)


def answer(text: str) -> str:
    return agent.invoke({"messages": [{"role": "user", "content": text}]})["messages"][-1].content
