"""Data sources: what an ingest path reads, and by which name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Reader
from shipsmith_controls.links.calls import http
from shipsmith_controls.links.calls.calls import Node, file_calls
from shipsmith_controls.links.calls.entries import ANSWERING
from shipsmith_controls.links.data.ingest import IngestEntry, path_nodes
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.value import Const, Env, Extern, Made, Param, Text, Unknown, Value
from shipsmith_controls.links.values.values import values
from shipsmith_controls.links.values.variables import given_by_name
from shipsmith_controls.queries import Database, query

SourceKind = Literal["upload", "url", "file", "bucket", "table", "dataset", "connector", "page"]

_HELPERS = 2
_GETTING = frozenset(
    {"get", "request", "fetch", "stream", "urlopen", "urlretrieve", "axios", "got", "ky"}
)
_URL_ARGUMENTS = ("url", "input", "#0", "#1")
_UPLOADS = frozenset(
    "file_uploader formData multer UploadFile UploadButton File MultipartForm getlist arrayBuffer".split()
)
_UPLOADED = frozenset({"UploadFile", "FileStorage", "InMemoryUploadedFile", "File", "Blob"})
_ASIDE = frozenset(
    "config settings prompt prompts env credentials schema token secret secrets key template cache tmp "
    "temp log logs".split()
)
_NO_DATA = re.compile(
    r"\.(?:toml|ini|env|sql|pem|key|crt|lock|ya?ml|j2|jinja2?|prompt|log)$", re.IGNORECASE
)
_SYSTEM_PATHS = ("/proc", "/sys", "/etc", "/dev", "/tmp", "/var/run")  # noqa: S108 - names, not opened
SCHEME = re.compile(r"^[a-z][a-z0-9+]*://", re.IGNORECASE)
_FILE = re.compile(r"[\w./{}*-]*[\w*-]\.[A-Za-z]\w{0,5}$|^[\w.-]+(?:/[\w.*-]+)+/?$")


class Source(msgspec.Struct, frozen=True):
    """Something that an ingest path reads.

    `name` is a URL, path, bucket, table or dataset as far as it is known, "" when nothing names it.
    """

    kind: SourceKind
    name: str
    path: str
    line: int
    title: str = ""


@cache
def _readers() -> dict[str, tuple[tuple[Reader, str], ...]]:
    """Last name of a call, or `*` for endings -> readers that it may be."""
    table: dict[str, list[tuple[Reader, str]]] = {}
    for reader in load().tables.reader:
        for name in reader.calls:
            last = "*" if name.startswith("*") else name.rsplit(".", 1)[-1]
            table.setdefault(last, []).append((reader, name))
    return {name: tuple(found) for name, found in table.items()}


@query
def reads_of(db: Database, path: str) -> tuple[tuple[str, Source], ...]:
    """(function, source) for every call of a file that reads a data source."""
    facts = index(db, path)
    if facts is None:
        return ()
    modelling = {call.call for call in file_calls(db, path).model}
    found: list[tuple[str, Source]] = []
    for i, call in enumerate(facts.module.calls):
        source = None if i in modelling or call.element else _source(db, path, facts, call)
        if source is not None:
            found.append((facts.node_name(call.block), source))
    return tuple(found)


def _source(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> Source | None:
    name = last_name(call.callee)
    if name in _UPLOADS and (name != "File" or facts.module.language == "typescript"):
        if name in ("File", "UploadFile", "getlist", "arrayBuffer"):
            return None
        return Source("upload", "", path, call.line, "upload")
    if name in ("open", "read_text", "read_bytes"):
        opened = _opened(db, path, facts, call, name)
        if opened is not None:
            return opened
    reader = _reader(db, path, facts, call, name)
    if reader is not None:
        named = _named(db, path, facts, call, reader.named_by)
        if named is None:
            return None
        kind: SourceKind = "url" if SCHEME.match(named) else reader.kind
        return Source(kind, named, path, call.line, f"{reader.title} `{name}`")
    if name in _GETTING and _is_http(db, path, call) and not _sends(call):
        named = _named(db, path, facts, call, _URL_ARGUMENTS)
        return Source("url", named, path, call.line, f"`{name}`") if named is not None else None
    return None


def _opened(db: Database, path: str, facts: ModuleIndex, call: code.Call, name: str) -> Source | None:
    """`open(p)` for reading, `p.read_text()`."""
    if name == "open":
        if not isinstance(call.callee, code.Name):
            return None
        mode = call.args[1] if len(call.args) > 1 else argument(call, "mode")
        if isinstance(mode, code.Literal) and set(str(mode.value)) & set("wax+"):
            return None
        named = _named(db, path, facts, call, ("#0", "file"))
    else:
        assert isinstance(call.callee, code.Attribute)  # noqa: S101 - `read_text` is a method
        named = _name_of(db, path, facts, call.block, call.callee.base)
    return Source("file", named, path, call.line, f"`{name}`") if named is not None else None


def _reader(db: Database, path: str, facts: ModuleIndex, call: code.Call, name: str) -> Reader | None:
    table = _readers()
    offers = [*table.get(name, ()), *(o for o in table["*"] if name.endswith(o[1][1:]))]
    offers = [o for o in offers if o[0].language == facts.module.language]
    if not offers:
        return None
    for value in values(db, path, call.block, call.callee):
        for reader, wanted in offers:
            if _is_reader(reader, wanted, value):
                return reader
    return None


def _is_reader(reader: Reader, wanted: str, value: Value) -> bool:
    extern = value if isinstance(value, Extern) else value.extern if isinstance(value, Made) else None
    if extern is None:
        return False
    whole = extern.dotted
    if not any(whole == m or whole.startswith((m + ".", m + "/")) for m in reader.modules):
        return False
    if wanted.startswith("*"):
        return isinstance(value, Extern) and extern.name.endswith(wanted[1:])
    if wanted.startswith("."):
        return isinstance(value, Made) and value.trail.endswith(wanted.rsplit(".", 1)[-1])
    return isinstance(value, Extern) and (extern.name == wanted or extern.dotted.endswith("." + wanted))


def _is_http(db: Database, path: str, call: code.Call) -> bool:
    for value in values(db, path, call.block, call.callee):
        match value:
            case Made(trail=trail) if "()" in trail:
                # What was read out of an answer is no client any more: `response.json().get("id")`.
                continue
            case Extern(module=module) | Made(extern=Extern(module=module)):
                if http.is_client_module(module):
                    return True
            case Unknown(what=what):
                if http.is_global(what.split(".")[0]):
                    return True
    return False


def _sends(call: code.Call) -> bool:
    given = argument(call, "method")
    method = str(given.value).upper() if isinstance(given, code.Literal) else ""
    first = call.args[0] if call.args else None
    if isinstance(first, code.Literal) and str(first.value).upper() in ("POST", "PUT", "PATCH", "DELETE"):
        return True
    return method in ("POST", "PUT", "PATCH", "DELETE")


def _named(
    db: Database, path: str, facts: ModuleIndex, call: code.Call, arguments: tuple[str, ...]
) -> str | None:
    """The name of a source by its arguments, "" when nothing names it; None when it is no data."""
    for name in arguments:
        given = argument(call, name)
        if given is not None:
            found = _name_of(db, path, facts, call.block, given)
            if found is None or found:
                return found
    return ""


def _name_of(db: Database, path: str, facts: ModuleIndex, block: int, expr: code.Expr) -> str | None:
    found = [text for text in _texts(db, path, facts, block, expr) if text]
    named = next((t for t in found if SCHEME.match(t)), None) or next(
        (t for t in reversed(found) if _FILE.search(t)), None
    )
    if named is None and isinstance(expr, (code.Literal, code.Name, code.Attribute)) and found:
        named = found[-1]
    if named is None:
        return ""
    if (
        named.startswith(_SYSTEM_PATHS)
        or _NO_DATA.search(named)
        or tokens(named.rsplit("/", 1)[-1]) & _ASIDE
    ):
        return None
    return named


def _texts(db: Database, path: str, facts: ModuleIndex, block: int, expr: code.Expr) -> Iterator[str]:
    for value in values(db, path, block, expr, callers=True):
        match value:
            case Const(value=str() as text):
                yield text
            case Env(name=name):
                yield from (given.value for given in given_by_name(db).get(name.upper(), ())[:1])
            case Text(path=home, block=inner, template=template):
                other = index(db, home)
                pieces = [
                    str(part.value) if isinstance(part, code.Literal) else _known(db, home, inner, part)
                    for part in template.parts
                ]
                if other is not None:
                    yield "".join(pieces)
    for part in inside(expr, facts.module):
        if isinstance(part, code.Literal) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, (code.Name, code.Attribute)) and part is not expr:
            for value in values(db, path, block, part):
                if isinstance(value, Const) and isinstance(value.value, str):
                    yield value.value


def _known(db: Database, path: str, block: int, part: code.Expr) -> str:
    found = [v for v in values(db, path, block, part) if isinstance(v, (Const, Param))]
    return str(found[0].value) if found and isinstance(found[0], Const) else "*"


@query
def sources_of(db: Database, entry: IngestEntry) -> tuple[Source, ...]:
    """What an ingest path reads, each source once; an answering entry without any reads an upload."""
    found: dict[tuple[str, str], Source] = {}
    answering = entry.kind in ANSWERING
    for node in stage_nodes(db, path_nodes(db, entry)):
        for function, source in reads_of(db, node.path):
            if function != node.name:
                continue
            # A file or bucket that a handler fills itself holds what its user handed over.
            handed_over = source.kind in ("file", "bucket") and not source.name
            kept = source
            if answering and handed_over:
                kept = msgspec.structs.replace(source, kind="upload")
            key = (kept.kind, kept.name or ("" if kept.kind == "upload" else f"{kept.path}:{kept.line}"))
            found.setdefault(key, kept)
        upload = _upload_parameter(db, node)
        if upload is not None:
            found.setdefault(("upload", ""), upload)
    if not found and answering:
        return (Source("upload", "", entry.path, entry.line, "upload"),)
    return tuple(found.values())


@query
def stage_nodes(db: Database, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The functions of a path, and the readers, parsers and helpers that they call, two calls deep."""
    found = dict.fromkeys(nodes)
    wave = list(found)
    for _ in range(_HELPERS):
        following = []
        for node in wave:
            for edge in file_calls(db, node.path).edges:
                new = edge.source == node.name and edge.call >= 0 and edge.target not in found
                if new and is_production(db, edge.target.path):
                    found[edge.target] = None
                    following.append(edge.target)
        wave = following
    return tuple(found)


def _upload_parameter(db: Database, node: Node) -> Source | None:
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    if facts is None or at is None:
        return None
    for param in facts.module.functions[at].params:
        for expr in (param.annotation, param.default):
            for part in inside(expr, facts.module) if expr is not None else ():
                if last_name(part) in _UPLOADED:
                    return Source("upload", "", node.path, param.line, "upload")
    return None
