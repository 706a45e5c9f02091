"""Masking of personal data: detectors on the way to a model, hooks on what records prompts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Guard, Tracer
from shipsmith_controls.links.access.screening import fed_calls
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.flow import Flow, Seed
from shipsmith_controls.links.calls.neighbours import above_of, callers_of, edges_of
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.calls.settings import clients_behind
from shipsmith_controls.links.files.environment import deployed, gates_around, is_open
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.traces.contents import content_of
from shipsmith_controls.links.traces.records import records
from shipsmith_controls.links.traces.tracer_uses import uses
from shipsmith_controls.links.traces.tracers import coverage
from shipsmith_controls.links.tree import family, files, index, skim
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, inside, last_name
from shipsmith_controls.queries import Database, query

_PROMPT = frozenset("prompt prompts messages instruction instructions question".split())
_UNSEEN = "what it masks was not seen to be what the model is sent"
_LOST = "what it masks goes nowhere"
_UP = 3
_CALLERS = 8
_VERBS = frozenset("mask redact anonymize anonymise scrub remove strip".split())


class Mask(msgspec.Struct, frozen=True, order=True):
    """A masker: where it stands; `weak` says why it counts half."""

    path: str
    line: int
    what: str
    weak: str = ""
    call: int = -1


class Capture(msgspec.Struct, frozen=True, order=True):
    """A place that records prompts, and the keys of the tracers that do it; none: a log."""

    path: str
    line: int
    tracers: tuple[str, ...] = ()


@cache
def _detectors() -> tuple[Guard, ...]:
    return tuple(guard for guard in load().tables.guard if guard.side == "pii")


@query
def masks_of(db: Database, call: ModelCall) -> tuple[Mask, ...]:
    """The maskers on the way to one LLM call, in its middleware or its gateway."""
    found: list[Mask] = []
    nodes = above_of(db, Node(call.path, call.function))
    for node in nodes:
        found.extend(_followed(db, mask, call) for mask in masks_in(db, node))
        for edge in edges_of(db, node):
            if edge.target not in nodes:
                found.extend(_followed(db, mask, call) for mask in masks_in(db, edge.target))
    found = [mask for mask in found if mask.weak != _LOST]
    names = {name for guard in _detectors() for name in guard.calls}
    for client in clients_behind(db, call):
        for path, layer in client.layers:
            facts = index(db, path)
            given = argument(facts.module.calls[layer], "middleware") if facts is not None else None
            for part in inside(given, facts.module) if given is not None and facts is not None else ():
                if last_name(part) in names:
                    found.append(Mask(path, part.line, last_name(part)))
    found.extend(_in_gateway(db))
    return tuple(sorted(set(found)))


def _followed(db: Database, mask: Mask, call: ModelCall) -> Mask:
    """The masker of a call, weak where what it hands back was not seen to go into the text sent."""
    if mask.weak or mask.call < 0:
        return mask
    ends = _ends_in(db, mask.path, mask.call, call, _UP)
    return (
        mask if ends is True else msgspec.structs.replace(mask, weak=_LOST if ends is False else _UNSEEN)
    )


def _ends_in(db: Database, path: str, at: int, call: ModelCall, up: int) -> bool | None:
    """Whether the value of a call goes into what a model is sent; None when its way is lost."""
    facts = index(db, path)
    if facts is None:
        return None
    own = facts.node_name(facts.module.calls[at].block)
    function = facts.by_qualname.get(own, -1)
    body = facts.module.functions[function].block if function >= 0 else 0
    flow = Flow(facts, body, (Seed(frozenset({"answer"}), at),))
    node = Node(path, own)
    if node == Node(call.path, call.function):
        return bool(flow.given(facts.module.calls[call.call])) or (None if flow.held else False)
    given = {reached.call for reached in flow.reached()}
    leading = above_of(db, Node(call.path, call.function))
    if any(edge.call in given and edge.target in leading for edge in edges_of(db, node)):
        return True
    if not flow.returned():
        return False if not given and not flow.held else None
    found = [
        _ends_in(db, caller.path, edge.call, call, up - 1)
        for caller, edge in callers_of(db, node)[:_CALLERS]
        if up and edge.call >= 0
    ]
    return True if True in found else False if found and not any(f is None for f in found) else None


@query
def masks_in(db: Database, node: Node) -> tuple[Mask, ...]:
    """The maskers that one function calls."""
    facts = index(db, node.path)
    if facts is None or not is_production(db, node.path):
        return ()
    imports = tuple(glance.module for glance in skim(db, node.path).imports)
    found = []
    for i in facts.calls_of_node.get(node.name, ()):
        call = facts.module.calls[i]
        if call.element or not _masks(call, imports):
            continue
        gates = gates_around(db, node.path, facts, call.block, call.line)
        off = any(not is_open(db, gate) for gate in gates)
        weak = "it masks only when it is configured" if off else ""
        found.append(Mask(node.path, call.line, last_name(call.callee), weak, i))
    return tuple(found)


@lru_cache(maxsize=4096)
def _uses(imports: tuple[str, ...], roots: tuple[str, ...]) -> bool:
    return any(m == r or m.startswith((r + ".", r + "/")) for m in imports for r in roots)


def _masks(call: code.Call, imports: tuple[str, ...]) -> bool:
    """Whether a call masks personal data: a detector's, or an own function that says so by name."""
    whole, name = dotted(call.callee) or last_name(call.callee), last_name(call.callee)
    for guard in _detectors():
        if not _uses(imports, guard.modules):
            continue
        wanted = [known.removeprefix(".") for known in guard.calls]
        if any(whole == w or whole.endswith("." + w) for w in wanted):
            return True
    words = tokens(name)
    return "pii" in words and bool(words & _VERBS)


@query
def _in_gateway(db: Database) -> tuple[Mask, ...]:
    """Presidio guardrails that a LiteLLM gateway of the tree runs for every call."""
    found: list[Mask] = []
    for path in files(db):
        low = path.lower()
        if not low.endswith((".yaml", ".yml")) or not ("litellm" in low or "config" in low):
            continue
        config = family(db, "config", path) if is_production(db, path) else None
        for root in config.roots if isinstance(config, Config) else ():
            if root.get("model_list") is not None:
                for item in (root.get("guardrails") or root).items:
                    if (item.text("litellm_params", "guardrail") or "") == "presidio":
                        found.append(Mask(path, item.line, "the gateway's presidio guardrail"))
    return tuple(found)


@query
def captures(db: Database) -> tuple[Capture, ...]:
    """Every place that records prompts of calls that people feed."""
    found: dict[tuple[str, int], set[str]] = {}
    for call in fed_calls(db):
        kept = content_of(db, call)
        for each in coverage(db, call):
            here = (each.path, each.line)
            asked = kept is not None and not kept.off and (kept.path, kept.line) == here
            if each.tracer.captures_content == "yes" or asked:
                found.setdefault(here, set()).add(each.tracer.key)
        for record in records(db, call.path, call.call):
            if record.kind in ("log", "print") and record.words & _PROMPT:
                found.setdefault((record.path, record.line), set())
    return tuple(sorted(Capture(*here, tuple(sorted(keys))) for here, keys in found.items()))


@query
def hook_of(db: Database, capture: Capture) -> Mask | None:
    """What masks a capture: a hook of its tracer, or a masker around the log."""
    known = [t for t in load().tables.tracer if t.key in capture.tracers]
    for name in dict.fromkeys(n for t in known for n in (*t.mask, *t.content_off)):
        hook = _hook(db, capture, known, name)
        if hook is not None:
            return hook
    facts = index(db, capture.path)
    if known or facts is None:
        return None
    around = {facts.node_name(c.block) for c in facts.module.calls if c.line == capture.line}
    for own in sorted(around):
        for mask in masks_in(db, Node(capture.path, own)):
            return mask
    return None


def _hook(db: Database, capture: Capture, known: list[Tracer], name: str) -> Mask | None:
    """One hook, as an argument, a call, or a variable that a deploy file sets."""
    bare = name.partition("=")[0].partition(":")[0].strip()
    off = "=" in name or ":" in name
    if bare.isupper():
        setting = deployed(db, bare)
        return Mask(setting.path, setting.line, bare) if setting is not None else None
    homes = {capture.path, *(u.path for u in uses(db) if u.tracer in known)}
    for path in sorted(homes | set(reached_files(db) if not homes else ())):
        facts = index(db, path)
        for line in _given(facts, bare, off) if facts is not None else ():
            return Mask(path, line, bare)
    return None


def _given(facts: ModuleIndex, name: str, off: bool) -> Iterator[int]:
    """Lines that give an argument, an entry of an options object, or call a function of that name."""
    for call in facts.module.calls:
        if last_name(call.callee) == name:
            yield call.line
        given: list[tuple[str | None, code.Expr]] = [(k.name, k.value) for k in call.keywords]
        for part in (p for a in call.args for p in inside(a, facts.module)):
            if isinstance(part, code.Mapping):
                given += [(str(k.value), v) for k, v in part.entries if isinstance(k, code.Literal)]
        for key, value in given:
            silent = isinstance(value, code.Literal) and not value.value
            if key == name and silent == off:
                yield value.line
