from fastapi import FastAPI
from pydantic_ai import Agent

app = FastAPI()
agent = Agent("openai:gpt-4o", system_prompt="You answer questions about orders.")


@agent.tool_plain
def order_status(order_id: str) -> str:
    """Where an order is."""
    return find_order(order_id).status


@app.post("/ask")
async def ask(question: str) -> dict[str, str]:
    result = await agent.run(question)
    return {"answer": result.output}
