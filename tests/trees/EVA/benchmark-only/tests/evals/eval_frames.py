"""Answers FRAMES and scores the answers."""

from datasets import load_dataset

from app.main import answer


def score(reply: str, expected: str) -> bool:
    """Whether the answer holds the expected one."""
    return expected.lower() in reply.lower()


def main() -> None:
    """Print the accuracy."""
    rows = load_dataset("google/frames-benchmark", split="test")
    scores = [score(answer(row["Prompt"]), row["Answer"]) for row in rows]
    print(sum(scores) / len(scores))


if __name__ == "__main__":
    main()
