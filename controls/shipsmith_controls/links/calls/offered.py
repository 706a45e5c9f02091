"""Model ids that settings, defaults and lists to choose from offer, for calls that cannot be followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, family, files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.links.values.variables import given_in, settings_files
from shipsmith_controls.queries import Database, query

_MODEL = frozenset({"model", "models", "llm", "llms", "deployment", "embedding", "embeddings", "engine"})
_CHOICE = frozenset({"available", "allowed", "selectable", "choices", "options"})
_TALK = frozenset(
    "price prices pricing cost costs rate rates limit limits context window encoding tokenizer tiktoken "
    "support supports supported unsupported without no deprecated retired legacy count estimate token "
    "tokens display label labels alias aliases prefix prefixes suffix version metadata".split()
)
"""Words of names that speak of models rather than choose one."""
_TOLD = frozenset("log logger info debug warn error track capture record trace".split())
"""Words of calls that tell of a model which was used."""
_HOMES = frozenset(
    "config configs settings setting default defaults constants constant models model llm llms env "
    "variables options conf providers".split()
)
_OTHERS = frozenset("eval evals evaluation evaluator judge test tests example examples demo".split())
_ID = re.compile(r"~?[A-Za-z][\w./:@-]*[A-Za-z0-9]")
_PROBES = frozenset({"startswith", "endswith", "startsWith", "endsWith"})
_TESTS = frozenset({"==", "!=", "in", "not in", "===", "!==", "is"})
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")
_LISTS = frozenset({"model", "models", "llm", "llms"})
_HOLDERS = ("id", "model", "value", "key", "name")
"""Keys that hold the id in an entry of such a list, the likeliest first."""
_PROMPTY_MODEL = re.compile(r"""\s+(?P<key>azure_deployment|model)\s*:\s*["']?(?P<id>[\w.:/${}-]+)""")
_HEAD_LINES = 60


class Offer(msgspec.Struct, frozen=True, order=True):
    """An id that the tree offers, where it stands; `read_at` says where code reads a setting."""

    path: str
    line: int
    id: str
    platform: str = ""
    read_at: tuple[tuple[str, int], ...] = ()


def is_known(text: str) -> bool:
    """Whether the model table of a vendor knows a text as an id."""
    return 2 < len(text) < 80 and bool(_ID.fullmatch(text) and load().models.vendor_of(text))


def reads_as_id(text: str) -> bool:
    """Whether a text is a known id, or written like one: a name with a number, no variable's."""
    numbered = any(sign.isdigit() for sign in text) and not text.isupper()
    return is_known(text) or (numbered and bool(_ID.fullmatch(text)))


@query
def offered(db: Database) -> tuple[Offer, ...]:
    """Ids in supplying places of production code and of settings files."""
    found: list[Offer] = []
    readers: dict[str, list[tuple[str, int]]] = {}
    for path in _homes(db):
        if tokens(path.rsplit("/", 1)[-1]) & _OTHERS:
            continue
        found.extend(_in_code(db, path))
        for name, line in _read_in(db, path):
            readers.setdefault(name, []).append((path, line))
    for path, rank in settings_files(db):
        for name, offer in _in_settings(db, path, rank):
            found.append(msgspec.structs.replace(offer, read_at=tuple(readers.get(name, ()))))
        found.extend(_listed(db, path))
    for path in files(db):
        if path.endswith(".prompty") and is_production(db, path):
            found.extend(_in_prompty(db, path))
    return tuple(sorted(set(found)))


@query
def _read_in(db: Database, path: str) -> tuple[tuple[str, int], ...]:
    """(variable, line) for every environment variable that a file reads by a literal name."""
    facts = index(db, path)
    found = []
    for call in facts.module.calls if facts is not None else ():
        name = call.args[0].value if call.args and isinstance(call.args[0], code.Literal) else None
        if isinstance(name, str) and _VARIABLE.fullmatch(name):
            found.append((name, call.line))
    return tuple(found)


@query
def _homes(db: Database) -> tuple[str, ...]:
    """The files around model calls, the settings modules that they import, and lists of models."""
    seen = dict.fromkeys((*reached_files(db), *_lists(db)))
    pending = list(seen)
    while pending:
        for target, _ in imports_in_tree(db, pending.pop()):
            name = target.rsplit("/", 2)
            if target not in seen and tokens("/".join(name[-2:])) & _HOMES and is_production(db, target):
                seen[target] = None
                pending.append(target)
    return tuple(sorted(seen))


@query
def _lists(db: Database) -> tuple[str, ...]:
    """Modules named after models, which a page shows to choose from; data classes apart."""
    found = []
    for path in code_files(db):
        words = tokens(path.rsplit("/", 1)[-1].rpartition(".")[0])
        if (
            words & _LISTS
            and (words != {"models"} or not path.endswith(".py"))
            and is_production(db, path)
        ):
            found.append(path)
    return tuple(found)


@query
def _in_settings(db: Database, path: str, rank: int) -> tuple[tuple[str, Offer], ...]:
    azure = path.endswith(".parameters.json")
    found = []
    for each in given_in(db, path, rank):
        if _supplies(each.name) and is_known(each.value) and not tokens(each.name) & _OTHERS:
            platform = "azure" if azure or "azure" in each.name.lower() else ""
            found.append((each.name, Offer(path, each.line, each.value, platform)))
    return tuple(found)


@query
def _listed(db: Database, path: str) -> tuple[Offer, ...]:
    """The ids in a settings file's lists of models: `"models": [{"id": …}, …]`."""
    config = family(db, "config", path)
    nodes = (
        pair for root in (config.roots if isinstance(config, Config) else ()) for pair in root.walk()
    )
    found = []
    for trail, node in nodes:
        *above, last = trail or ("",)
        named = last == "[]" and _names_models(above[-1] if above else path.rsplit("/", 1)[-1])
        held = node.entries if named else ()
        holder = next((key for word in _HOLDERS for key, _ in held if key.lower() == word), "")
        text = node.text(holder) if holder else None
        if text is not None and is_known(text):
            found.append(Offer(path, cast("Node", node.get(holder)).line, text))
    return tuple(found)


@query
def _in_prompty(db: Database, path: str) -> tuple[Offer, ...]:
    """The model or the Azure deployment that the head of a prompty file names."""
    lines = lines_of(db, path)
    head = lines[1:_HEAD_LINES] if lines[:1] == ("---",) else ()
    found = []
    for number, line in enumerate(head, start=2):
        if line.startswith("---"):
            break
        named = _PROMPTY_MODEL.match(line)
        if named is not None and not named["id"].startswith("$"):
            platform = "azure" if "azure" in named["key"] else ""
            found.append(Offer(path, number, named["id"], platform))
    return tuple(found)


def _names_models(name: str) -> bool:
    words = tokens(name)
    return bool(words & _LISTS) and not words & (_TALK | _OTHERS)


def _supplies(name: str) -> bool:
    words = tokens(name)
    return bool(words & _MODEL) and not words & _TALK


@query
def _in_code(db: Database, path: str) -> tuple[Offer, ...]:
    facts = index(db, path)
    return tuple(dict.fromkeys(_Finder(path, facts).run())) if facts is not None else ()


class _Finder:
    def __init__(self, path: str, facts: ModuleIndex) -> None:
        self.path, self.facts, self.module = path, facts, facts.module
        self.tested = frozenset(_tested(facts))

    def run(self) -> Iterator[Offer]:
        for assign in self.module.assigns:
            name = last_name(assign.target) or _key(assign.target)
            if assign.value is not None and name and not self._talks(name):
                yield from self._supplied(assign.value, name)
        for function in self.module.functions:
            for param in function.params:
                if _supplies(param.name) and not tokens(function.name) & _TALK:
                    yield from self._texts(param.default)
        for call in self.module.calls:
            if tokens(last_name(call.callee)) & _TALK:
                continue
            if len(call.args) == 2 and isinstance(call.args[0], code.Literal):
                name = str(call.args[0].value)
                if _supplies(name):
                    yield from self._texts(call.args[1])
            for keyword in call.keywords:
                if keyword.name and _supplies(keyword.name):
                    yield from self._texts(keyword.value)
            for given in call.args if not tokens(last_name(call.callee)) & _TOLD else ():
                if isinstance(given, code.Mapping):
                    # `Editor({"model": "gpt-4o"})`, `model_of({ ...config, model: "gpt-4o" })`
                    yield from self._entries(given)

    def _talks(self, name: str) -> bool:
        return name in self.tested or bool(tokens(name) & _TALK)

    def _supplied(self, value: code.Expr, name: str) -> Iterator[Offer]:
        match value:
            case code.Mapping():
                yield from self._entries(value)
            case code.Sequence(items=items):
                for item in items:
                    if isinstance(item, code.Mapping):
                        yield from self._entries(item, listed=bool(tokens(name) & _MODEL))
                    elif tokens(name) & _MODEL and tokens(name) & _CHOICE:
                        yield from self._texts(item)
            case code.CallRef(call=call) if tokens(name) & _MODEL:
                made = self.module.calls[call]
                for given in (*made.args[:2], *(k.value for k in made.keywords if k.name == "default")):
                    yield from self._texts(given)
            case _ if tokens(name) & _MODEL:
                yield from self._texts(value)

    def _entries(self, mapping: code.Mapping, listed: bool = False) -> Iterator[Offer]:
        names = {str(key.value) for key, _ in mapping.entries if isinstance(key, code.Literal)}
        holder = next((name for name in _HOLDERS if name in names), "")
        for key, held in mapping.entries:
            name = str(key.value) if isinstance(key, code.Literal) else ""
            if tokens(name) & _TALK:
                continue
            if isinstance(held, code.Mapping):
                yield from self._entries(held, listed)
            elif _supplies(name) or (listed and name == holder):
                yield from self._texts(held)

    def _texts(self, value: code.Expr | None) -> Iterator[Offer]:
        match value:
            case code.Literal(line=line, value=str() as text) if is_known(text):
                yield Offer(self.path, line, text)
            case code.Choice(options=options):
                for option in options:
                    yield from self._texts(option)


def _tested(facts: ModuleIndex) -> Iterator[str]:
    """Constants that code compares with: what they hold is asked about, not chosen."""
    module = facts.module
    places = [head for block in module.blocks for head in block.heads]
    places += [a.value for a in module.assigns if a.value is not None]
    places += [e.value for e in module.exits if e.value is not None]
    places += [given for call in module.calls for given in call.args]
    for place in places:
        for part in inside(place, module):
            if isinstance(part, code.Operation) and part.operator in _TESTS:
                yield from (n for o in part.operands if (n := last_name(o)) and n.isupper())
            elif isinstance(part, code.Opaque) and part.kind == "comprehension" and _asks(part, module):
                yield from (n for e in inside(part, module) if (n := last_name(e)) and n.isupper())
            elif isinstance(part, code.CallRef) and last_name(module.calls[part.call].callee) in _PROBES:
                yield from (n for given in module.calls[part.call].args if (n := last_name(given)))


def _asks(part: code.Expr, module: code.Module) -> bool:
    return any(isinstance(e, code.Operation) and e.operator in _TESTS for e in inside(part, module))


def _key(target: code.Expr) -> str:
    inner = target.index if isinstance(target, code.Subscript) else None
    return str(inner.value) if isinstance(inner, code.Literal) else ""
