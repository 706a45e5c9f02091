"""Articles of the handbook, and what the support team may do."""

from openai import OpenAI
from qdrant_client import QdrantClient

client = OpenAI()
store = QdrantClient("http://qdrant:6333")


def search(question: str) -> list[dict]:
    """The articles nearest to a question."""
    vector = client.embeddings.create(model="text-embedding-3-small", input=question).data[0].embedding
    found = store.query_points("handbook", query=vector, limit=5)
    return [point.payload for point in found.points]
