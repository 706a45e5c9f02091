"""Ranks what the retriever finds."""

import json
from pathlib import Path

from app.main import answer
from app.search import search

QUERIES = Path(__file__).with_name("queries.json")


# One place in ten is the best that anybody looks at.
def mrr(found: list[dict], relevant: list[str]) -> float:
    """One by the place of the first relevant article."""
    places = [i for i, article in enumerate(found, 1) if article["id"] in relevant]
    return 1 / places[0] if places else 0.0


def main() -> None:
    """Print the mean reciprocal rank, and an answer to look at."""
    rows = json.loads(QUERIES.read_text())
    print(sum(mrr(search(row["question"]), row["relevant_docs"]) for row in rows) / len(rows))
    print(answer(rows[0]["question"]))


if __name__ == "__main__":
    main()
