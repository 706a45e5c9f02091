from typing import Annotated

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent

PROMPT = """Define tools like this:

@tool
def nothing(x): ...
"""


@tool
def find_orders(email: str, config: RunnableConfig) -> list:
    """Find the orders of one customer by email.

    Args:
        email: the customer's address
    """
    return config["orders"][email]


@tool
def refund(order: str, reason: Annotated[str, "why the customer wants it"]) -> str:
    """Pay back one order of a customer in full."""
    return order + reason


@tool
def search(filters: dict) -> list:
    """Search all products of the shop by filters."""
    return [filters]


@tool
def ping(host: str) -> bool:
    """Ping it."""
    return bool(host)


agent = create_react_agent(ChatOpenAI(model="gpt-4.1-2025-04-14"), [find_orders, refund, search, ping], prompt=PROMPT)


def run(text):
    return agent.invoke({"messages": [{"role": "user", "content": text}]})
