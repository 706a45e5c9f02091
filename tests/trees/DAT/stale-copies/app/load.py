from uuid import uuid4

import chromadb
import httpx

client = chromadb.HttpClient("chroma")
pages = client.get_collection("pages")
notes = client.get_collection("notes")


def body_of(page: dict) -> str | None:
    try:
        return page["body"]["text"]
    except KeyError:
        return None


def load() -> None:
    for page in httpx.get("https://wiki.acme.dev/api/pages").json():
        body = body_of(page)
        pages.upsert(
            ids=[page["id"]],
            documents=[body],
            metadatas=[{"url": page["url"], "updated_at": page["updated_at"]}],
        )
    with open("data/notes.txt") as lines:
        for line in lines:
            notes.add(ids=[str(uuid4())], documents=[line], metadatas=[{"chunk_size": len(line)}])


if __name__ == "__main__":
    load()
