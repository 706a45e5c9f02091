"""Finds the help articles that fit a question."""

from app.database import connect
from app.llm import openai_client
from app.settings import settings

MAX_DISTANCE = 0.55


def embed(text: str) -> list[float]:
    """The embedding of a text; documents and questions use the same model."""
    response = openai_client.embeddings.create(model=settings.embedding_model, input=text)
    return response.data[0].embedding


def find_articles(question: str) -> list[tuple[str, str]]:
    """Title and body of the articles nearest to a question, none that is too far away."""
    vector = embed(question)
    with connect() as connection:
        rows = connection.execute(
            "SELECT title, body FROM articles WHERE embedding <=> %s::vector < %s "
            "ORDER BY embedding <=> %s::vector LIMIT %s",
            (vector, MAX_DISTANCE, vector, settings.articles_per_answer),
        )
        return [(title, body) for title, body in rows]
