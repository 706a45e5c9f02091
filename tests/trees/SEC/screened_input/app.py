from agents import Agent, Runner, input_guardrail
from fastapi import FastAPI

app = FastAPI()


@input_guardrail
async def relevance(context, agent, text):
    return {"tripwire_triggered": "ignore your instructions" in text}


agent = Agent(name="support", instructions="Stay polite. Refuse harmful requests.", input_guardrails=[relevance])


@app.post("/chat")
async def chat(question: str) -> str:
    return (await Runner.run(agent, question)).final_output
