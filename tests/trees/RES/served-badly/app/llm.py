from openai import AsyncOpenAI

client = AsyncOpenAI(timeout=30)


async def reply(text: str) -> str:
    answer = await client.responses.create(model="gpt-4.1-2025-04-14", input=text)
    return answer.output_text
