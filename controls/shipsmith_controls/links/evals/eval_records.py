"""What eval runs keep of their results: where, with which versions, and compared with what."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.evals.eval_code import eval_code
from shipsmith_controls.links.evals.eval_metrics import names_used
from shipsmith_controls.links.evals.eval_named import config_texts, names_data
from shipsmith_controls.links.evals.eval_results import finish_of, writes
from shipsmith_controls.links.evals.eval_steps import eval_steps
from shipsmith_controls.links.evals.evals import EvalRun
from shipsmith_controls.links.files.commands import ci_commands
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.queries import Database, query

_OWN_NAME = frozenset(
    "timestamp time now strftime isoformat date today commit sha rev revision uuid run id model "
    "version".split()
)
"""Words by which a file name differs from run to run."""
_OUTPUTS = frozenset(
    {"output_path", "output_dir", "results_dir", "results_path", "save_path", "outputPath"}
)
_JUDGES = frozenset("judge grader evaluator evaluation embedding eval critic config".split())
_VERSIONS = frozenset("commit sha revision version prompt".split())
_BEFORE = frozenset({"baseline", "previous", "last"})
_COMPARES = frozenset("compare compares comparison diff delta regression regressed against".split())
_STEPS = 3


@query
def kept_at(db: Database, run: EvalRun) -> tuple[tuple[str, int, bool], ...]:
    """(path, line, whether each run keeps its own) of every place at which a run's results go."""
    found: dict[tuple[str, int, bool], None] = {}
    trackers = {each.key for each in load().tables.evaluation if each.tracker}
    for part in run.files:
        for key, line in eval_code(db, part).frameworks:
            if key in trackers:
                found[part, line, True] = None
        facts = index(db, part)
        if facts is not None and part == run.path:
            found |= dict.fromkeys(_written(db, part, facts))
    for path in run.settings:
        for text, line, key in config_texts(db, path):
            if key in _OUTPUTS:
                found[path, line, "<" in text or "{" in text or "$" in text] = None
    for step in eval_steps(db):
        if run.path in step.runs:
            uploads = [s for s in step.job.steps if s.uses.startswith("actions/upload-artifact")]
            found |= {(step.path, s.line, True): None for s in uploads}
    return tuple(found)


def _written(db: Database, path: str, facts: ModuleIndex) -> Iterator[tuple[str, int, bool]]:
    for at in writes(db, path):
        call = facts.module.calls[at]
        owner = call.callee.base if isinstance(call.callee, code.Attribute) else None
        # `path.write_text(record)` names the file before the dot, the others in an argument.
        named = [*([owner] if owner is not None else []), *call.args[:1]]
        yield path, call.line, _is_own(db, path, facts, named)
    for call in facts.module.calls:
        for keyword in call.keywords:
            if keyword.name in _OUTPUTS and _is_own(db, path, facts, [keyword.value]):
                yield path, keyword.line, True


def _is_own(db: Database, path: str, facts: ModuleIndex, exprs: list[code.Expr]) -> bool:
    """Whether a file name differs from run to run and is not ignored by git."""
    module, words, texts = facts.module, set[str](), set[str]()
    pending = [*exprs]
    for _ in range(_STEPS):
        names: set[str] = set()
        for expr in pending:
            for part in inside(expr, module):
                if isinstance(part, (code.Name, code.Attribute)):
                    names.add(last_name(part))
                elif isinstance(part, code.CallRef):
                    words |= tokens(last_name(module.calls[part.call].callee))
                elif isinstance(part, code.Literal) and isinstance(part.value, str):
                    texts.update(part.value.strip("/").split("/"))
        words |= {word for name in names for word in tokens(name)}
        pending = [
            a.value for a in module.assigns if a.value is not None and last_name(a.target) in names
        ]
    folder = posixpath.dirname(path)
    ignored = texts & _ignored(db, folder)
    return bool(words & _OWN_NAME) and all(_holds_files(db, folder, name) for name in ignored)


@query
def _holds_files(db: Database, folder: str, name: str) -> bool:
    """Whether files stand in a folder of this name although git is told to ignore it."""
    return any(path.startswith(f"{folder}/{name}/") for path in files(db))


@query
def _ignored(db: Database, folder: str) -> frozenset[str]:
    """Names of folders that git ignores in a folder or above it."""
    found: set[str] = set()
    while True:
        lines = lines_of(db, posixpath.join(folder, ".gitignore"))
        found |= {
            line.strip().strip("/*").rsplit("/", 1)[-1] for line in lines if line[:1] not in ("#", "!")
        }
        if not folder:
            return frozenset(found - {""})
        folder = posixpath.dirname(folder)


def versions_in(db: Database, run: EvalRun) -> tuple[bool, bool]:
    """Whether the record of a run holds the model under test, and a prompt version or commit."""
    facts = index(db, run.path)
    keys = list(_keys(facts.module)) if facts is not None else []
    model = any("model" in tokens(key) and not tokens(key) & _JUDGES for key in keys)
    version = any(tokens(key) & _VERSIONS and "api" not in tokens(key) for key in keys)
    return model, version


def _keys(module: code.Module) -> Iterator[str]:
    values = [a.value for a in module.assigns if a.value is not None]
    values += [given for c in module.calls for given in (*c.args, *(k.value for k in c.keywords))]
    for value in values:
        for part in inside(value, module):
            if isinstance(part, code.Mapping):
                entries = [key.value for key, _ in part.entries if isinstance(key, code.Literal)]
                # A message of a conversation or the settings of a request are no record.
                if not {"role", "messages", "api_key"} & {str(key) for key in entries}:
                    yield from (key for key in entries if isinstance(key, str))


@query
def baseline_of(db: Database, run: EvalRun) -> tuple[str, int] | None:
    """(path, line) at which a run's results are compared with those of an earlier one."""
    for part in run.files:
        for text, line in eval_code(db, part).texts:
            if names_data(text) and tokens(text) & {"baseline", "previous"}:
                return part, line
        for name, line in names_used(db, part):
            words = tokens(name)
            if (words & _BEFORE and words & _COMPARES) or name == "evaluate_comparative":
                return part, line
    steps = {(step.path, step.job.id) for step in eval_steps(db) if run.path in step.runs}
    for each in ci_commands(db):
        said = {each.ran.command.target, *each.ran.command.args}
        if (each.path, each.job.id) in steps and (
            said & {"diff", "compare"} or any("baseline" in word for word in said)
        ):
            return each.path, each.step.run_line or each.step.line
    return None


def written_at(db: Database, run: EvalRun) -> tuple[str, int]:
    """(path, line) at which a run's results go: a place of its own first, else the run's end."""
    places = sorted(kept_at(db, run), key=lambda place: not place[2])
    for path, line, _ in places:
        return path, line
    return run.path, finish_of(db, run)
