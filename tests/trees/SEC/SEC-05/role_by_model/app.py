from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(profile: str, question: str, model: str) -> str:
    response = client.chat.completions.create(
        model=model,
        messages=[
            {
                "role": "user" if model.startswith("o1") else "system",
                "content": f"You help people with their taxes. <profile>{profile}</profile>",
            },
            {"role": "user", "content": question},
        ],
    )
    return response.choices[0].message.content
