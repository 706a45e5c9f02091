TOOLS = [{"name": "search", "description": "Search the shop for a product", "input_schema": {}}]


def run_tool(name: str, arguments: dict) -> str:
    return f"{name}: nothing found"
