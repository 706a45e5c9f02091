from agents import Agent, Runner, function_tool


@function_tool
def look_up(name: str) -> str:
    """Look up a name."""
    return name


agent = Agent(name="helper", instructions="Help.", model="gpt-4o-mini", tools=[look_up])


async def run(text: str) -> str:
    return (await Runner.run(agent, text)).final_output
