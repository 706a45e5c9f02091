from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from app.store import AuditEntry, Session, db


@tool
def cancel_order(order_id: str) -> str:
    """Cancel an order of the customer for good."""
    db.orders.delete_one({"_id": order_id})
    return "cancelled"


TOOLS = {"cancel_order": cancel_order}
model = ChatOpenAI(model="gpt-4o").bind_tools([cancel_order])


def answer(text: str, user_id: str) -> str:
    messages = [{"role": "user", "content": text}]
    for _ in range(5):
        reply = model.invoke(messages)
        if not reply.tool_calls:
            return reply.content
        for call in reply.tool_calls:
            result = TOOLS[call["name"]].invoke(call["args"])
            with Session() as session:
                session.add(AuditEntry(actor=user_id, tool=call["name"], arguments=call["args"]))
                session.commit()
            messages.append(result)
    return ""
