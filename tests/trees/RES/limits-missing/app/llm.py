from langchain_openai import ChatOpenAI
from openai import NOT_GIVEN, OpenAI

client = OpenAI(max_retries=0)
chat = ChatOpenAI(model="gpt-4o", timeout=None)


def ask(question: str, timeout: float | None = None) -> str:
    reply = client.responses.create(model="gpt-4o", input=question, timeout=timeout or NOT_GIVEN)
    return reply.output_text


def chatter(question: str) -> str:
    return chat.invoke(question).content


def embed(text: str) -> list[float]:
    return client.embeddings.create(model="text-embedding-3-small", input=text).data[0].embedding
