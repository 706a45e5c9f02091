from uuid import uuid4

import chromadb
import httpx

pages = chromadb.HttpClient("chroma").get_collection("pages")
API = "https://api.github.com/repos/acme/handbook/contents"


def add(name: str, text: str) -> None:
    pages.add(ids=[str(uuid4())], documents=[text], metadatas=[{"file": name}])


def page(name: str) -> str:
    content = httpx.get(f"{API}/{name}").json()
    if content.get("encoding") != "none":
        raise ValueError(content.get("message"))
    return content["text"]
