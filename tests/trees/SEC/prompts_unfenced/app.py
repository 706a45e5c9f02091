from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def build(documents: str) -> str:
    return f"You answer questions about the handbook of our company. Documents: {documents}"


@app.post("/ask")
def ask(documents: str, question: str) -> str:
    response = client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": build(documents)},
            {"role": "user", "content": question},
        ],
    )
    return response.choices[0].message.content


@app.post("/own")
def own(rules: str) -> str:
    return client.responses.create(model="gpt-4o", instructions=rules, input="Go on.").output_text


@app.post("/summary")
def summary(article: str) -> str:
    prompt = "Summarise the following text in three short sentences. Documents:\n" + article
    return client.responses.create(model="gpt-4o", input=prompt).output_text
