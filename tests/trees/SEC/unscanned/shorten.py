from openai import OpenAI


def shorten(text: str) -> str:
    reply = OpenAI().responses.create(model="gpt-4.1-2025-04-14", input=text)
    return reply.output_text
