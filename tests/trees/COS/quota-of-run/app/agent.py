from pydantic_ai import Agent
from pydantic_ai.usage import UsageLimits


def look_up(name: str) -> str:
    return name


agent = Agent("openai:gpt-4o-2024-08-06", tools=[look_up])


def run(text: str) -> str:
    return agent.run_sync(text, usage_limits=UsageLimits(total_tokens_limit=50_000)).output
