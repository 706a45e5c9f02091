"""Copies the help centre's articles into the search index.

Run by hand on the bastion: python -m ingest.load_articles
"""

import httpx
from pydantic import BaseModel, Field

from app.database import connect
from app.retrieval import embed

ARTICLES_URL = "https://help.harbor.example/api/articles"


class Article(BaseModel):
    """An article as the help centre publishes it."""

    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=3)
    body: str = Field(min_length=40)


def fetch_articles() -> list[Article]:
    """All published articles; one that does not fit the schema stops the run."""
    response = httpx.get(ARTICLES_URL, timeout=20)
    response.raise_for_status()
    return [Article.model_validate(row) for row in response.json()]


def load() -> int:
    """Embed and store every article; returns how many."""
    articles = fetch_articles()
    with connect() as connection:
        for article in articles:
            connection.execute(
                "INSERT INTO articles (slug, title, body, embedding) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (slug) DO UPDATE SET title = excluded.title, body = excluded.body, "
                "embedding = excluded.embedding",
                (article.slug, article.title, article.body, embed(article.body)),
            )
    return len(articles)


if __name__ == "__main__":
    print(f"{load()} articles loaded")
