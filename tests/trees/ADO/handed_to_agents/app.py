import streamlit as st
from agents import Agent, Runner

from bus import topics

billing = Agent(name="Billing", instructions="Answer questions on invoices.", model="gpt-4.1")


def handoff_to_billing(question: str) -> None:
    topics.publish("agents.billing", question)


def resend_as_human_message(documents: list[str]) -> list[str]:
    return [promises_kept(text) for text in documents]


def promises_kept(text: str) -> str:
    return text.strip()


triage = Agent(name="Triage", instructions="Route the question.", model="gpt-4.1", handoffs=[billing])
question = st.chat_input("Ask")
if question:
    with st.chat_message("assistant"):
        reply = Runner.run_sync(triage, "\n".join(resend_as_human_message([question])))
        st.write(reply.final_output)
