"""One judgement without a screen: the engine's scorecard with the ledger and ignore comments over it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace
from shipsmith_controls import standing
from shipsmith_controls.facts import ignores
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Scorecard, Status
from shipsmith_controls.since import compare
from shipsmith_controls.tree.base import BaseError, find_base
from shipsmith_controls.tree.git import GitError, NoGit, open_git
from shipsmith_controls.tree.reading import Reader
from shipsmith_controls.workflows import narrowed, since_in

from shipsmith_tui import ledger_file, remembered
from shipsmith_tui.commits_worker import CommitJudge
from shipsmith_tui.lineage import Conditions
from shipsmith_tui.since_report import Compared

if TYPE_CHECKING:
    from pathlib import Path


def judge(root: Path, today: date | None = None) -> tuple[Scorecard, standing.View]:
    """Judge a tree once.

    Raises: see `judge_since`.
    """
    card, view, _ = judge_since(root, None, today)
    return card, view


def judge_since(
    root: Path, revision: str | None, today: date | None = None, *, workflow: str | None = None
) -> tuple[Scorecard, standing.View, Compared | None]:
    """Judge a tree once, and its base: where it left `revision`, "" for its default branch.

    What is told of both is narrowed to a `workflow`, if one is named.

    Raises:
        NoWorkflowError: the tree has no workflow of that name; the message is a sentence.
        BaseError: there is no base; the message is a sentence.
        LedgerError: `shipsmith.toml` is broken; its `exclude` decides what is judged, so that
            judging without it would give a wrong answer.
        LedgerFileError: `shipsmith.toml` cannot be read.
        OSError: the folder cannot be opened.
    """
    ledger = ledger_file.load(root)
    with Judge(root, remembered.facts_folder(root)) as engine:
        card = engine.update()
        if engine.trouble is not None:
            raise engine.trouble
        files = frozenset(engine.workspace.files)
        conditions = Conditions(engine.standards, date.today())
    # Laid over the whole tree: what covers a gap of another workflow is not idle.
    view = standing.apply(ledger, card.controls, today or date.today(), ignores_of(root, card))
    part = card if workflow is None else narrowed(card, workflow)
    if revision is None:
        return part, view, None
    compared = _compare(root, revision, card, files, conditions)
    if workflow is not None:
        compared = replace(compared, since=since_in(compared.since, part))
    return part, view, compared


def _compare(
    root: Path, revision: str, card: Scorecard, files: frozenset[str], conditions: Conditions
) -> Compared:
    git = open_git(str(root))
    if isinstance(git, NoGit):
        raise BaseError(f"There is nothing to compare with: {git.reason}.")
    with git:
        judge = CommitJudge(root, git, conditions)
        try:
            base = find_base(git, revision)
            past = judge.past(base.commit)
        except GitError as error:
            raise BaseError(f"The base cannot be judged: {error}.") from error
        finally:
            judge.close()
    return Compared(base.name, base.commit, base.note, compare(past, card, files))


def ignores_of(root: Path, card: Scorecard) -> tuple[standing.Ignore, ...]:
    """The ignore comments in the files that findings point at; no others can cover anything."""
    failing = (c for c in card.controls if c.verdict.status in (Status.PARTIAL, Status.MISSING))
    paths = sorted({f.path for control in failing for f in control.verdict.findings})
    found = []
    with Reader(str(root)) as reader:
        for path in paths:
            content = reader.read(path)
            if isinstance(content, bytes):
                found += [
                    standing.Ignore(path, note.line, note.controls, note.reason)
                    for note in ignores.extract(content)
                ]
    return tuple(found)
