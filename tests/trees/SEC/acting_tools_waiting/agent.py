import smtplib

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.tools import tool


@tool
def send_mail(to: str, body: str) -> str:
    """Send a mail to a customer."""
    with smtplib.SMTP("mail.example") as server:
        server.sendmail("shop@example.com", to, body)
    return "sent"


agent = create_agent(
    "openai:gpt-4o",
    tools=[send_mail],
    middleware=[HumanInTheLoopMiddleware(interrupt_on={"send_mail": True})],
)


def answer(question: str) -> str:
    return agent.invoke({"messages": [{"role": "user", "content": question}]})["messages"][-1].content
