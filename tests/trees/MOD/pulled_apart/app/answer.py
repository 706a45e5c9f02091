from pathlib import Path

from langchain_openai import ChatOpenAI
from langsmith import Client

model = ChatOpenAI(model="gpt-4.1-2025-04-14")
hub = Client()
INSTRUCTIONS = (Path(__file__).parent / "instructions.md").read_text()


def answer(question: str) -> str:
    commit = hub.pull_prompt_commit("handbook-answer").commit_hash
    reply = model.invoke(
        [("system", INSTRUCTIONS), ("user", question)], config={"metadata": {"prompt_commit": commit}}
    )
    return reply.content
