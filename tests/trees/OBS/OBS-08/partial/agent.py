import logging

from langchain.agents import create_agent
from langchain_core.tools import tool

from store import actions, db

logger = logging.getLogger(__name__)
audit = logging.getLogger("audit")


@tool
def cancel_order(order_id: str) -> str:
    """Cancel an order of the customer for good."""
    logger.info("cancel_order %s", order_id)
    db.orders.delete_one({"_id": order_id})
    return "cancelled"


@tool
def refund_order(order_id: str) -> str:
    """Refund an order of the customer in full."""
    db.orders.update_one({"_id": order_id}, {"$set": {"refunded": True}})
    actions.insert_one({"tool": "refund_order", "arguments": {"order_id": order_id}})
    return "refunded"


@tool
def close_account(user_id: str) -> str:
    """Close the account of the customer for good."""
    audit.info("close_account", extra={"actor": user_id, "arguments": {"user_id": user_id}})
    db.orders.delete_many({"user": user_id})
    return "closed"


@tool
def rename_order(order_id: str, name: str) -> str:
    """Give an order of the customer another name."""
    db.orders.update_one({"_id": order_id}, {"$set": {"name": name}})
    return "renamed"


agent = create_agent(
    "openai:gpt-4o", tools=[cancel_order, refund_order, close_account, rename_order]
)


def answer(text: str) -> str:
    return agent.invoke({"messages": [{"role": "user", "content": text}]})["messages"][-1].content
