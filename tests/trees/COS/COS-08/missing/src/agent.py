from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic
from langchain_core.tools import tool


@tool
def look_up(name: str) -> str:
    """Look up the name of a person in the directory."""
    return name


agent = create_agent(
    ChatAnthropic(model="claude-sonnet-4-5"), tools=[look_up], system_prompt="Help the staff find people."
)


def answer(text: str) -> str:
    return agent.invoke({"messages": [{"role": "user", "content": text}]})["messages"][-1].content
