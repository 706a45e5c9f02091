"""The way back from production: code and cases that turn what went wrong into eval cases."""

from __future__ import annotations

import re

from shipsmith_controls.facts.datasets import Dataset
from shipsmith_controls.links.calls.entries import entries_of
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.deploys.approval import templates
from shipsmith_controls.links.evals.eval_cases import own_sets
from shipsmith_controls.links.evals.eval_code import eval_files, expressions
from shipsmith_controls.links.evals.eval_metrics import names_used, words
from shipsmith_controls.links.evals.eval_results import writes
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, index, lines_of
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database, query

_ADDS = frozenset(
    "create_dataset_item create_examples create_example add_to_dataset add_dataset_items "
    "createDatasetItem createExample createExamples addToDataset".split()
)
_ORIGINS = frozenset({"trace_id", "run_id", "issue", "incident"})
_SEEN = frozenset("feedback trace traces downvoted thumbs vote votes rating ratings".split())
_ASKS = re.compile(r"\beval(?:uation)? (?:test )?cases?\b", re.IGNORECASE)


@query
def exports(db: Database) -> tuple[tuple[str, int], ...]:
    """(path, line) of code that turns traces or feedback into eval cases."""
    wanted = dict.fromkeys((*reached_files(db), *eval_files(db)))
    wanted |= {p: None for p in code_files(db) if tokens(p) & _SEEN}
    return tuple((path, line) for path in wanted if (line := _export_line(db, path)))


@query
def _export_line(db: Database, path: str) -> int:
    facts = index(db, path)
    if facts is None:
        return 0
    named = {word for name, _ in names_used(db, path) for word in words(name)}
    if not named & _SEEN:
        return 0
    for call in facts.module.calls:
        if last_name(call.callee) in _ADDS:
            return call.line
    # A runner that writes the cases it reads keeps answers; nothing comes back from production there.
    sets = [each for each in own_sets(db) if each.kind == "file" and path not in each.runs]
    own = {each.path.rsplit("/", 1)[-1] for each in sets}
    texts = {getattr(part, "value", None) for part in expressions(facts.module)}
    if any(isinstance(text, str) and text.rsplit("/", 1)[-1] in own for text in texts):
        written = writes(db, path)
        return facts.module.calls[written[0]].line if written else 0
    return 0


@query
def returned_cases(db: Database) -> tuple[tuple[str, int, int], ...]:
    """(path, line, count) of own cases that say which failure they came from."""
    found = []
    for each in own_sets(db):
        data = each.data
        if isinstance(data, Dataset):
            count = max((n for name, n in data.filled if name in _ORIGINS), default=0)
            count = max(count, *(n for f, v, n in data.slices if (f, v) == ("source", "production")), 0)
            if count:
                found.append((each.path, each.line, count))
    return tuple(found)


@query
def asking_lines(db: Database) -> tuple[tuple[str, int], ...]:
    """Lines of templates and of the contributing guide that ask for an eval case with each fix."""
    found = []
    for path in (*templates(db), "CONTRIBUTING.md", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md"):
        lines = lines_of(db, path)
        for number, text in enumerate(lines, 1):
            if _ASKS.search(text):
                found.append((path, number))
                break
    return tuple(found)


@query
def feedback_handlers(db: Database) -> tuple[tuple[str, int], ...]:
    """(path, line) of endpoints that take in what people think of an answer."""
    found: list[tuple[str, int]] = []
    for path in code_files(db):
        if not is_production(db, path) or not (tokens(path) & _SEEN or path in reached_files(db)):
            continue
        for entry in entries_of(db, path):
            said = tokens(f"{entry.route} {entry.function}") | tokens(path.rsplit("/", 1)[-1])
            if said & (_SEEN - {"trace", "traces"}):
                found.append((path, entry.line))
    return tuple(found)
