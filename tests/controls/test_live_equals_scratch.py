"""The invariant that outranks all others: after any edits the live scorecard equals a fresh scan.

A small AI application is edited at random: files are written in other versions, renamed, deleted,
ignored; branches are switched; the ledger changes. After each step both judgements are compared.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Scorecard, Timing

from tests.controls.tree.repo import Repo

EXAMPLES = int(os.environ.get("SHIPSMITH_EXAMPLES", "6"))
"""Raise it for a long search."""

CLIENT = "from openai import OpenAI\n\nclient = OpenAI({})\n\n\ndef get_client():\n    return client\n"
ANSWER = """\
import logging

from {module} import get_client

PROMPT = "You are the friendly assistant of a small shop. Answer in two short sentences, please."


def answer(question: str) -> str:
    try:
        reply = get_client().chat.completions.create(
            model="{model}", max_tokens={cap}, messages=[{{"role": "system", "content": PROMPT}}]
        )
    except Exception{caught}
    return reply.choices[0].message.content
"""
ROUTE = """\
from fastapi import FastAPI

from app.answer import answer

app = FastAPI()


@app.post("/answer"){guard}
def post_answer(question: str) -> str:
    return answer(question)
"""
WORKFLOW = """\
on: [{event}]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: {run}
"""
CASES = "\n".join(f'{{"question": "What is {i}?", "expected": "{i}"}}' for i in range(12)) + "\n"

VERSIONS: dict[str, list[str]] = {
    "app/llm.py": [
        CLIENT.format(""),
        CLIENT.format("timeout=30"),
        CLIENT.format("timeout=None, max_retries=0"),
        "\n\n" + CLIENT.format("timeout=30"),
        "from openai import OpenAI\n\nclient = OpenAI(\n",
        "client = None\n",
    ],
    "app/answer.py": [
        ANSWER.format(
            module="app.llm",
            model="gpt-4o",
            cap=200,
            caught=":\n        logging.exception('x')\n        raise",
        ),
        ANSWER.format(
            module="app.llm", model="gpt-4o-2024-08-06", cap=None, caught=":\n        return 'busy'"
        ),
        ANSWER.format(module="app.other", model="gpt-4", cap=10, caught=" as e:\n        raise e"),
        "def answer(question: str) -> str:\n    return 'no model here'\n",
    ],
    "app/main.py": [ROUTE.format(guard=""), ROUTE.replace("post_answer", "reply").format(guard="")],
    "app/__init__.py": ["", "from app.llm import get_client\n"],
    "web/chat.ts": [
        'import { openai } from "@ai-sdk/openai";\nimport { generateText } from "ai";\n\n'
        "export async function POST(r: Request) {\n"
        '  const { text } = await generateText({ model: openai("gpt-4o"), prompt: await r.text() });\n'
        "  return new Response(text);\n}\n",
        "export const nothing = 1;\n",
    ],
    "evals/cases.jsonl": [CASES, CASES * 4, '{"question": "mail anna.b@shop-mail.de"}\n'],
    "evals/run.py": ["from app.answer import answer\n\nassert answer('What is 1?') == '1'\n"],
    ".github/workflows/ci.yml": [
        WORKFLOW.format(event="push", run="python evals/run.py"),
        WORKFLOW.format(event="pull_request", run="pytest"),
        "on: [push\n",
    ],
    ".github/CODEOWNERS": ["* @shop/ai\n", "/web/ @shop/web\n"],
    "docs/ai-policy.md": [
        "# AI policy\n\nStaff and users may use the AI assistant for questions on orders, and this use "
        "is permitted for all employees of the shop who have read this page before they start.\n",
        "# AI policy\n\nStaff and users may use the AI assistant for questions on orders, and this use "
        "is permitted for all employees. It is prohibited to put customers' data into the AI model.\n",
    ],
    "pyproject.toml": [
        '[project]\nname = "shop"\nversion = "1"\ndependencies = ["openai>=1.0"]\n',
        "broken =",
    ],
    "shipsmith.toml": ['exclude = ["web/**"]\n', "exclude = []\n", "exclude = [\n"],
    ".gitignore": ["web/\n", "*.jsonl\n", "app/llm.py\n", ""],
}
PATHS = sorted(VERSIONS)


class Step(NamedTuple):
    """One change: what is done, on which path, and with what."""

    kind: str
    path: str = ""
    other: str = ""
    version: int = 0


steps = st.one_of(
    st.builds(
        lambda p, v: Step("write", p, "", v),
        st.sampled_from(PATHS),
        st.integers(min_value=0, max_value=5),
    ),
    st.builds(lambda p: Step("remove", p), st.sampled_from(PATHS)),
    st.builds(lambda p: Step("touch", p), st.sampled_from(PATHS)),
    st.builds(
        lambda p, q: Step("rename", p, q),
        st.sampled_from(PATHS),
        st.sampled_from(["app/other.py", "old.py", "tests/x.py"]),
    ),
    st.builds(lambda b: Step("switch", b), st.sampled_from(["main", "topic"])),
)


def do(repo: Repo, step: Step) -> set[str] | None:
    """Make a change; the folders in which a watcher would see something, None for all."""
    target = repo.root / step.path
    match step.kind:
        case "write":
            versions = VERSIONS[step.path]
            repo.write(step.path, versions[step.version % len(versions)])
        case "remove" if target.is_file():
            target.unlink()
        case "touch" if target.is_file():
            target.touch()
        case "rename" if target.is_file():
            (repo.root / step.other).parent.mkdir(parents=True, exist_ok=True)
            target.replace(repo.root / step.other)
            return None
        case "switch":
            repo.commit()
            repo.git(
                "checkout",
                "-q",
                "-B" if step.path == "topic" else "main",
                *(["topic"] if step.path == "topic" else []),
            )
            return None
    return {step.path.rpartition("/")[0], ""}


def shown(card: Scorecard) -> Scorecard:
    """A scorecard without what depends on how it was computed."""
    return replace(card, timing=Timing(0, card.timing.files, 0), rejudged=())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=4, max_size=12))
def test_live_scorecard_equals_a_scan_from_scratch(changes: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo.init(Path(folder).resolve() / "shop")
        for path in PATHS:
            if path not in ("shipsmith.toml", ".gitignore"):
                repo.write(path, VERSIONS[path][0])
        repo.commit()
        with Judge(repo.root) as live:
            assert "llm" in live.update().traits
            for change in changes:
                hint = do(repo, change)
                kept = live.update(hint)
                with Judge(repo.root) as fresh:
                    scanned = fresh.update()
                    # A broken ledger keeps the last good one; a fresh judge has none to keep.
                    if live.trouble is None or live.ledger == fresh.ledger:
                        assert shown(kept) == shown(scanned), change


def test_an_edit_that_changes_no_fact_judges_nothing_again(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "shop")
    for path in ("app/llm.py", "app/answer.py", "app/main.py"):
        repo.write(path, VERSIONS[path][0])
    with Judge(repo.root) as judge:
        judge.update()
        repo.write("app/answer.py", VERSIONS["app/answer.py"][0] + "# a remark at the end\n")
        assert judge.update({"app"}).rejudged == ()


def test_only_controls_that_a_saved_file_affects_are_judged_again(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "shop")
    for path in ("app/llm.py", "app/answer.py", "app/main.py", "docs/ai-policy.md"):
        repo.write(path, VERSIONS[path][0])
    with Judge(repo.root) as judge:
        judge.update()
        repo.write("docs/ai-policy.md", VERSIONS["docs/ai-policy.md"][1])
        again = set(judge.update({"docs"}).rejudged)
        assert "GOV-01" in again
        assert not again & {"RES-01", "RES-02", "RES-03", "COS-01", "SEC-04"}
