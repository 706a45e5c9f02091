from anthropic import Anthropic

from agent.tools import TOOLS, run_tool

client = Anthropic(timeout=60)


def run(task: str) -> str:
    messages = [{"role": "user", "content": task}]
    while True:
        reply = client.messages.create(
            model="claude-sonnet-4-6", max_tokens=1000, messages=messages, tools=TOOLS
        )
        messages.append({"role": "assistant", "content": reply.content})
        calls = [block for block in reply.content if block.type == "tool_use"]
        if not calls:
            return reply.content[0].text
        for call in calls:
            messages.append({"role": "user", "content": run_tool(call.name, call.input)})
        if reply.stop_reason == "tool_use":
            continue
