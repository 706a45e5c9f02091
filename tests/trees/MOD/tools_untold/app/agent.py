from agents import Agent, Runner, function_tool


@function_tool
def lookup(key, **options) -> dict:
    return {"key": key, **options}


agent = Agent(name="helper", model="gpt-4.1-2025-04-14", tools=[lookup])


def run(text: str) -> str:
    return Runner.run_sync(agent, text).final_output
