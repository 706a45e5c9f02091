"""Sums up the log file that it is given."""

import sys
from pathlib import Path

from openai import OpenAI

client = OpenAI()


def summary(text: str) -> str:
    """Three sentences about a log."""
    reply = client.responses.create(model="gpt-4.1-mini", input=f"Sum up:\n{text}", max_output_tokens=300)
    return reply.output_text


if __name__ == "__main__":
    print(summary(Path(sys.argv[1]).read_text()))
