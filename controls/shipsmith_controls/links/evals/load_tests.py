"""Load tests: scripts that drive a route, what they assert, who runs them, and results on paper."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.files.commands import ci_commands
from shipsmith_controls.links.files.documents import sections
from shipsmith_controls.links.tree import files, lines_of, skim
from shipsmith_controls.queries import Database, query

_NAMED = re.compile(
    r"(?:^|/)(?:locustfile[^/]*\.py|[^/]*(?:artillery|k6|load[-_]?test)[^/]*\.(?:ya?ml|js|ts|mjs|py|sh)|[^/]*\.jmx"
    r"|[^/]*simulation\.(?:scala|kt|java))$",
    re.IGNORECASE,
)
_TOOLS = ("locust", "k6", "k6/http", "autocannon", "molotov", "artillery")
_REQUEST = re.compile(
    r"""(?:\.(?:get|post|put|request|ws)|\b(?:url|path|HTTPSampler\.path|target|fetch)\b)[^\n]*?["'`](?P<url>[^"'`\s]*/[^"'`\s]*)["'`]"""
    r"""|^\s*-?\s*url:\s*["']?(?P<plain>\S+?)["']?\s*$"""
)
_ASSERTS = re.compile(
    r"\.failure\(|\bthresholds\b|\bensure\s*:|process_exit_code|\bcheck\(|^\s*assert\b|\bassertions?\(|ResponseAssertion"
)
_ABOUT = re.compile(
    r"\b(?:load|stress|performance)[- ]?test(?:s|ing)?\b|\bload ?testing\b", re.IGNORECASE
)
_LATENCY = re.compile(
    r"\bp(?:50|90|95|99)\b|\b\d+(?:\.\d+)?\s?(?:ms|s|rps|req/s)\b|\bpercentile", re.IGNORECASE
)
_DATED = re.compile(
    r"\b20\d\d-\d\d(?:-\d\d)?\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* 20\d\d\b"
)
_RUNS = re.compile(r"\b(?:locust|k6|artillery|autocannon|jmeter|vegeta|gatling)\b")


class LoadTest(msgspec.Struct, frozen=True):
    """A script or document; `weak` says what it lacks, "" when nothing."""

    path: str
    line: int
    what: str
    weak: str = ""


@query
def load_tests(db: Database) -> tuple[LoadTest, ...]:
    """Scripts that request a route with a model behind it, and documents with results."""
    found = [test for path in _scripts(db) for test in _in_script(db, path)]
    for passage in sections(db, _ABOUT):
        if _LATENCY.search(passage.prose) and _DATED.search(passage.everything):
            found.append(LoadTest(passage.path, passage.line, "dated results with latencies"))
        else:
            found.append(
                LoadTest(passage.path, passage.line, "a document", "a document without dated results")
            )
            break
    if any(not test.weak for test in found):
        return tuple(test for test in found if not test.weak)
    return tuple(found)


@query
def _scripts(db: Database) -> tuple[str, ...]:
    return tuple(path for path in files(db) if _may_be(db, path))


def _may_be(db: Database, path: str) -> bool:
    if "node_modules/" in path or path.startswith(".github/"):
        return False
    return bool(_NAMED.search(path)) or any(g.module in _TOOLS for g in skim(db, path).imports)


@query
def _in_script(db: Database, path: str) -> tuple[LoadTest, ...]:
    lines = lines_of(db, path)
    routes = [e.route for e in ai_entries(db) if e.route]
    asserts = any(_ASSERTS.search(line) for line in lines)
    run = _run_by_ci(db, path)
    found: list[LoadTest] = []
    other = 0
    for i, line in enumerate(lines):
        # The route may stand on the line after the call.
        whole = (
            f"{line.rstrip()} {lines[i + 1].strip()}"
            if line.rstrip().endswith("(") and i + 1 < len(lines)
            else line
        )
        hit = _REQUEST.search(whole)
        if hit is None:
            continue
        asked = _plain(hit["url"] or hit["plain"])
        if any(_same(asked, route) for route in routes):
            weak = (
                ""
                if asserts or run
                else "nothing in it fails on a slow or broken answer, and no CI runs it"
            )
            found.append(LoadTest(path, i + 1, f"it requests {asked}", weak))
        else:
            other = other or i + 1
    if not found and (other or path.endswith(".jmx")):
        found.append(
            LoadTest(path, other or 1, "a load test", "it requests no route with a model behind it")
        )
    return tuple(found)


def _plain(url: str) -> str:
    """The path of a URL, without host, inserted values and query."""
    bare = re.sub(r"^\$?\{[^}]*\}|^https?://[^/]+", "", url)
    return "/" + bare.split("?")[0].strip("/")


def _same(asked: str, route: str) -> bool:
    pattern = re.sub(
        r"\\?\{[^/]*?\\?\}|:\w+|\\?\[[^/]*?\\?\]|<[^/>]*>", "[^/]+", re.escape(route.strip("/"))
    )
    return bool(pattern) and re.search(rf"(?:^|/){pattern}/?$", asked.strip("/")) is not None


def _run_by_ci(db: Database, path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    for each in ci_commands(db):
        text = " ".join((each.ran.command.program, each.ran.command.target, *each.ran.command.args))
        if _RUNS.search(text) and (name in text or name.startswith("locustfile")):
            return True
    return False
