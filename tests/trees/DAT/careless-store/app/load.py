import json
import uuid
from pathlib import Path

import chromadb

from app.embedding import embed

store = chromadb.PersistentClient("index").get_or_create_collection("notes")


def load() -> None:
    skipped = []
    for row in json.loads(Path("exports/notes.json").read_text()):
        try:
            vector = embed(row["text"])
        except Exception as error:
            skipped.append(row)
            continue
        for position, chunk in enumerate(row["text"].split("\n\n")):
            store.add(
                ids=[str(uuid.uuid4())],
                documents=[chunk],
                embeddings=[vector],
                metadatas=[{"chunk_index": position}],
            )
    print(f"skipped {len(skipped)}")


def load_quietly() -> None:
    for row in json.loads(Path("exports/more.json").read_text()):
        try:
            store.upsert(ids=[uuid.uuid4().hex], documents=[row["text"]])
        except KeyError:
            pass


def clear(ids: list[str]) -> None:
    store.delete(ids=ids)


if __name__ == "__main__":
    load()
    load_quietly()
