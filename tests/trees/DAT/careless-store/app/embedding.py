from openai import OpenAI


def embed(text: str) -> list[float]:
    found = OpenAI(timeout=10).embeddings.create(model="text-embedding-3-small", input=text)
    return found.data[0].embedding
