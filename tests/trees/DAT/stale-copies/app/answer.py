from openai import OpenAI

from app.load import pages

client = OpenAI(timeout=20)


def answer(question: str) -> str:
    passages = pages.query(query_texts=[question], n_results=4)
    reply = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"{passages}\n\n{question}"}],
    )
    return reply.choices[0].message.content or ""
