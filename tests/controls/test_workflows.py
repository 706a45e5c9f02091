"""The workflows of a tree: which there are, and what the scorecard says of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Scorecard, Status, Verdict
from shipsmith_controls.workflows import NoWorkflowError, names, narrowed

CHAT = """\
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/chat")
def chat(text: str) -> str:
    messages = [{"role": "user", "content": text}]
    return client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content
"""
SUMMARY = """\
from celery import Celery
from openai import OpenAI

queue = Celery("summary")
client = OpenAI(timeout=30, max_retries=2)


@queue.task
def summarise(text: str) -> str:
    messages = [{"role": "user", "content": text}]
    return client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content
"""
ROUTE = """\
import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({ model: openai("gpt-4o"), messages });
  return result.toTextStreamResponse();
}
"""
PINNED = "openai==1.40.0\n"
TWO = {
    "services/chat/main.py": CHAT,
    "services/chat/requirements.txt": PINNED,
    "services/summary/worker.py": SUMMARY,
    "services/summary/requirements.txt": PINNED,
}


def judged(root: Path, files: dict[str, str]) -> Scorecard:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with Judge(root) as judge:
        return judge.update()


def verdict(card: Scorecard, control: str) -> Verdict:
    return next(c.verdict for c in card.controls if c.id == control)


def test_services_with_manifests_of_their_own_are_workflows(tmp_path: Path) -> None:
    card = judged(tmp_path, TWO)
    assert [(w.name, w.paths) for w in card.division.workflows] == [
        ("chat", ("services/chat",)),
        ("summary", ("services/summary",)),
    ]
    assert not any(w.declared for w in card.division.workflows)


def test_a_web_app_and_its_worker_are_two_workflows(tmp_path: Path) -> None:
    card = judged(
        tmp_path,
        {
            "web/package.json": '{"name": "shop", "dependencies": {"ai": "4.0.0", "next": "15.0.0"}}',
            "web/app/api/chat/route.ts": ROUTE,
            "worker/requirements.txt": PINNED,
            "worker/tasks.py": SUMMARY,
        },
    )
    assert names(card) == ("web", "worker")


def test_an_app_with_one_manifest_is_one_workflow_named_after_the_tree(tmp_path: Path) -> None:
    root = tmp_path / "helpdesk"
    card = judged(root, {"requirements.txt": PINNED, "app/main.py": CHAT, "app/jobs.py": SUMMARY})
    assert names(card) == ("helpdesk",)
    assert narrowed(card, "helpdesk").controls == card.controls


def test_programs_under_one_manifest_are_told_apart_by_their_start_files(tmp_path: Path) -> None:
    files = {"requirements.txt": PINNED, "chat/main.py": CHAT, "nightly/worker.py": SUMMARY}
    assert names(judged(tmp_path, files)) == ("chat", "nightly")


def test_programs_that_run_each_others_code_are_one_workflow(tmp_path: Path) -> None:
    calling = CHAT.replace("client = OpenAI()", "from nightly.worker import summarise").replace(
        'return client.chat.completions.create(model="gpt-4o", messages=messages)'
        ".choices[0].message.content",
        "return summarise(text)",
    )
    files = {"requirements.txt": PINNED, "chat/main.py": calling, "nightly/worker.py": SUMMARY}
    assert len(names(judged(tmp_path, files))) == 1


def test_each_workflow_is_judged_by_its_own_findings(tmp_path: Path) -> None:
    card = judged(tmp_path, TWO)
    chat, summary = narrowed(card, "chat"), narrowed(card, "summary")
    assert verdict(card, "RES-01").status is Status.PARTIAL
    assert verdict(chat, "RES-01").status is Status.MISSING
    assert {f.path for f in verdict(chat, "RES-01").findings} == {"services/chat/main.py"}
    assert verdict(summary, "RES-01").status is Status.DONE
    assert chat.score is not None
    assert summary.score is not None
    assert chat.score < summary.score
    assert [w.score for w in card.division.workflows] == [chat.score, summary.score]


def test_traits_are_those_of_the_workflow(tmp_path: Path) -> None:
    card = judged(tmp_path, TWO)
    assert "user_input" in narrowed(card, "chat").traits
    assert "user_input" not in narrowed(card, "summary").traits
    asked_by_users = [
        control.id
        for control in narrowed(card, "chat").controls
        if control.verdict.status is not Status.NOT_APPLICABLE
        and verdict(narrowed(card, "summary"), control.id).status is Status.NOT_APPLICABLE
    ]
    assert asked_by_users


def test_shared_code_counts_for_every_workflow_that_reaches_it(tmp_path: Path) -> None:
    asking = "from shared.llm import ask\n"
    chat = CHAT.split("client =")[0] + asking + CHAT.split("client = OpenAI()")[1]
    summary = SUMMARY.split("client =")[0] + asking + SUMMARY.split("max_retries=2)")[1]
    body = CHAT[CHAT.index("return client") :].strip()
    files = {
        "services/chat/main.py": chat.replace(body, "return ask(messages)"),
        "services/chat/requirements.txt": PINNED,
        "services/summary/worker.py": summary.replace(body, "return ask(messages)"),
        "services/summary/requirements.txt": PINNED,
        "shared/llm.py": "from openai import OpenAI\n\nclient = OpenAI()\n\n\n"
        f"def ask(messages):\n    {body}\n",
    }
    card = judged(tmp_path, files)
    for name in ("chat", "summary"):
        assert {f.path for f in verdict(narrowed(card, name), "RES-01").findings} == {"shared/llm.py"}


def test_declared_workflows_take_the_place_of_those_that_are_found(tmp_path: Path) -> None:
    settings = (
        '[[workflow]]\nname = "Ask us"\npaths = ["app/chat.py"]\nowner = "team-web"\n\n'
        '[[workflow]]\nname = "Nightly"\npaths = ["app/jobs/**"]\n'
    )
    files = {
        "requirements.txt": PINNED,
        "app/chat.py": CHAT,
        "app/jobs/summary.py": SUMMARY,
        "shipsmith.toml": settings,
    }
    card = judged(tmp_path, files)
    assert [(w.name, w.owner, w.declared) for w in card.division.workflows] == [
        ("Ask us", "team-web", True),
        ("Nightly", "", True),
    ]
    assert verdict(narrowed(card, "Nightly"), "RES-01").status is Status.DONE


def test_documents_and_policies_count_for_each(tmp_path: Path) -> None:
    card = judged(tmp_path, {**TWO, "SECURITY.md": "# Security\n\nReport to security@example.com.\n"})
    for control in card.controls:
        evidence = {place.path for place in control.verdict.evidence}
        if evidence == {"SECURITY.md"} and control.verdict.status is Status.DONE:
            assert verdict(narrowed(card, "chat"), control.id).status is Status.DONE
            assert verdict(narrowed(card, "summary"), control.id).status is Status.DONE


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(NoWorkflowError, match=r"no workflow is called sumary; did you mean summary\?"):
        narrowed(judged(tmp_path, TWO), "sumary")


def test_edits_divide_as_judging_from_scratch_does(tmp_path: Path) -> None:
    judged(tmp_path, TWO)
    with Judge(tmp_path) as judge:
        judge.update()
        (tmp_path / "services/summary/worker.py").write_text(SUMMARY.replace("timeout=30, ", ""))
        (tmp_path / "services/chat/requirements.txt").unlink()
        (tmp_path / "requirements.txt").write_text(PINNED)
        live = judge.update()
    with Judge(tmp_path) as judge:
        scratch = judge.update()
    assert live.division == scratch.division
