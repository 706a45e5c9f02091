import os

from openai import AzureOpenAI

client = AzureOpenAI(api_key=os.environ["AZURE_OPENAI_API_KEY"], timeout=20)


def answer(text: str) -> str:
    return client.responses.create(model="chat", input=text).output_text
