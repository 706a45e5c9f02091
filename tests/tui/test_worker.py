"""The worker in a process of its own, on a real folder: what it says when the tree changes."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from shipsmith_controls.scorecard import Scorecard

from shipsmith_tui import protocol
from tests.controls.tree.repo import Repo

PATIENCE = 20.0
"""Seconds after which a worker that says nothing has failed the test."""
M = TypeVar("M")

CLIENT = "from openai import OpenAI\n\nclient = OpenAI({})\n"
ASK = (
    "from app.llm import client\n\n\ndef ask(question: str) -> str:\n"
    '    reply = client.responses.create(model="gpt-4o-2024-08-06", input=question)\n'
    "    return reply.output_text\n"
)


class Running:
    """A worker and what it has said."""

    def __init__(self, root: Path, cache: Path, base: str = "") -> None:
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "GIT_AUTHOR_EMAIL": "dev@example.com"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "shipsmith_tui.worker", str(root), base],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.said: queue.Queue[protocol.FromWorker | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while (message := protocol.read_from_worker(self.process.stdout)) is not None:  # type: ignore[arg-type]
            self.said.put(message)
        self.said.put(None)

    def ask(self, message: protocol.FromDashboard) -> None:
        assert self.process.stdin is not None
        protocol.write_frame(self.process.stdin, message)  # type: ignore[arg-type]

    def until(self, kind: type[M], holds: Callable[[M], bool] = lambda _: True) -> M:
        """The next message of a kind for which something holds; others are passed over."""
        while True:
            message = self.said.get(timeout=PATIENCE)
            assert message is not None, "the worker ended"
            if isinstance(message, kind) and holds(message):
                return message


@pytest.fixture
def shop(tmp_path: Path) -> Repo:
    repo = Repo.init(tmp_path / "shop")
    repo.write("app/llm.py", CLIENT.format(""))
    repo.write("app/ask.py", ASK)
    repo.commit()
    return repo


@pytest.fixture
def worker(shop: Repo, tmp_path: Path) -> Iterator[Running]:
    running = Running(shop.root, tmp_path / "cache")
    running.until(protocol.Judged)
    running.until(protocol.WatchState, lambda state: state.mode == "live")
    yield running
    running.ask(protocol.Quit())
    assert running.process.wait(timeout=PATIENCE) == 0


def status(card: Scorecard, control: str) -> str:
    return next(c.verdict.status.value for c in card.controls if c.id == control)


def test_a_save_is_judged_and_says_what_was_fixed(shop: Repo, worker: Running) -> None:
    shop.write("app/llm.py", CLIENT.format("timeout=30"))
    judged = worker.until(protocol.Judged)
    assert status(judged.scorecard, "RES-01") == "done"
    assert judged.cause.kind == "save"
    assert judged.cause.paths == ("app/llm.py",)
    assert "RES-01" in judged.cause.fixed
    assert 0 < judged.cause.rejudged < judged.cause.of


def test_an_editor_that_saves_by_renaming_is_seen(shop: Repo, worker: Running) -> None:
    partial = shop.write("app/.llm.py.swp", CLIENT.format("timeout=30"))
    partial.replace(shop.root / "app/llm.py")
    judged = worker.until(protocol.Judged, lambda m: status(m.scorecard, "RES-01") == "done")
    assert "app/llm.py" in judged.cause.paths


def test_files_in_a_new_folder_are_seen(shop: Repo, worker: Running) -> None:
    shop.write("jobs/nightly/run.py", ASK.replace("ask(", "run("))
    judged = worker.until(
        protocol.Judged,
        lambda m: any(
            f.path.startswith("jobs/") for c in m.scorecard.controls for f in c.verdict.findings
        ),
    )
    assert judged.scorecard.score is not None


def test_a_branch_switch_is_told_as_one(shop: Repo, worker: Running) -> None:
    shop.git("checkout", "-q", "-b", "topic")
    judged = worker.until(protocol.Judged)
    assert judged.scorecard.tree.branch == "topic"
    assert judged.cause.kind == "branch"


def test_an_acknowledgement_is_written_shown_and_undone(shop: Repo, worker: Running) -> None:
    worker.ask(protocol.Acknowledge((protocol.Gap("RES-01"),), "nightly batch"))
    judged = worker.until(protocol.Judged, lambda m: bool(m.ledger.acknowledged))
    held = judged.ledger.acknowledged[0]
    assert (held.control, held.reason, held.by, held.covers) == (
        "RES-01",
        "nightly batch",
        "dev@example.com",
        True,
    )
    assert "nightly batch" in (shop.root / "shipsmith.toml").read_text()
    assert status(judged.scorecard, "RES-01") == "missing"
    worker.ask(protocol.Undo())
    worker.until(protocol.Judged, lambda m: not m.ledger.acknowledged)
    assert "nightly batch" not in (shop.root / "shipsmith.toml").read_text()


def test_gaps_acknowledged_together_are_taken_back_together(shop: Repo, worker: Running) -> None:
    shop.write("shipsmith.toml", "# ours\nexclude = []\n")
    gaps = (protocol.Gap("RES-01"), protocol.Gap("RES-03"))
    worker.ask(protocol.Acknowledge(gaps, "nightly batch"))
    judged = worker.until(protocol.Judged, lambda m: bool(m.ledger.acknowledged))
    assert [ack.control for ack in judged.ledger.acknowledged] == ["RES-01", "RES-03"]
    assert judged.ledger.undoable == 1
    worker.ask(protocol.Undo())
    judged = worker.until(protocol.Judged, lambda m: not m.ledger.acknowledged)
    assert judged.ledger.undoable == 0
    assert (shop.root / "shipsmith.toml").read_text() == "# ours\nexclude = []\n"
    worker.ask(protocol.Undo())
    assert worker.until(protocol.Notice).failed


def test_an_undo_that_cannot_be_written_can_be_tried_again(shop: Repo, worker: Running) -> None:
    worker.ask(protocol.Acknowledge((protocol.Gap("RES-01"),), "nightly batch"))
    worker.until(protocol.Judged, lambda m: m.ledger.undoable == 1)
    good = (shop.root / "shipsmith.toml").read_text()
    shop.write("shipsmith.toml", "[[acknowledged]\n")
    worker.until(protocol.Trouble)
    worker.ask(protocol.Undo())
    worker.until(protocol.Notice, lambda n: n.failed)
    shop.write("shipsmith.toml", good)
    worker.until(protocol.Resolved)
    worker.ask(protocol.Undo())
    worker.until(protocol.Judged, lambda m: m.ledger.undoable == 0)
    assert "nightly batch" not in (shop.root / "shipsmith.toml").read_text()


def test_a_gap_that_may_be_attested_is_settled_by_it(shop: Repo, worker: Running) -> None:
    attestable = "GOV-01"
    worker.ask(protocol.Attest(attestable, "https://wiki.example/policy"))
    judged = worker.until(protocol.Judged, lambda m: bool(m.ledger.attested))
    assert attestable in judged.ledger.attestable
    assert judged.ledger.attested[0].evidence == "https://wiki.example/policy"
    assert status(judged.scorecard, attestable) == "done"


def test_a_control_is_covered_only_when_all_its_findings_are(shop: Repo, worker: Running) -> None:
    shop.write("app/other.py", "from openai import OpenAI\n\nother = OpenAI()\n")
    shop.write("app/sum.py", ASK.replace("llm import client", "other import other as client"))

    def findings(judged: protocol.Judged) -> list[str]:
        results = {result.id: result for result in judged.scorecard.controls}
        return [finding.fingerprint for finding in results["RES-01"].verdict.findings]

    first, second = findings(worker.until(protocol.Judged, lambda m: len(findings(m)) == 2))
    worker.ask(protocol.Acknowledge((protocol.Gap("RES-01", (first,)),), "nightly batch"))
    judged = worker.until(protocol.Judged, lambda m: bool(m.ledger.acknowledged))
    assert [ack.covers for ack in judged.ledger.acknowledged] == [False]
    worker.ask(protocol.Acknowledge((protocol.Gap("RES-01", (second,)),), "nightly batch"))
    judged = worker.until(protocol.Judged, lambda m: all(a.covers for a in m.ledger.acknowledged))
    assert {f for ack in judged.ledger.acknowledged for f in ack.findings} == {first, second}


def test_a_broken_ledger_keeps_the_last_good_one_and_is_never_written(
    shop: Repo, worker: Running
) -> None:
    worker.ask(protocol.Acknowledge((protocol.Gap("RES-01"),), "nightly batch"))
    worker.until(protocol.Judged, lambda m: bool(m.ledger.acknowledged))
    broken = "[[acknowledged]\ncontrol =\n"
    shop.write("shipsmith.toml", broken)
    trouble = worker.until(protocol.Trouble)
    assert trouble.path == "shipsmith.toml"
    assert trouble.line == 1
    worker.ask(protocol.Acknowledge((protocol.Gap("RES-03"),), "another"))
    assert worker.until(protocol.Notice, lambda n: n.failed)
    assert (shop.root / "shipsmith.toml").read_text() == broken
    shop.write("shipsmith.toml", "exclude = []\n")
    worker.until(protocol.Resolved)


def test_while_paused_nothing_is_judged_and_afterwards_everything_is(shop: Repo, worker: Running) -> None:
    worker.ask(protocol.Pause(True))
    worker.until(protocol.WatchState, lambda state: state.mode == "paused")
    shop.write("app/llm.py", CLIENT.format("timeout=30"))
    worker.ask(protocol.Pause(False))
    assert status(worker.until(protocol.Judged).scorecard, "RES-01") == "done"


def test_the_last_scorecard_is_shown_at_once_and_marked_stale(
    shop: Repo, worker: Running, tmp_path: Path
) -> None:
    again = Running(shop.root, tmp_path / "cache")
    assert again.until(protocol.Judged).stale
    assert not again.until(protocol.Judged).stale
    again.ask(protocol.Quit())
    assert again.process.wait(timeout=PATIENCE) == 0


def test_a_first_judgement_is_told_dimension_by_dimension(shop: Repo, tmp_path: Path) -> None:
    """Somebody who opens a large tree for the first time sees verdicts before all are there."""
    running = Running(shop.root, tmp_path / "cache")
    so_far = running.until(protocol.JudgedSoFar).scorecard
    assert {c.dimension for c in so_far.controls} == {"DAT"}
    assert so_far.score is None
    assert {"DAT", "GOV"} < {c.dimension for c in running.until(protocol.Judged).scorecard.controls}
    running.ask(protocol.Quit())
    assert running.process.wait(timeout=PATIENCE) == 0


def test_source_is_given_around_a_line(shop: Repo, worker: Running) -> None:
    worker.ask(protocol.WantSource("app/ask.py", 5, 1, request=7))
    source = worker.until(protocol.SourceText)
    assert (source.request, source.first_line) == (7, 4)
    assert source.lines == tuple(ASK.splitlines()[3:6])


def test_a_key_in_the_source_is_given_cut(shop: Repo, worker: Running) -> None:
    key = "sk-" + "ant-" + "api03-" + "Kq7Zr2Vt9Xw4" * 7 + "Kq7Zr2Vt9" + "AA"
    shop.write("deploy/prod.env", f"ANTHROPIC_API_KEY={key}\n")
    worker.ask(protocol.WantSource("deploy/prod.env", 1, 1, request=8))
    assert worker.until(protocol.SourceText).lines[0] == "ANTHROPIC_API_KEY=sk-ant…"


def test_when_the_dashboard_goes_away_the_worker_ends(shop: Repo, tmp_path: Path) -> None:
    running = Running(shop.root, tmp_path / "cache")
    running.until(protocol.Judged)
    assert running.process.stdin is not None
    running.process.stdin.close()
    assert running.process.wait(timeout=PATIENCE) == 0
