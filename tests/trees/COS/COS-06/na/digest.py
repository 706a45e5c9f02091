from openai import OpenAI

client = OpenAI()


def motto() -> str:
    return client.responses.create(model="gpt-4o", input="Write a motto.").output_text
