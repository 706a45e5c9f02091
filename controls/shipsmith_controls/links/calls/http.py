"""Raw HTTP to a provider: a call to a model without any SDK."""

from __future__ import annotations

from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.schema import CallKind, CallShape, Sdk, Setting
from shipsmith_controls.knowledge.tables import HttpLibrary
from shipsmith_controls.links.tree import skim
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.links.values.sdk import Found
from shipsmith_controls.links.values.value import Const, Extern, Made, Text, Unknown, Value
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database

_VERBS = frozenset(
    "post request fetch stream urlopen axios ky got ofetch $fetch EventSource SSE".split()
) | {"fetchEventSource"}
_GLOBALS = frozenset({"fetch", "axios", "ky", "got"})
_URL_ARGUMENTS = ("#0", "#1", "url", "input", "path")

_CAPS = ("json.max_tokens", "body.max_tokens", "data.max_tokens", "json.max_completion_tokens")


@cache
def _shape(kind: CallKind, api: str, module: str) -> CallShape:
    """The shape of a post by a function of a library's module; "" by one of its sessions.

    What a session was made with is not followed, so that what it waits stays open.
    """
    library = _library(module)
    waits = Setting(
        arguments=tuple(dict.fromkeys(("timeout", "signal", *(library.timeout if library else ())))),
        default=library.default if library else None,
        unit=library.unit if library else "s",
        inherits=not module,
    )
    return CallShape(
        path=("post",),
        kind=kind,
        api=api,
        model=("json.model", "body.model", "data.model"),
        timeout=waits,
        retries=Setting(default=0),
        cap=Setting(arguments=_CAPS),
    )


def is_global(name: str) -> bool:
    """Whether a name that no import binds is an HTTP function of the runtime."""
    return name in _GLOBALS


@cache
def is_client_module(module: str) -> bool:
    """Whether an import of this module brings in an HTTP library."""
    head = module.split(".")[0].split("/")[0]
    return any(head in library.modules or module in library.modules for library in load().tables.http)


@cache
def http_sdk(language: str) -> Sdk:
    """Raw HTTP in a language, in the shape of an SDK, so that fixes and settings find it."""
    return Sdk(
        key="http-python" if language == "python" else "http-js",
        title="HTTP",
        language="python" if language == "python" else "typescript",
        packages=(),
        modules=(),
        source="the provider's HTTP interface",
    )


def provider_call(db: Database, path: str, call: code.Call) -> Found | None:
    """The call as a model call, when it posts to a provider's host."""
    if last_name(call.callee) not in _VERBS:
        return None
    marked = bool(skim(db, path).markers)
    if not marked and all(isinstance(given, code.Literal) for given in call.args[:1]):
        return None
    posts = [v for v in Walk(db, callers=True).values(path, call.block, call.callee) if _is_http(v)]
    if not posts:
        return None
    for name in _URL_ARGUMENTS:
        given = argument(call, name)
        if given is None or isinstance(given, (code.Mapping, code.FunctionRef)):
            continue
        for value in Walk(db).values(path, call.block, given):
            for url in _urls(db, value):
                found = _endpoint(url) if marked or "*" not in url else None
                if found is not None:
                    language = "python" if path.endswith(".py") else "typescript"
                    return Found(http_sdk(language), _shape(*found, _module(posts[0])), None)
    return None


def _module(value: Value) -> str:
    """The module whose own function posts, a function of the runtime by its name; "" for a session."""
    match value:
        case Extern(module=module):
            return module
        case Unknown(what=what):
            return what.split(".")[0]
    return ""


@cache
def _library(module: str) -> HttpLibrary | None:
    head = module.split(".")[0].split("/")[0]
    return next((each for each in load().tables.http if head in (each.key, *each.modules)), None)


def _is_http(value: Value) -> bool:
    """Whether a callee is a function of an HTTP library or of the runtime."""
    match value:
        case Extern(module=module) | Made(extern=Extern(module=module)):
            return is_client_module(module)
        case Unknown(what=what):
            return what.split(".")[0] in _GLOBALS
    return False


def _urls(db: Database, value: object) -> list[str]:
    """What is known of an URL: a literal whole, of a template its pieces, `*name` for one not known."""
    if isinstance(value, Const):
        return [value.value] if isinstance(value.value, str) else []
    if not isinstance(value, Text):
        return []
    urls = [""]
    for part in value.template.parts:
        found = Walk(db).values(value.path, value.block, part)
        known = dict.fromkeys(str(v.value) for v in found if isinstance(v, Const))
        pieces = list(known) or ["*" + last_name(part).lower()]
        urls = [url + piece for url in urls for piece in pieces[:_PIECES]][:_PIECES]
    return urls


_PIECES = 8


def names_host(expr: code.Expr | None) -> bool:
    """Whether an expression is text with the address of a provider in it."""
    parts = expr.parts if isinstance(expr, code.Template) else (expr,)
    return any(
        isinstance(part, code.Literal)
        and isinstance(part.value, str)
        and "://" in part.value
        and _is_host(part.value.partition("://")[2].partition("/")[0])
        for part in parts
    )


def _endpoint(url: str) -> tuple[CallKind, str] | None:
    """What a URL asks a provider for: kind and wire form; None when it is no model endpoint.

    The end of the path tells it; the host must be a provider's, or not known (`*`). An application's
    own backend has an `/api/chat` too: there the name of what is not known must be the provider's.
    """
    host, _, route = url.removeprefix("https://").removeprefix("http://").partition("/")
    route = "/" + route.split("?")[0].rstrip("/")
    for endpoint in load().tables.endpoint:
        hidden = "*" in host and (not endpoint.suffix.startswith("/api/") or endpoint.api in host)
        if route.endswith(endpoint.suffix) and (hidden or _is_host(host)):
            return endpoint.kind, endpoint.api
    return None


def _is_host(host: str) -> bool:
    return any(
        host == known.name or (known.name.startswith("*") and host.endswith(known.name[1:]))
        for known in load().tables.host
    )
