from openai import OpenAI

client = OpenAI(timeout=20)


def answer(question: str, passages: list[str]) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"{passages}\n\n{question}"}],
    )
    return reply.choices[0].message.content or ""
