from azure.identity import DefaultAzureCredential
from azure.search.documents import SearchClient
from azure.search.documents.models import VectorizedQuery
from openai import AzureOpenAI


def vectors(texts: list[str]) -> list[list[float]]:
    client = AzureOpenAI(azure_endpoint="https://shop.openai.azure.com")
    reply = client.embeddings.create(input=texts, model="embedding")
    return [item.embedding for item in reply.data]


def nearest(text: str, vector: list[float]) -> list[dict]:
    search = SearchClient("https://shop.search.windows.net", "products", DefaultAzureCredential())
    query = VectorizedQuery(vector=vector, k_nearest_neighbors=3, fields="vector")
    return list(search.search(search_text=text, vector_queries=[query], top=3))


def products(text: str) -> list[dict]:
    return nearest(text, vectors([text])[0])
