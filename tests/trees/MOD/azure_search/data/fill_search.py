import csv

from azure.identity import DefaultAzureCredential
from azure.search.documents import SearchClient
from openai import AzureOpenAI

DEPLOYMENT = "embedding"


def records(path: str) -> list[dict]:
    client = AzureOpenAI(azure_endpoint="https://shop.openai.azure.com")
    found = []
    with open(path) as rows:
        for row in csv.DictReader(rows):
            vector = client.embeddings.create(input=row["description"], model=DEPLOYMENT)
            record = {"id": row["id"], "url": f"/products/{row['id']}", "vector": vector.data[0].embedding}
            found.append(record)
    return found


docs = records("data/products.csv")
search = SearchClient("https://shop.search.windows.net", "products", DefaultAzureCredential())
search.upload_documents(docs)
