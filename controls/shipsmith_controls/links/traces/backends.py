"""Backends that receive traces and errors, and where it is written how to get into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.files.documents import document_files, passages
from shipsmith_controls.links.files.infrastructure import resources
from shipsmith_controls.links.traces.tracer_uses import uses
from shipsmith_controls.links.traces.tracers import coverage
from shipsmith_controls.links.tree import files, index, lines_of
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_AZURE = r"azure monitor|application insights|app insights|log analytics"
_OTEL = r"opentelemetry|\botel\b|jaeger|grafana"
_RECEIVERS: tuple[tuple[str, str, str, str], ...] = (
    ("azure.monitor", "Azure Monitor", _AZURE, "Azure Monitor"),
    ("@azure/monitor-opentelemetry", "Azure Monitor", _AZURE, "Azure Monitor"),
    ("@vercel/otel", "the OpenTelemetry backend", _OTEL, ""),
    ("opentelemetry.exporter", "the OpenTelemetry backend", _OTEL, ""),
    ("@opentelemetry/exporter", "the OpenTelemetry backend", _OTEL, ""),
)
"""Module of an OpenTelemetry exporter; its backend, the words that name it, and its vendor."""
_NO_BACKEND = frozenset({"otel-openllmetry", "otel-contrib", "ai-sdk-telemetry", "bedrock-logging"})
_URL = re.compile(r"https?://([\w.-]+)(/[^\s)\"'>\]]*)?")
_INTO = re.compile(
    r"/(?:projects?|workspaces?|dashboards?|orgs?|organizations?|o|d|p|apm|teams?|issues|subscriptions|resource)/[\w@-]+"
    r"|[?&#](?:project|workspace|dashboard)\w*=",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"^docs?\.|\.github\.io$|^github\.com$|^localhost|^127\.|readthedocs|(?:^|\.)medium\.com$|^learn\.|pypi\.org|npmjs"
)
_COMMAND = re.compile(
    r"\bazd monitor\b|\baz monitor app-insights\b|\bgcloud [\w ]*trace\b|\bvercel logs\b"
)
_ACCESS = re.compile(
    r"\b(?:access|roles?|permissions?|invit\w*|SSO|single sign-on|log ?in with)\b"
    r"|(?<!resource )\bgroups?\b",
    re.IGNORECASE,
)
_AZURE_READERS = re.compile(
    r"43d0d8ad-25c7-4714-9337-8ba259a9fe05|749f88d5-cbae-40b8-bcfc-e573ddc772fa"
    r"|ae349356-3a1b-4a5e-921d-050484c6347e|73c42c96-874c-492b-ab04-ab87d138a893"
    r"|\bMonitoring Reader\b|\bLog Analytics Reader\b|\bApplication Insights Component \w+\b",
    re.IGNORECASE,
)
_OWN_IDENTITY = re.compile(
    r"principalType:\s*'ServicePrincipal'|principal_?id\s*[:=]\s*[\w.\[\]]*identity", re.IGNORECASE
)
_OPENS = re.compile(r"(?:module|resource)\b")
_GRANTS = re.compile(
    r"^(?:grafana_\w*permission|datadog_role|sentry_team|newrelic_group_access)", re.IGNORECASE
)
_NEAR = 6
_INFRA = (".bicep", ".tf")


class Backend(msgspec.Struct, frozen=True):
    """A backend, the places that start sending to it, and the pattern that names it.

    `vendor` is the company that keeps what is sent; "" where whoever runs the app keeps it.
    """

    name: str
    places: tuple[tuple[str, int], ...]
    words: str
    vendor: str = ""


class WayIn(msgspec.Struct, frozen=True):
    """Where it is written, or granted, how to get into a backend; `full`: access is spoken of."""

    path: str
    line: int
    message: str
    full: bool


@query
def backends(db: Database) -> tuple[Backend, ...]:
    """Every backend that tracers and exporters of production code send to, once."""
    found: dict[str, dict[tuple[str, int], None]] = {}
    about: dict[str, tuple[str, str]] = {}
    for module, name, words, vendor in _RECEIVERS:
        for imported, paths in sorted(by_import(db).items()):
            if _lies_in(imported, module):
                path = min(paths)
                about.setdefault(name, (words, vendor))
                found.setdefault(name, {})[path, _first_use(db, path, imported)] = None
    seen = [(use.tracer, use.path, use.line) for use in uses(db)]
    for call in llm_calls(db):
        seen += [(c.tracer, c.path, c.line) for c in coverage(db, call)]
    for tracer, path, line in seen:
        known = any(_lies_in(m, r[0]) for m in tracer.modules for r in _RECEIVERS)
        if tracer.key not in _NO_BACKEND and not known:
            name = tracer.title.partition(" (")[0]
            about.setdefault(name, (_names_of(name), tracer.vendor))
            found.setdefault(name, {})[path, line] = None
    return tuple(Backend(name, _by_file(places), *about[name]) for name, places in found.items())


@cache
def _names_of(title: str) -> str:
    """A pattern of what documents call the tracers of a title: that, their vendor, key and packages."""
    names = {title.lower()}
    for tracer in load().tables.tracer:
        if tracer.title.partition(" (")[0] == title:
            names |= {tracer.key, tracer.vendor.lower()}
            names |= {package.rpartition("/")[2].rstrip("-*") for package in tracer.packages}
    patterns = (re.escape(name).replace(r"\-", "[- ]") for name in sorted(names - {""}))
    return rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"


def _lies_in(name: str, module: str) -> bool:
    return name == module or name.startswith((f"{module}.", f"{module}/", f"{module}-"))


def _by_file(places: dict[tuple[str, int], None]) -> tuple[tuple[str, int], ...]:
    """The first place of each file, three files at most."""
    first: dict[str, int] = {}
    for path, line in sorted(places):
        first.setdefault(path, line)
    return tuple(first.items())[:3]


def _first_use(db: Database, path: str, module: str) -> int:
    """The line of the first call of what a module gives, else of its import."""
    facts = index(db, path)
    if facts is None:
        return 1
    taken = [
        i for i in facts.module.imports if i.module.startswith(module) or module.startswith(i.module)
    ]
    names = {i.alias for i in taken}
    calls = [c.line for c in facts.module.calls if last_name(c.callee) in names]
    return min(calls or [i.line for i in taken] or [1])


def ways_in(db: Database, backend: Backend) -> tuple[WayIn, ...]:
    """Every way into a backend that is written down or granted, the full ones first."""
    found = [*_granted(db, backend), *_written(db, backend.words)]
    return tuple(sorted(found, key=lambda way: (not way.full, way.path, -way.line)))


@query
def _written(db: Database, words: str) -> tuple[WayIn, ...]:
    return tuple(way for path in document_files(db) for way in _written_in(db, path, words))


@query
def _written_in(db: Database, path: str, words: str) -> tuple[WayIn, ...]:
    pattern = re.compile(words, re.IGNORECASE)
    all_of_it = passages(db, path)
    if not all_of_it or not pattern.search(all_of_it[0].everything):
        return ()
    lines, found = lines_of(db, path), []
    for passage in all_of_it:
        own = lines[passage.line - 1 : passage.end_line]
        if pattern.search(passage.everything) and passage.counts and _leads_in(own, pattern):
            full = bool(_ACCESS.search(passage.prose))
            said = "and says who gets access" if full else "but not how to get access"
            found.append(WayIn(path, passage.line, f"“{passage.title}” links it, {said}", full))
    return tuple(found)


def _leads_in(own: tuple[str, ...], words: re.Pattern[str]) -> bool:
    """Whether a link into a deployment, or a command that opens it, stands near the backend's name."""
    named = [i for i, line in enumerate(own) if words.search(line)]
    if named and any(_COMMAND.search(line) for line in own):
        return True
    for i, line in enumerate(own):
        if any(abs(i - at) <= _NEAR for at in named):
            links = _URL.findall(line)
            if any(not _NOT_OURS.search(host) and _INTO.search(rest) for host, rest in links):
                return True
    return False


def _granted(db: Database, backend: Backend) -> Iterator[WayIn]:
    if backend.name == "Azure Monitor":
        for path in files(db):
            if path.endswith(_INFRA):
                for line in _readers(db, path):
                    yield WayIn(path, line, "a reader role is assigned", True)
    for resource in resources(db):
        if _GRANTS.match(resource.kind) and resource.kind.partition("_")[0] in backend.words.replace(
            "?", ""
        ):
            yield WayIn(resource.path, resource.line, f"`{resource.kind}` grants access", True)


@query
def _readers(db: Database, path: str) -> tuple[int, ...]:
    """Lines that assign a reader role to somebody; the app's own identity is nobody who looks."""
    lines = lines_of(db, path)
    return tuple(
        number
        for number, line in enumerate(lines, 1)
        if _AZURE_READERS.search(line.partition("//")[0])
        and not line.lstrip().startswith(("//", "#"))
        and not _OWN_IDENTITY.search("\n".join(_block_around(lines, number - 1)))
    )


def _block_around(lines: tuple[str, ...], at: int) -> tuple[str, ...]:
    """The lines of the resource or module around a line, the line alone where it stands in none."""
    first = next((i for i in range(at, -1, -1) if _OPENS.match(lines[i])), at)
    if any(line.startswith("}") for line in lines[first:at]):
        return lines[at : at + 1]
    last = next((i for i in range(at, len(lines)) if lines[i].startswith("}")), at)
    return lines[first : last + 1]
