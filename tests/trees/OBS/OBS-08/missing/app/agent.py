from langchain.agents import create_agent
from langchain_core.tools import tool

from app.store import compensations, db

events: list[dict] = []


@tool
def cancel_flight(flight_id: str) -> str:
    """Cancel the flight of the customer for good."""
    events.append({"type": "tool_call", "tool": "cancel_flight", "arguments": flight_id})
    db.flights.delete_one({"_id": flight_id})
    return "cancelled"


@tool
def issue_compensation(case_id: str) -> str:
    """Open a compensation case for the customer."""
    compensations.insert_one({"case": case_id})
    return "issued"


agent = create_agent("openai:gpt-4o", tools=[cancel_flight, issue_compensation])


def answer(text: str) -> str:
    return agent.invoke({"messages": [{"role": "user", "content": text}]})["messages"][-1].content
