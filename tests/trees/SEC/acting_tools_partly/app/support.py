import requests
from agents import Agent, Runner, function_tool

from app import orders


@function_tool
def find_order(number: str) -> str:
    """Find one order of the customer by its number."""
    return requests.post("https://shop.example/orders/search", json={"number": number}).text


@function_tool(needs_approval=True)
def refund(number: str) -> str:
    """Refund one order of the customer."""
    return requests.post("https://shop.example/refunds", json={"number": number}).text


@function_tool
def cancel(number: str) -> str:
    """Cancel one order of the customer; ask the user whether to proceed first."""
    orders.cancel_order(number)
    return "cancelled"


@function_tool
def credit(amount: float) -> str:
    """Give the customer a credit."""
    if amount > orders.limit_of_agent():
        return "A colleague has to approve this."
    orders.save_credit(amount)
    return "credited"


support = Agent(
    name="support",
    instructions="You help customers of a shop.",
    tools=[find_order, refund, cancel, credit],
)


async def answer(question: str) -> str:
    result = await Runner.run(support, question)
    return result.final_output
