import subprocess

from agents import Agent, Runner, function_tool
from openai import OpenAI

from search import grep

client = OpenAI()


def act(goal: str) -> None:
    answer = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": goal}]
    )
    command = answer.choices[0].message.content
    subprocess.run(command, shell=True, check=True)


@function_tool
def search_code(pattern: str) -> str:
    """Search the code of the project for a pattern."""
    return grep(pattern)


agent = Agent(name="coder", instructions="You find code.", tools=[search_code])


async def find(question: str) -> str:
    result = await Runner.run(agent, question)
    return eval(result.final_output)
