from openai import OpenAI

client = OpenAI(timeout=20)


def answer(text: str) -> str:
    return client.responses.create(model="gpt-4-turbo", input=text, max_output_tokens=2000).output_text
