from openai import OpenAI

from agent.tools import TOOLS, run_tool

client = OpenAI(timeout=60)


class Agent:
    def __init__(self, limit: int = 12) -> None:
        self.limit = limit
        self.rounds = 0

    def should_continue(self) -> bool:
        return self.rounds < self.limit

    def run(self, task: str) -> str:
        messages = [{"role": "user", "content": task}]
        while self.should_continue():
            self.rounds += 1
            reply = client.chat.completions.create(
                model="gpt-4o-2024-08-06", messages=messages, tools=TOOLS
            ).choices[0].message
            if not reply.tool_calls:
                return reply.content
            for call in reply.tool_calls:
                messages.append({"role": "tool", "content": run_tool(call)})
        return "I stopped after too many steps."
