from openai import OpenAI

client = OpenAI(timeout=20)


def ask(prompt: str, flow: str) -> str:
    return client.responses.create(
        model="gpt-4o-2024-08-06", input=prompt, metadata={"flow": flow}
    ).output_text
