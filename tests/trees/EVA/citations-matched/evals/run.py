"""Looks whether the answers cite the right articles."""

import json
import re
import sys
from pathlib import Path

from app.main import answer

CASES = Path(__file__).with_name("cases.jsonl")
CITED = re.compile(r"\[([\w-]+)\]")
REQUIRED = 0.8


def citations_matched(reply: str, sources: list[str]) -> float:
    """Share of the sources that the answer cites."""
    return len(set(CITED.findall(reply)) & set(sources)) / len(sources)


def main() -> None:
    """Exit with an error when too few sources are cited."""
    rows = [json.loads(line) for line in CASES.read_text().splitlines()]
    shares = [citations_matched(answer(row["question"]), row["sources"]) for row in rows]
    if sum(shares) / len(shares) < REQUIRED:
        sys.exit("too few sources are cited")


if __name__ == "__main__":
    main()
