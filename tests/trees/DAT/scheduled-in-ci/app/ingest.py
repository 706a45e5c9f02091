"""Copies the handbook into the index."""

import chromadb
import httpx

HANDBOOK = "https://handbook.acme.dev/export.json"


def fetch() -> list[dict]:
    response = httpx.get(HANDBOOK, timeout=20)
    response.raise_for_status()
    return response.json()


def load() -> None:
    store = chromadb.PersistentClient("/var/lib/index").get_or_create_collection("handbook")
    for page in fetch():
        store.upsert(ids=[page["url"]], documents=[page["text"]], metadatas=[{"url": page["url"]}])


if __name__ == "__main__":
    load()
