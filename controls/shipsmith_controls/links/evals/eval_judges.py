"""Models that score answers in eval runs: where each is named, and whether anybody checked it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import file_calls
from shipsmith_controls.links.calls.model_ids import ModelId, ids_of_call
from shipsmith_controls.links.calls.offered import is_known
from shipsmith_controls.links.evals.eval_cases import own_sets
from shipsmith_controls.links.evals.eval_code import eval_code
from shipsmith_controls.links.evals.eval_metrics import metrics_of, names_used
from shipsmith_controls.links.evals.evals import eval_runs
from shipsmith_controls.links.files.documents import sections
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.queries import Database, query

_JUDGE = frozenset(
    "judge judges grader graders grading evaluator evaluators evaluate scorer scorers critic".split()
)
_SCORES = _JUDGE | {"grade", "score", "eval", "evals", "judgement", "judgment"}
_HUMAN = frozenset({"human_score", "human_label"})
_STATISTICS = frozenset(
    "cohen_kappa_score cohen_kappa kappa agreement pearsonr spearmanr kendalltau correlation corr "
    "confusion_matrix matthews_corrcoef krippendorff".split()
)
_ABOUT = re.compile(r"\b(?:judges?|graders?|evaluators?)\b", re.IGNORECASE)
_AGREES = re.compile(
    r"(?:kappa|agree(?:s|d|ment)?|correlat\w+)\b[^.]{0,60}?\b\d(?:[\d.]*)%?|\d+\s?%[^.]{0,30}\bagree",
    re.IGNORECASE,
)


class Judge(msgspec.Struct, frozen=True, order=True):
    """A place that names the model which scores; `id` is None when it is not seen."""

    path: str
    line: int
    id: ModelId | None = None


@query
def judges(db: Database) -> tuple[Judge, ...]:
    """Every model that scores in some eval run, each place once."""
    found: dict[tuple[str, int], Judge] = {}
    for run in eval_runs(db):
        own = [judge for part in run.files for judge in judges_in(db, part)]
        framed = any(eval_code(db, part).frameworks for part in run.files)
        if not own and framed:
            # A library's metric of groundedness asks a model that nobody chose here.
            own = [Judge(use.path, use.line) for use in metrics_of(db, run, "groundedness")[:1]]
        for judge in own:
            found.setdefault((judge.path, judge.line), judge)
    return tuple(found[key] for key in sorted(found))


@query
def judges_in(db: Database, path: str) -> tuple[Judge, ...]:
    """The models that score in one file of eval code: by a name of scoring, or by a call that scores."""
    facts = index(db, path)
    if facts is None:
        return ()
    scoring = bool(tokens(_file(path)) & _JUDGE) and not is_production(db, path)
    found = {
        (path, literal.line): Judge(
            path, literal.line, ModelId(path, literal.line, str(literal.value), "")
        )
        for literal in _named(facts, scoring)
    }
    # In a file that production runs too, not every call scores: the function itself must say so.
    shared = is_production(db, path)
    for call in file_calls(db, path).model:
        about = call.function.rsplit(".", 1)[-1] if shared else f"{call.function} {_file(path)}"
        if call.is_llm and tokens(about) & _SCORES:
            for each in ids_of_call(db, call).ids:
                found.setdefault((each.path, each.line), Judge(each.path, each.line, each))
            if not found:
                found[path, call.line] = Judge(path, call.line)
    return tuple(found.values())


def _file(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _named(facts: ModuleIndex, scoring: bool) -> Iterator[code.Literal]:
    """Model ids that are given under a name of scoring, or as `model` where the file is about scoring."""
    module = facts.module
    for assign in module.assigns:
        if assign.value is not None and _tells(last_name(assign.target), scoring):
            yield from _ids(assign.value, module)
    for call in module.calls:
        for keyword in call.keywords:
            if _tells(keyword.name or "", scoring or bool(tokens(last_name(call.callee)) & _JUDGE)):
                yield from _ids(keyword.value, module)
        flags = [a.value for a in call.args if isinstance(a, code.Literal) and isinstance(a.value, str)]
        if last_name(call.callee) in ("add_argument", "option", "Option") and flags:
            default = next((k.value for k in call.keywords if k.name == "default"), None)
            if default is not None and any(_tells(flag.strip("-"), scoring) for flag in flags):
                yield from _ids(default, module)
        for given in (*call.args, *(k.value for k in call.keywords)):
            yield from _in_mappings(given, module, scoring)
    for value in (*(a.value for a in module.assigns), *(e.value for e in module.exits)):
        if value is not None:
            yield from _in_mappings(value, module, scoring)
    for function in module.functions:
        about = scoring or bool(tokens(function.qualname) & _JUDGE)
        for param in function.params:
            if param.default is not None and _tells(param.name, about):
                yield from _ids(param.default, module)


def _in_mappings(expr: code.Expr, module: code.Module, scoring: bool) -> Iterator[code.Literal]:
    if isinstance(expr, code.Mapping):
        for key, value in expr.entries:
            if isinstance(key, code.Literal) and _tells(str(key.value), scoring):
                yield from _ids(value, module)


def _tells(name: str, scoring: bool) -> bool:
    return bool(tokens(name) & _JUDGE) or (scoring and name.lower() in ("model", "model_name", "llm"))


def _ids(expr: code.Expr, module: code.Module) -> Iterator[code.Literal]:
    for part in inside(expr, module):
        if isinstance(part, code.Literal) and isinstance(part.value, str) and is_known(part.value):
            yield part


@query
def calibration(db: Database) -> tuple[str, int] | None:
    """(path, line) of a computed agreement with people's labels, or of a document that gives it."""
    labelled = any(
        {name for name, _ in each.data.filled} & _HUMAN for each in own_sets(db) if each.data is not None
    )
    if labelled:
        for run in eval_runs(db):
            for part in run.files:
                for name, line in names_used(db, part):
                    if name in _STATISTICS or tokens(name) & {"kappa", "agreement", "correlation"}:
                        return part, line
    for passage in sections(db, _ABOUT):
        if passage.level and _AGREES.search(passage.everything):
            return passage.path, passage.line
    return None
