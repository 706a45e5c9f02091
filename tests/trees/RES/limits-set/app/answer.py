import asyncio

from app.clients import claude, client


def answer(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o-2024-08-06",
        messages=[{"role": "user", "content": question}],
    )
    return reply.choices[0].message.content


async def second_opinion(question: str) -> str:
    reply = await claude.messages.create(
        model="claude-haiku-4-5-20251001", max_tokens=300, messages=[{"role": "user", "content": question}]
    )
    return reply.content[0].text


async def hurried(model, question: str) -> str:
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(model="gpt-4o-2024-08-06")
    async with asyncio.timeout(15):
        return (await chat.ainvoke(question)).content
