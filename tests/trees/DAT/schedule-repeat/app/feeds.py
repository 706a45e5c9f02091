import feedparser
from openai import OpenAI

FEED = "https://blog.acme.dev/rss.xml"


def entries() -> list[tuple[str, list[float]]]:
    texts = [entry.title for entry in feedparser.parse(FEED).entries]
    found = OpenAI(timeout=10).embeddings.create(model="text-embedding-3-small", input=texts)
    return [(text, row.embedding) for text, row in zip(texts, found.data)]
