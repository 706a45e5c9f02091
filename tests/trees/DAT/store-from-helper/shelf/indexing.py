import pandas as pd


class ShelfStore:
    """Opens the collection and fills it from a CSV file."""

    @staticmethod
    def _collection(client, name, model):
        from langchain_qdrant import Qdrant
        from qdrant_client import models

        if not client.collection_exists(collection_name=name):
            size = models.VectorParams(size=1024, distance=models.Distance.COSINE)
            client.create_collection(collection_name=name, vectors_config=size)
            return Qdrant(client=client, collection_name=name, embeddings=model)
        if client.collection_exists(collection_name=name):
            return Qdrant(client=client, collection_name=name, embeddings=model)

    @staticmethod
    def _online(url, name, model):
        from qdrant_client import QdrantClient

        try:
            return ShelfStore._collection(QdrantClient(url=url), name, model)
        except Exception as error:
            raise ValueError(f"The server cannot be reached: {error}")

    @staticmethod
    def fill(name, url, file_path, model):
        from langchain_core.documents import Document

        qdrant = None
        qdrant = ShelfStore._online(url, name, model)
        rows = pd.read_csv(file_path)
        if "url" not in rows.columns:
            raise ValueError("The file has no column url.")
        documents = [
            Document(page_content=row["content"], metadata={"url": row["url"]})
            for row in rows.to_dict(orient="records")
        ]
        qdrant.add_documents(documents=documents)
