from openai import OpenAI

client = OpenAI(base_url="http://localhost:11434/v1", api_key="ollama", timeout=20)


def answer(text: str) -> str:
    return client.chat.completions.create(model="llama3", messages=[{"role": "user", "content": text}])
