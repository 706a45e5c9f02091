"""Finds help articles."""

import chromadb

articles = chromadb.PersistentClient("/data/index").get_collection("articles")


def search(question: str) -> list[str]:
    """The articles nearest to a question."""
    return articles.query(query_texts=[question], n_results=4)["documents"][0]
