from agents import Agent, ModelSettings, Runner

writer = Agent(
    name="writer",
    instructions="Write.",
    model="gpt-4o-2024-08-06",
    model_settings=ModelSettings(max_tokens=900),
)
reader = Agent(name="reader", instructions="Read.", model="gpt-4o-2024-08-06")


async def write(text: str) -> str:
    return (await Runner.run(writer, text)).final_output


async def read(text: str) -> str:
    return (await Runner.run(reader, text)).final_output
