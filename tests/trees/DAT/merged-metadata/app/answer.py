from openai import OpenAI

from app.sync import store

client = OpenAI(timeout=20)


def answer(question: str) -> str:
    passages = store.similarity_search(question, k=4)
    reply = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"{passages}\n\n{question}"}],
    )
    return reply.choices[0].message.content or ""
