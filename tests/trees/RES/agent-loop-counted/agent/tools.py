TOOLS = [{"type": "function", "function": {"name": "search"}}]


def run_tool(call) -> str:
    return "nothing found"
