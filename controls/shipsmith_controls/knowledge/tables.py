"""What is known of packages, by purpose: the structs of the tables beside the SDKs.

Names in `calls` and its kin: `name` or `Class.method` is exported by one of the `modules`, `default`
is their default export; `.method` is called on an object made from them; `@name` is a decorator,
`@.name` one that is such an object's method; `name(argument)` needs that argument; `name=` is an
argument or attribute that is set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from shipsmith_controls.knowledge.reading import KnowledgeError, build

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Language = Literal["python", "typescript"]


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A package in one language, and how code shows that it is used."""

    key: str
    title: str
    language: Language
    packages: tuple[str, ...] = ()
    """Distributions that install it."""
    modules: tuple[str, ...] = ()
    """Import roots; a trailing `*` stands for any ending."""
    calls: tuple[str, ...] = ()
    """The use that counts: see the module's text for the three kinds of names."""


class Tracer(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """LLM-aware instrumentation."""

    covers: tuple[str, ...]
    """Keys of SDKs whose calls it records; `*`: all that it knows; `wrapped`: only what it wraps."""
    versions: str = ""
    """Versions of the first package that record model calls (`>=1.42`); "" for all."""
    env_gate: tuple[str, ...] = ()
    """Variables without which it stays silent."""
    env_on: tuple[str, ...] = ()
    """Variables that alone switch it on, `NAME=value`."""
    off: tuple[str, ...] = ()
    """Calls or variables that switch it off."""
    default_on: bool = False
    """It traces without being initialised (OpenAI Agents SDK)."""
    pricing: bool = False
    """It computes money itself (COS-04)."""
    captures_content: Literal["yes", "no", "opt-in"] = "yes"
    content_on: tuple[str, ...] = ()
    """Variables or arguments that switch content on."""
    content_off: tuple[str, ...] = ()
    """Variables or arguments that switch content off."""
    mask: tuple[str, ...] = ()
    """Hooks that mask content before it leaves (SEC-07)."""
    tools: bool = False
    """Framework-level: tool and retrieval steps are spans too (OBS-10)."""
    first_token: bool = False
    """It records the time to the first token (OBS-12)."""
    release: bool = False
    """It sets the commit as release by itself (OBS-09)."""
    flush: tuple[str, ...] = ()
    """Calls that send what is buffered (OBS-13)."""
    hosts: tuple[str, ...] = ()
    """Hosts that, as a client's base URL, mean this tracer."""
    vendor: str = ""
    """The company that keeps its traces unless it is told otherwise (GOV-03), as documents name it."""


class Retry(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A retry library: decorators and functions, and the arguments that bound them."""

    stop: tuple[str, ...] = ()
    """Arguments that end the attempts."""
    wait: tuple[str, ...] = ()
    """Arguments that set growing waits."""
    only: tuple[str, ...] = ()
    """Arguments that select the errors to retry."""
    default_attempts: int | None = None
    """Attempts when nothing is said; None: endless."""
    default_backoff: bool = False
    """Waits grow by themselves."""


class Framework(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A web, bot or UI framework: how it declares what a network reaches."""

    kind: Literal["http", "websocket", "ui", "bot", "mcp", "function", "graph"] = "http"
    app: tuple[str, ...] = ()
    """Makers of the application or router object; for `graph` of what its platform serves."""
    routes: tuple[str, ...] = ()
    """Decorators (`@.get`) or methods (`.get`) of that object that declare a route."""
    files: tuple[str, ...] = ()
    """Globs of files that are routes by convention; their exported `handlers` are the endpoints."""
    handlers: tuple[str, ...] = ()
    directive: str = ""
    """A directive whose exported functions are endpoints (`use server`)."""
    include: tuple[str, ...] = ()
    """Calls that mount a router under another."""
    middleware: tuple[str, ...] = ()
    """Calls that put something before every route."""


class Jobs(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A job or workflow system."""

    tasks: tuple[str, ...] = ()
    """How a task is declared: decorators or constructors."""
    enqueue: tuple[str, ...] = ()
    """How a task is sent to the queue."""
    schedule: tuple[str, ...] = ()
    """How a time is given to a task."""
    failure: tuple[str, ...] = ()
    """Hooks that are called when a run fails."""
    retries: tuple[str, ...] = ()
    """Arguments that limit its own retries."""
    durable: bool = True
    """Work outlives the process (RES-12)."""


class Evaluation(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An eval or red-team framework."""

    commands: tuple[str, ...] = ()
    """Beginnings of command lines that run it."""
    files: tuple[str, ...] = ()
    """Globs of its config or test files."""
    metrics: tuple[str, ...] = ()
    """Names of metrics it offers that a control asks for."""
    red_team: bool = False
    tracker: bool = False
    """It keeps results per run (EVA-14)."""


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A family of metric names, whole words, any case."""

    key: str
    title: str
    names: tuple[str, ...]


class WordList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that tell something by standing in a name, each whole and in lower case."""

    key: str
    title: str
    names: tuple[str, ...]


class Store(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A vector or search store."""

    constructors: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    """Methods that write an index."""
    reads: tuple[str, ...] = ()
    """Methods that query it."""
    deletes: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    """Arguments that set the result count."""
    cut: tuple[str, ...] = ()
    """Arguments that set a relevance cut, reranker, MMR or hybrid mode; `a+b` only both together."""
    filters: tuple[str, ...] = ()
    """Arguments that bound a query (filter, namespace, tenant)."""
    managed: bool = False
    """A managed sync that holds DAT-07 and DAT-12 by itself."""
    in_process: bool = False
    general: bool = False
    """An ordinary database too: only writes of a vector column count."""
    in_memory: tuple[str, ...] = ()
    """Constructors whose index lives in the process, unless it is saved."""
    saves: tuple[str, ...] = ()
    """Methods that write such an index to disk."""
    kept_by: tuple[str, ...] = ()
    """Arguments of such a constructor or write that keep the index outside the process."""


class Reader(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What reads a data source. A name in `calls` may begin with `*`: any class that ends so."""

    kind: Literal["file", "bucket", "table", "dataset", "connector", "page"]
    named_by: tuple[str, ...] = ("#0",)
    """Arguments that name the source."""


class History(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What keeps a conversation by itself; `calls` begin one (SEC-14)."""

    expiry: tuple[str, ...] = ()
    """Arguments that let it expire."""
    erases: tuple[str, ...] = ()
    """Methods that delete one."""
    lasting: tuple[str, ...] = ()
    """Arguments of which one keeps it outside the process; none: it always is."""


class Secrets(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A secret store; `resources` are IaC or manifest kinds, `keyless` are identities without a key."""

    resources: tuple[str, ...] = ()
    keyless: tuple[str, ...] = ()


class Guard(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A guardrail or PII detector."""

    side: Literal["in", "out", "both", "pii"]
    arguments: tuple[str, ...] = ()
    """Arguments of an LLM call, agent or route that mean it."""
    resources: tuple[str, ...] = ()
    """IaC resources or gateway settings that mean it."""
    models: tuple[str, ...] = ()
    """Parts of model ids that mean it."""


class AuthGuard(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What can refuse a caller: decorators, dependencies, session helpers, middleware."""

    helpers: tuple[str, ...] = ()
    """Functions that yield the session; a test of their result must follow."""


class Limiter(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rate limiter in front of a route."""

    key_arguments: tuple[str, ...] = ()
    """Arguments that name whom a limit counts."""


class Host(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider's host for raw HTTP; `name` may begin with `*.`; `gateway`: it forwards to others."""

    name: str
    provider: str
    gateway: bool = False
    self_hosted: bool = False


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The end of a URL path that means a model call, whatever the host."""

    suffix: str
    kind: Literal["generation", "embedding", "rerank", "image", "speech", "moderation"]
    api: str


class HttpLibrary(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An HTTP client: what it waits by default, in `unit`; None: for ever."""

    timeout: tuple[str, ...] = ()
    default: float | None = None
    unit: Literal["s", "ms"] = "s"
    url: tuple[str, ...] = ("#0", "url")
    clients: tuple[str, ...] = ()
    """Constructors of session objects that carry settings."""


class Fake(Package, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in for a model in tests.

    `patch` puts something else in the place of a name that its `calls` are given; `replay` answers
    HTTP requests; `model` is a model that answers by itself, named by `calls` (a trailing `*` stands
    for any ending); `browser` opens the application with whatever it holds itself.
    """

    kind: Literal["patch", "replay", "model", "browser"]
    runs_tools: bool = False
    """Whether it calls every tool that it is offered."""


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words without one of which a source file is not parsed in search of something (`about`)."""

    kind: str
    about: str
    words: tuple[str, ...]


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All tables beside SDKs and models; each is filled from the files that hold its key."""

    tracer: tuple[Tracer, ...] = ()
    retry: tuple[Retry, ...] = ()
    breaker: tuple[Package, ...] = ()
    limiter: tuple[Limiter, ...] = ()
    flag: tuple[Package, ...] = ()
    evaluation: tuple[Evaluation, ...] = ()
    metric: tuple[Metric, ...] = ()
    top_model: tuple[Metric, ...] = ()
    """Patterns of ids of the most expensive models (COS-09)."""
    llm_metric: tuple[Metric, ...] = ()
    """Patterns of metric names that speak of model calls (OBS-06, OBS-07, OBS-11)."""
    benchmark: tuple[Metric, ...] = ()
    prompt_registry: tuple[Package, ...] = ()
    store: tuple[Store, ...] = ()
    history: tuple[History, ...] = ()
    secrets: tuple[Secrets, ...] = ()
    guard: tuple[Guard, ...] = ()
    auth: tuple[AuthGuard, ...] = ()
    framework: tuple[Framework, ...] = ()
    jobs: tuple[Jobs, ...] = ()
    trainer: tuple[Package, ...] = ()
    cost: tuple[Package, ...] = ()
    cache: tuple[Package, ...] = ()
    validator: tuple[Package, ...] = ()
    reader: tuple[Reader, ...] = ()
    database: tuple[Package, ...] = ()
    data_class: tuple[Package, ...] = ()
    load_test: tuple[Package, ...] = ()
    drift: tuple[Package, ...] = ()
    host: tuple[Host, ...] = ()
    hint: tuple[Hint, ...] = ()
    endpoint: tuple[Endpoint, ...] = ()
    http: tuple[HttpLibrary, ...] = ()
    fake: tuple[Fake, ...] = ()
    words: tuple[WordList, ...] = ()
    test_runner: tuple[Package, ...] = ()
    """`calls` are what its commands begin with."""


def tables_of(files: Iterable[tuple[str, Mapping[str, Any]]]) -> Tables:
    """The tables of parsed files `(name, tables)`; entries of one kind add up over files.

    Raises:
        KnowledgeError: a table does not fit, or a key stands twice in one kind and language.
    """
    merged: dict[str, list[Any]] = {}
    homes: dict[tuple[str, str, str], str] = {}
    for name, raw in files:
        part = build(raw, Tables, name)
        for kind in raw:
            for entry in getattr(part, kind):
                merged.setdefault(kind, []).append(entry)
                mark = (kind, getattr(entry, "key", ""), getattr(entry, "language", ""))
                if mark[1] and mark in homes:
                    place = f"{name}, {kind} `{mark[1]}`"
                    message = f"{place}: {homes[mark]} has this key already{_in(mark[2])}."
                    raise KnowledgeError(message)
                homes[mark] = name
    return Tables(**{kind: tuple(entries) for kind, entries in merged.items()})


def _in(language: str) -> str:
    return f" in {language}" if language else ""
