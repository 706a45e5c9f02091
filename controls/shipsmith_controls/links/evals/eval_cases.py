"""Eval cases: the rows of dataset files and the elements of literal lists that eval runs read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from shipsmith_controls.facts import code, datasets
from shipsmith_controls.facts.datasets import INPUT_FIELDS, Dataset
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.evals.eval_code import eval_code
from shipsmith_controls.links.evals.eval_named import config_texts, files_named, is_result, names_data
from shipsmith_controls.links.evals.evals import EvalRun, eval_runs
from shipsmith_controls.links.tree import family, index
from shipsmith_controls.links.values.index import (
    ModuleIndex,
    argument,
    dotted,
    entry,
    last_name,
    parts_of,
)
from shipsmith_controls.links.values.value import Const, Data
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_REMOTE_METHODS = frozenset({"get_dataset", "getDataset", "init_dataset", "initDataset", "load_dataset"})
_CASES_BY_NAME = frozenset({"evaluate", "aevaluate", "Eval"})
"""Functions of frameworks that hold datasets: what they are given as data is the name of one."""


class CaseSet(msgspec.Struct, frozen=True):
    """A set of eval cases that eval runs read.

    `kind`: a dataset `file` of the tree, a literal `list` in eval code, or `remote`, fetched by name.
    `own`: it stands in the tree and is no public benchmark. `data` is what its rows hold (None when
    remote); `lines` are the lines of the rows of a list. `runs` are the paths of the runs.
    """

    path: str
    line: int
    kind: Literal["file", "list", "remote"]
    own: bool
    runs: tuple[str, ...]
    data: Dataset | None = None
    lines: tuple[int, ...] = ()
    name: str = ""

    @property
    def distinct(self) -> int:
        """Cases whose input texts differ."""
        return self.data.distinct_inputs if self.data is not None else 0

    def line_of(self, line: int) -> int:
        """The line in the file of a line that `data` tells."""
        return self.lines[line - 1] if self.lines and 0 < line <= len(self.lines) else max(line, 1)


@query
def case_sets(db: Database) -> tuple[CaseSet, ...]:
    """Every set of cases that some eval run reads, each once."""
    found: dict[tuple[str, int, str], CaseSet] = {}
    for run in eval_runs(db):
        for each in (*_from_files(db, run), *_from_code(db, run)):
            key = (each.path, each.line, each.kind)
            known = found.get(key)
            runs = (*known.runs, run.path) if known is not None else (run.path,)
            found[key] = msgspec.structs.replace(each, runs=runs)
    return tuple(found.values())


@query
def own_sets(db: Database) -> tuple[CaseSet, ...]:
    """The sets of own cases."""
    return tuple(each for each in case_sets(db) if each.own and each.distinct)


def _from_files(db: Database, run: EvalRun) -> Iterator[CaseSet]:
    named = [(part, text) for part in run.files for text, _ in eval_code(db, part).texts]
    named += [(path, text) for path in run.settings for text, _, _ in config_texts(db, path)]
    paths = {p: None for home, text in named if names_data(text) for p in files_named(db, home, text)}
    paths |= dict.fromkeys(run.settings)
    for path in paths:
        if not is_result(path):
            data = dataset(db, path)
            if data is not None:
                yield CaseSet(path, data.first_line, "file", not is_benchmark(path), (), data)


@query
def dataset(db: Database, path: str) -> Dataset | None:
    """The rows of a file that holds cases with an input; None when it holds none."""
    found = family(db, "dataset", path)
    return found if isinstance(found, Dataset) and found.rows and found.input_field else None


def is_benchmark(name: str) -> bool:
    """Whether a file or dataset is a public benchmark, by its name."""
    last = re.sub(r"[^a-z0-9]+", "-", name.rsplit("/", 1)[-1].lower()).strip("-")
    words = set(last.split("-"))
    joined = last.replace("-", "")
    for family_ in load().tables.benchmark:
        for known in family_.names:
            bare = re.sub(r"[^a-z0-9]", "", known)
            if known in words or bare in words or (len(bare) > 5 and bare in joined):
                return True
    return False


def _from_code(db: Database, run: EvalRun) -> Iterator[CaseSet]:
    for part in run.files:
        yield from literal_sets(db, part)
        yield from remote_sets(db, part)


@query
def literal_sets(db: Database, path: str) -> tuple[CaseSet, ...]:
    """The literal lists of cases in a file of eval code."""
    facts = index(db, path)
    if facts is None:
        return ()
    found = []
    for line, rows in _lists(db, path, facts):
        text = "\n".join(json.dumps(values) for _, values in rows)
        data = datasets.extract(text.encode(), "jsonl")
        if data.rows and data.input_field:
            lines = tuple(at for at, _ in rows)
            found.append(CaseSet(path, line, "list", True, (), data, lines))
    return tuple(found)


def _lists(
    db: Database, path: str, facts: ModuleIndex
) -> Iterator[tuple[int, list[tuple[int, dict[str, Any]]]]]:
    module = facts.module
    values = [a.value for a in module.assigns if a.value is not None]
    values += [given for c in module.calls for given in (*c.args, *(k.value for k in c.keywords))]
    values += [out.value for out in module.exits if out.value is not None]
    for call in module.calls:
        if last_name(call.callee) == "parametrize" and len(call.args) > 1:
            rows = list(_parametrized(call, module))
            if rows:
                yield call.line, rows
    yield from _given_inline(db, path, facts)
    seen: set[code.Sequence] = set()
    for value in values:
        for part in _sequences(value):
            if part not in seen:
                seen.add(part)
                rows = [row for item in part.items if (row := _row(item, facts)) is not None]
                if rows and len(rows) * 2 > len(part.items):
                    yield part.line, rows


def _given_inline(
    db: Database, path: str, facts: ModuleIndex
) -> Iterator[tuple[int, list[tuple[int, dict[str, Any]]]]]:
    """Cases that a test of a framework is given: `ls.test("routes", { inputs, … }, run)`."""
    framed = {line for _, line in eval_code(db, path).frameworks}
    for call in facts.module.calls:
        for given in call.args if call.line in framed else ():
            row = _row(given, facts) if isinstance(given, code.Mapping) else None
            # In a loop over rows the input is a variable: those rows are the cases, not this call.
            if row is not None and isinstance(given, code.Mapping) and _is_fixed(db, path, call, given):
                yield call.line, [row]


def _is_fixed(db: Database, path: str, call: code.Call, case: code.Mapping) -> bool:
    asked = next((held for name in INPUT_FIELDS if (held := entry(case, name)) is not None), None)
    return any(isinstance(v, (Const, Data)) for v in values(db, path, call.block, asked))


def _sequences(expr: code.Expr) -> Iterator[code.Sequence]:
    """The outermost lists in an expression, calls apart."""
    if isinstance(expr, code.Sequence):
        yield expr
    elif isinstance(expr, (code.Mapping, code.Choice, code.Operation, code.Opaque)):
        for part in parts_of(expr):
            yield from _sequences(part)


def _row(item: code.Expr, facts: ModuleIndex) -> tuple[int, dict[str, Any]] | None:
    """A case as (line, fields): a mapping or a constructor call with an input field."""
    module = facts.module
    values: dict[str, Any] = {}
    if isinstance(item, code.Mapping):
        plain = _plain(item, module)
        values = plain if isinstance(plain, dict) else {}
    elif isinstance(item, code.CallRef):
        call = module.calls[item.call]
        if last_name(call.callee) == "param" and call.args and isinstance(call.args[0], code.CallRef):
            return _row(call.args[0], facts)
        names = _field_names(facts, last_name(call.callee))
        values = {name: _plain(given, module) for name, given in zip(names, call.args, strict=False)}
        values |= {k.name: _plain(k.value, module) for k in call.keywords if k.name}
    # Messages of a conversation are no cases.
    if "role" in values or not any(name in values for name in INPUT_FIELDS):
        return None
    return item.line, values


def _field_names(facts: ModuleIndex, name: str) -> tuple[str, ...]:
    at = facts.classes_by_qualname.get(name)
    if at is None:
        return ()
    block = facts.module.classes[at].block
    return tuple(
        a.target.id
        for a in facts.module.assigns
        if a.block == block and a.annotation is not None and isinstance(a.target, code.Name)
    )


def _parametrized(call: code.Call, module: code.Module) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of `pytest.mark.parametrize("question, expected", [(…), …])`."""
    first, rows = call.args[0], call.args[1]
    if not isinstance(first, code.Literal) or not isinstance(first.value, str):
        return
    names = [name.strip() for name in first.value.split(",")]
    if not isinstance(rows, code.Sequence) or not set(names) & set(INPUT_FIELDS):
        return
    for item in rows.items:
        if len(names) == 1:
            yield item.line, {names[0]: _plain(item, module)}
        elif isinstance(item, code.Sequence):
            yield item.line, {n: _plain(v, module) for n, v in zip(names, item.items, strict=False)}


def _plain(expr: code.Expr, module: code.Module, depth: int = 0) -> Any:
    """A literal as plain data; names and calls as their text, so that they count as filled."""
    if depth > 6:
        return "…"
    match expr:
        case code.Literal(value=value):
            return value
        case code.Template(parts=parts):
            return "".join(str(_plain(p, module, depth + 1)) for p in parts)
        case code.Sequence(items=items):
            return [_plain(item, module, depth + 1) for item in items]
        case code.Mapping(entries=entries):
            return {
                str(key.value): _plain(value, module, depth + 1)
                for key, value in entries
                if isinstance(key, code.Literal)
            }
        case code.CallRef(call=at):
            call = module.calls[at]
            given = [_plain(a, module, depth + 1) for a in call.args]
            return {"": last_name(call.callee), "args": given} if given else last_name(call.callee)
        case code.Name() | code.Attribute():
            return dotted(expr) or last_name(expr)
        case code.Operation(
            operator="*", operands=(code.Literal(value=str() as text), code.Literal(value=int() as n))
        ):
            return text * min(n, 10_000)
    return f"line {expr.line}"


@query
def remote_sets(db: Database, path: str) -> tuple[CaseSet, ...]:
    """Datasets that a file of eval code fetches by name."""
    facts = index(db, path)
    found: list[CaseSet] = []
    trackers = {each.key for each in load().tables.evaluation if each.tracker}
    framed = {line for key, line in eval_code(db, path).frameworks if key in trackers}
    for call in facts.module.calls if facts is not None else ():
        name = last_name(call.callee)
        given: code.Expr | None = None
        if name in _REMOTE_METHODS:
            given = argument(call, "#0") or argument(call, "name") or argument(call, "dataset_name")
        elif name in _CASES_BY_NAME and call.line in framed:
            given = argument(call, "data")
            given = given if isinstance(given, (code.Literal, code.Name, code.Attribute)) else None
        if given is None or isinstance(given, (code.Mapping, code.Sequence)):
            continue
        told = [v.value for v in values(db, path, call.block, given) if isinstance(v, Const)]
        shown = next((text for text in told if isinstance(text, str)), "")
        if not shown or not (names_data(shown) and files_named(db, path, shown)):
            found.append(CaseSet(path, call.line, "remote", False, (), name=shown))
    return tuple(found)
