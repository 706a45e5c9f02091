"""Answers the questions again and scores the answers."""

import json
import os
from pathlib import Path

from prompty.tracer import trace

from app.main import answer

from .evaluators import AnswerEvaluator

DATA = Path(__file__).with_name("eval_data.jsonl")


@trace
def run() -> None:
    """Write the answers, then print their scores."""
    rows = [json.loads(line) for line in DATA.read_text().splitlines()]
    answered = [{**row, "response": answer(row["query"])} for row in rows]
    DATA.write_text("\n".join(map(json.dumps, answered)))
    scored = AnswerEvaluator({"azure_deployment": os.environ["JUDGE"]})(data_path=str(DATA))
    print(scored["metrics"])


if __name__ == "__main__":
    run()
