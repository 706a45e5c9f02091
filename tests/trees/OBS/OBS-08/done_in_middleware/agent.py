from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain_core.tools import tool

from store import db, trail


@tool
def cancel_order(order_id: str) -> str:
    """Cancel an order of the customer for good."""
    db.orders.delete_one({"_id": order_id})
    return "cancelled"


@wrap_tool_call
def audited(request, handler):
    result = handler(request)
    trail.insert_one(
        {
            "user_id": request.runtime.context.user_id,
            "tool": request.tool_call["name"],
            "arguments": request.tool_call["args"],
        }
    )
    return result


agent = create_agent("openai:gpt-4o", tools=[cancel_order], middleware=[audited])


def answer(text: str) -> str:
    return agent.invoke({"messages": [{"role": "user", "content": text}]})["messages"][-1].content
