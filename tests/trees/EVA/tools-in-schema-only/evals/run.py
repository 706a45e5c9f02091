"""Compares the tools that the assistant calls with the expected ones."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from agents import Runner

from app.main import chat, support

CASES = Path(__file__).with_name("cases.jsonl")


@dataclass
class Case:
    """A question, and the tools that should be called."""

    question: str
    expected_tools: list[str] | None = None


def tool_calls_match(called: list[str], expected_tools: list[str]) -> float:
    """Share of the expected tools that were called."""
    return len(set(called) & set(expected_tools)) / max(len(expected_tools), 1)


def main() -> None:
    """Print the share of right calls, and one answer."""
    rows = [Case(**json.loads(line)) for line in CASES.read_text().splitlines()]
    for row in rows:
        result = asyncio.run(Runner.run(support, row.question))
        print(tool_calls_match([item.name for item in result.new_items], row.expected_tools or []))
    print(asyncio.run(chat(rows[0].question)))


if __name__ == "__main__":
    main()
