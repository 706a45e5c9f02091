from ollama import Client


def shorten(text: str) -> str:
    return Client().chat(model="llama3.1", messages=[{"role": "user", "content": text}]).message.content
