"""An assistant that can look up and cancel orders."""

from agents import Agent, Runner, function_tool
from fastapi import FastAPI

from app.store import orders

app = FastAPI()


@function_tool
def find_order(number: str) -> str:
    """Where an order is."""
    return orders.find(number).state


@function_tool
def cancel_order(number: str) -> str:
    """Cancel an order."""
    orders.delete(number)
    return "cancelled"


support = Agent(name="support", model="gpt-4.1-mini", tools=[find_order, cancel_order])


@app.post("/chat")
async def chat(message: str) -> str:
    """The assistant's reply."""
    result = await Runner.run(support, message)
    return result.final_output
