"""An assistant for orders."""

from datetime import datetime

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

INSTRUCTIONS = """You help customers of the shop with their orders.
The current date is: {date}
"""


@tool
def find_order(number: str) -> str:
    """Where an order is."""
    return "on its way"


def reply(message: str) -> str:
    """The reply to a message."""
    date = datetime.utcnow().strftime("%Y-%m-%d")
    agent = create_agent(
        ChatOpenAI(model="gpt-4.1-mini", max_tokens=800),
        tools=[find_order],
        system_prompt=INSTRUCTIONS.format(date=date),
    )
    return agent.invoke({"messages": [{"role": "user", "content": message}]})["messages"][-1].content
