"""Workflow labels: what tells the spend of one place that asks a model from that of the others."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import Site, decorators
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.traces.tracers import Coverage, coverage
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, inside
from shipsmith_controls.links.values.value import Const
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_TRACED = (
    "experimental_telemetry.functionId",
    "telemetry.functionId",
    "config.run_name",
    "config.runName",
    "config.tags",
    "#1.runName",
    "#1.tags",
    "run_name",
    "tags",
    "name",
    "generation_name",
    "trace_name",
)
"""Arguments that a tracer exports; they count where one covers the call."""
_STORED = ("metadata", "extra_body.metadata", "request_metadata", "requestMetadata")
"""Arguments that the provider or gateway keeps with the request."""
_KEYS = frozenset(
    "feature workflow flow use_case usecase task operation tags generation_name purpose step".split()
)
_NAMED = frozenset("flow workflow feature operation purpose usecase llmflow".split())
"""Words of an argument of a shared wrapper that holds the workflow."""
_API = frozenset(
    "stream text generate generation chat completion completions openai anthropic claude gpt "
    "gemini llm model "
    "ai object call invoke message messages untagged unknown default none other sdk api request".split()
)
_STEPS = frozenset({"step", "stage", "phase", "workflow", "flow", "operation"})
_FEW = 3


class Label(msgspec.Struct, frozen=True):
    """A label at a place. `weak` says why it does not tell the workflow ("" when it does)."""

    text: str
    path: str
    line: int
    weak: str = ""


@query
def labels(db: Database) -> dict[tuple[str, int], Label]:
    """(path, call) of each place that asks -> its label; one repeated in other functions counts once."""
    table: dict[tuple[str, int], Label] = {}
    owners: dict[str, tuple[str, str]] = {}
    for asked in generations(db):
        found = sorted(_of(db, asked), key=lambda label: bool(label.weak))
        if not found:
            continue
        best = found[0]
        home = (asked.path, asked.function)
        shared = best.path != asked.path or not asked.line <= best.line <= asked.end_line
        if not best.weak and not shared and owners.setdefault(best.text, home) != home:
            best = msgspec.structs.replace(best, weak=f"the label `{best.text}` is used elsewhere too")
        table[asked.path, asked.call] = best
    return table


def _of(db: Database, asked: Generation) -> Iterator[Label]:
    traced = [c for c in coverage(db, asked.model) if not c.weak]
    facts = index(db, asked.path)
    if facts is None:
        return
    call = facts.module.calls[asked.call]
    yield from _given(db, asked.path, facts, call, bool(traced))
    yield from _decorated(db, asked, traced)
    yield from _of_object(db, asked, traced)
    yield from _passed(db, asked.path, call)
    yield from _kept_beside(db, asked)


def _given(db: Database, path: str, facts: ModuleIndex, call: code.Call, traced: bool) -> Iterator[Label]:
    for name in _TRACED:
        given = given_argument(db, path, call, name, facts.module)
        if given is not None:
            yield from _texts(
                db, *given, "" if traced else "the label goes nowhere: no tracer covers the call"
            )
    for name in _STORED:
        given = given_argument(db, path, call, name, facts.module)
        for part in inside(given[2], facts.module) if given is not None and given[0] == path else ():
            if isinstance(part, code.Mapping):
                for key, held in part.entries:
                    if isinstance(key, code.Literal) and tokens(str(key.value)) & _KEYS:
                        yield from _texts(db, path, call.block, held, "")
    for name in ("extra_headers", "headers", "default_headers"):
        given_headers = argument(call, name)
        for part in inside(given_headers, facts.module) if given_headers is not None else ():
            if isinstance(part, code.Mapping):
                for key, held in part.entries:
                    if isinstance(key, code.Literal) and str(key.value).startswith("Helicone-Property-"):
                        yield from _texts(db, path, call.block, held, "")


def _texts(db: Database, path: str, block: int, expr: code.Expr, weak: str) -> Iterator[Label]:
    """The fixed texts that a label may be; a constant of an enum counts by its name."""
    items = expr.items if isinstance(expr, code.Sequence) else (expr,)
    for item in items[:_FEW]:
        found = [v for v in values(db, path, block, item) if isinstance(v, Const)]
        for value in found:
            if isinstance(value.value, str) and value.value:
                yield Label(value.value, path, item.line, weak or _of_api(value.value))
        whole = dotted(item)
        if not found and whole and whole.rsplit(".", 1)[-1].isupper():
            yield Label(whole, path, item.line, weak or _of_api(whole.rsplit(".", 1)[-1]))


def _of_api(text: str) -> str:
    words = tokens(text)
    return f"the label `{text}` names the API, not the workflow" if words and words <= _API else ""


def _decorated(db: Database, asked: Generation, traced: list[Coverage]) -> Iterator[Label]:
    """A traced function is a span of its own name."""
    lines = {(c.path, c.line) for c in traced if c.scope == "function"}
    site = Site(asked.path, asked.call, asked.line, asked.function, 0)
    for path, _, decorator in decorators(db, site):
        if (path, decorator.line) in lines:
            yield Label(asked.function, path, decorator.line, _of_api(asked.function.rsplit(".", 1)[-1]))


def _of_object(db: Database, asked: Generation, traced: list[Coverage]) -> Iterator[Label]:
    """The name of an agent, when a tracer of agents exports it."""
    if not any(c.tracer.tools and c.whole for c in traced):
        return
    for client in clients_behind(db, asked.model):
        kind = sdk.client_type(client.sdk, client.type)
        if not (kind.tools or kind.prompt):
            continue
        for path, layer in client.layers:
            facts = index(db, path)
            made = facts.module.calls[layer] if facts else None
            given = argument(made, "name") if made is not None else None
            if made is not None and given is not None:
                yield from _texts(db, path, made.block, given, "")


def _passed(db: Database, path: str, call: code.Call) -> Iterator[Label]:
    """A workflow given to a shared wrapper: `flow=LLMFlow.TITLE`."""
    for keyword in call.keywords:
        if keyword.name and tokens(keyword.name) & _NAMED:
            yield from _texts(db, path, call.block, keyword.value, "")
    for given in call.args:
        whole = dotted(given) or ""
        if whole.rsplit(".", 1)[-1].isupper() and tokens(whole.split(".")[0]) & _NAMED:
            yield from _texts(db, path, call.block, given, "")


def _kept_beside(db: Database, asked: Generation) -> Iterator[Label]:
    """A step name that the object keeps while it asks: `self._current_step = "research"`."""
    near = {asked.node, *(caller for caller, _ in callers_of(db, asked.node))}
    for node in sorted(near):
        facts = index(db, node.path)
        for assign in facts.module.assigns if facts is not None else ():
            target = assign.target
            if (
                facts is not None
                and isinstance(target, code.Attribute)
                and tokens(target.name) & _STEPS
                and isinstance(assign.value, code.Literal)
                and isinstance(assign.value.value, str)
                and facts.node_name(assign.block) == node.name
            ):
                weak = "only the object's state names the step"
                yield Label(assign.value.value, node.path, assign.line, weak)
