from datetime import datetime

from agents import Agent, Runner, function_tool


@function_tool
def look_up(name: str) -> str:
    """Look up the name of a person in the directory."""
    return name


def instructions() -> str:
    return f"Today is {datetime.now().strftime('%A, %d %B %Y')}. Help the staff find people."


agent = Agent(name="helper", instructions=instructions(), model="gpt-4o-mini", tools=[look_up])


async def answer(text: str) -> str:
    return (await Runner.run(agent, text)).final_output
