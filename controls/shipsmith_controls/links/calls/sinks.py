"""What a call does with a value it is given: logs it, prints it, stores it, measures it, hands it on."""

from __future__ import annotations

import re
from typing import Literal

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.values.index import ModuleIndex, dotted, last_name

SinkKind = Literal["log", "print", "store", "span", "metric", "event"]
"""`event`: sent to a tracker, queue or analytics; `store`: a database row or a file."""

_LEVELS = frozenset(
    "debug info notice warning warn error exception critical fatal log trace success".split()
)
LOUD = frozenset({"warning", "warn", "error", "exception", "critical", "fatal"})
_LOGGERS = re.compile(
    r"(?:^|[._])(?:\w*log(?:ger|ging)?|console|winston|pino|structlog|LOG(?:GER)?|audit)\b", re.I
)
_PRINTS = frozenset({"print", "pprint", "pp", "rprint", "print_exc", "print_exception", "echo", "secho"})
_SPAN_WORDS = frozenset({"span", "generation", "observation", "otel", "langfuse"})
_SPAN_CALLS = frozenset(
    "set_attribute set_attributes setAttribute setAttributes add_event addEvent update end log "
    "update_current_generation update_current_observation update_current_span update_current_trace "
    "updateActiveObservation score set_span_attribute".split()
)
_METRIC_WORDS = frozenset(
    "metric metrics counter histogram gauge statsd meter summary prometheus dogstatsd".split()
)
_METRIC_CALLS = frozenset(
    "inc observe record add increment distribution gauge histogram timing put_metric_data "
    "count set labels "
    "put_metric_data record_histogram add_metric addMetric putMetric".split()
)
_STORE_ALWAYS = re.compile(
    r"^(?:save|persist|insert|upsert|store)(?:[_A-Z]\w*)?$|^(?:put_item|putItem|PutItemCommand|PutCommand"
    r"|update_item|updateItem|UpdateItemCommand|UpdateCommand"
    r"|write_text|write_bytes|writeFile|"
    r"writeFileSync|appendFile|appendFileSync|insert_one|insert_many|insertOne|insertMany"
    r"|update_one|updateOne|bulk_create|"
    r"bulk_save_objects|add_all|to_csv|to_parquet|writerow|writerows|index_document"
    r"|executemany|findOneAndUpdate)$"
)
_STORE_IF: dict[str, frozenset[str]] = {
    "add": frozenset("session db tracker uow repo repository collection database s".split()),
    "merge": frozenset("session db database".split()),
    "create": frozenset("objects prisma db repository repo store dao model database".split()),
    "update": frozenset("prisma db repository repo store dao database collection table".split()),
    "set": frozenset("redis cache kv store db table storage doc ref update database".split()),
    "put": frozenset("redis cache kv store db table s3 bucket blob storage database".split()),
    "put_object": frozenset("s3 client bucket".split()),
    "hset": frozenset(),
    "rpush": frozenset(),
    "lpush": frozenset(),
    "xadd": frozenset(),
    "values": frozenset("insert db".split()),
    "execute": frozenset("db session conn connection cursor cur database tx pool c".split()),
    "query": frozenset("db conn connection pool sql tx".split()),
    "write": frozenset("f fh file fp out outfile log handle logfile csv".split()),
    "dump": frozenset("json pickle yaml joblib".split()),
    "add_message": frozenset(),
    "add_messages": frozenset(),
    "set_value": frozenset(),
}
_EVENTS = frozenset(
    "publish send_message produce capture track emit_event log_event record_event send_event "
    "enqueue".split()
)
_BY_NAME = re.compile(
    r"^(?:(?:save|store|persist|insert)(?:_|[A-Z]|$)|(?:record|log|audit|track)(?:_|[A-Z]))", re.ASCII
)
_NOT_STORES = re.compile(
    r"stream|controller$|socket|websocket|response|writer|stdout|stderr|sys\b|res\b", re.I
)


def kind_of(call: code.Call, facts: ModuleIndex) -> SinkKind | None:
    """What a call does with what it is given, by its name and the name of its receiver."""
    name = last_name(call.callee)
    base = call.callee.base if isinstance(call.callee, code.Attribute) else None
    whole = dotted(call.callee) or _chain(call.callee, facts.module)
    receiver = whole.rpartition(".")[0]
    words = tokens(receiver)
    if name in _PRINTS:
        return "print"
    if name in _LEVELS and base is not None and _LOGGERS.search(receiver):
        return "log"
    if name.startswith("update_current_") or (name in _SPAN_CALLS and words & _SPAN_WORDS):
        return "span"
    if name in _METRIC_CALLS and (words & _METRIC_WORDS or _metric(receiver)):
        return "metric"
    if _NOT_STORES.search(receiver):
        return None
    if _STORE_ALWAYS.match(name) and not (name in ("insert", "store") and not words and base is None):
        return "store"
    needed = _STORE_IF.get(name)
    if needed is not None and base is not None and (not needed or words & needed):
        return "store"
    return "event" if name in _EVENTS and base is not None else None


def _metric(receiver: str) -> bool:
    """Whether a receiver is a metric by its form: a constant in capitals with a unit, `.labels()`."""
    last = receiver.rsplit(".", 1)[-1].removesuffix("()")
    return last == "labels" or bool(
        re.search(r"_(?:total|count|counter|seconds|tokens|histogram|usd)$", last, re.I)
    )


def _chain(expr: code.Expr, module: code.Module) -> str:
    """The dotted text of a chain with calls in it: `db.insert().values`."""
    parts: list[str] = []
    for _ in range(12):
        if isinstance(expr, code.Attribute):
            parts.append(expr.name)
            expr = expr.base
        elif isinstance(expr, code.CallRef):
            expr = module.calls[expr.call].callee
        elif isinstance(expr, code.Subscript):
            expr = expr.base
        elif isinstance(expr, code.Name):
            parts.append(expr.id)
            break
        else:
            break
    return ".".join(reversed(parts))


def is_named_like_one(call: code.Call) -> bool:
    """Whether a function that cannot be followed says by its name that it records something."""
    receiver = (dotted(call.callee) or "").rpartition(".")[0]
    return bool(_BY_NAME.match(last_name(call.callee))) and not _NOT_STORES.search(receiver)


def is_loud(call: code.Call) -> bool:
    """Whether a log call is at warning or above."""
    return last_name(call.callee) in LOUD
