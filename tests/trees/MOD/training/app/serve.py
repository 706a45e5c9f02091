import mlflow
from openai import OpenAI

client = OpenAI()
ranker = mlflow.transformers.load_model("models:/support@champion")


def answer(text):
    return client.chat.completions.create(
        model="gpt-4.1-2025-04-14", messages=[{"role": "user", "content": text}]
    )
