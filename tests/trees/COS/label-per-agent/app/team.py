from agents import Agent, Runner

writer = Agent(name="release-notes", instructions="Write.", model="gpt-4o-mini")
sorter = Agent(name="triage", instructions="Sort.", model="gpt-4o-mini")


async def write(text: str) -> str:
    return (await Runner.run(writer, text)).final_output


async def write_again(text: str) -> str:
    return (await Runner.run(writer, text)).final_output


async def classify(text: str) -> str:
    return (await Runner.run(sorter, text)).final_output
