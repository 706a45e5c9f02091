"""Training runs: what registers, records, gates and promotes the model that a trainer makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.calls.model_ids import literal_ids
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.deploys.scheduled import scheduled
from shipsmith_controls.links.deploys.started import started
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, family, files, index, skim
from shipsmith_controls.links.values.index import argument, inside, last_name
from shipsmith_controls.links.values.modules import importers, imports_in_tree
from shipsmith_controls.queries import Database, query

_REGISTERS = frozenset(
    "register_model create_model_version create_model_package create_registered_model link_artifact "
    "link_model log_model_to_registry".split()
)
_RECORDS = frozenset("log_params log_param log_input autolog log_hyperparams".split())
_SEEDS = frozenset("seed random_state set_seed manual_seed seed_everything data_seed random_seed".split())
_DATA = frozenset({"dataset", "data"})
_MARKS = frozenset({"version", "hash", "sha", "sha256", "digest", "fingerprint", "revision", "commit"})
_PROMOTES = frozenset(
    "set_registered_model_alias transition_model_version_stage set_model_version_tag promote "
    "link_artifact promote_model update_model_package".split()
)
_JUDGES = frozenset(
    "eval evaluate evaluation score scores metric metrics accuracy f1 auc loss candidate".split()
)
_STOPS = frozenset({"exit", "_exit", "abort", "SystemExit"})
_ALIAS = re.compile(r"^models:/[\w.-]+[@/][\w.-]+$")


class Evidence(msgspec.Struct, frozen=True):
    """A place that shows something of a training run."""

    path: str
    line: int


class Step(StrEnum):
    """What a training run may do besides training."""

    REGISTERED = "registered"
    SETTINGS = "settings"
    DATA = "data"
    SEED = "seed"
    COMPARED = "compared"
    PROMOTED = "promoted"


class Load(msgspec.Struct, frozen=True):
    """A place that loads a tuned model; `by_registry` says whether by name and version or alias."""

    path: str
    line: int
    text: str
    by_registry: bool


@query
def run_files(db: Database, path: str) -> tuple[str, ...]:
    """The files of a training run: where it trains, what that imports, and who imports it."""
    found = {path, *(target for target, _ in imports_in_tree(db, path))}
    found |= {user for user, _ in importers(db).get(path, ())}
    return tuple(sorted(p for p in found if is_production(db, p)))


@query
def steps_in(db: Database, path: str) -> dict[Step, Evidence]:
    """What the code of one file does for a training run."""
    facts = index(db, path)
    found: dict[Step, Evidence] = {}
    for call in facts.module.calls if facts is not None else ():
        for step in _steps(call):
            found.setdefault(step, Evidence(path, call.line))
    if facts is not None:
        gate = _gate(facts.module)
        if gate:
            found[Step.COMPARED] = Evidence(path, gate)
    return found


def _steps(call: code.Call) -> Iterator[Step]:
    name = last_name(call.callee)
    keywords = {k.name for k in call.keywords if k.name}
    keys = set(keywords)
    for given in (*call.args, *(k.value for k in call.keywords)):
        if isinstance(given, code.Mapping):
            keys |= {str(k.value) for k, _ in given.entries if isinstance(k, code.Literal)}
    hub = name == "push_to_hub" and keywords & {"revision", "tags", "commit_message"}
    uploads = name == "upload" and "serving_container_image_uri" in keywords
    if name in _REGISTERS or "registered_model_name" in keywords or hub or uploads:
        yield Step.REGISTERED
    if name in _RECORDS or (name == "init" and "config" in keywords):
        yield Step.SETTINGS
    if name == "log_input" or any(tokens(k) & _DATA and tokens(k) & _MARKS for k in keys):
        yield Step.DATA
    if name in _SEEDS or keys & _SEEDS:
        yield Step.SEED
    if name in _PROMOTES and not (name == "link_artifact" and argument(call, "aliases") is None):
        yield Step.PROMOTED


def _gate(module: code.Module) -> int:
    """The line of a test of a measured result that stops the run or skips promotion; 0 for none."""
    for i, block in enumerate(module.blocks):
        if block.kind != "if":
            continue
        words: set[str] = set()
        for head in block.heads:
            for part in inside(head, module):
                words |= tokens(last_name(part)) if last_name(part) else set()
        if not words & _JUDGES:
            continue
        stops = any(last_name(c.callee) in _STOPS | _PROMOTES and c.block == i for c in module.calls)
        if stops or any(e.kind == "raise" and e.block == i for e in module.exits):
            return block.line
    return 0


@query
def steps_of(db: Database, path: str) -> dict[Step, Evidence]:
    """What all files of a run do."""
    found: dict[Step, Evidence] = {}
    for other in run_files(db, path):
        for step, where in steps_in(db, other).items():
            found.setdefault(step, where)
    return found


@query
def trigger_of(db: Database, path: str) -> Evidence | None:
    """The clock or event that starts a training run."""
    own = set(run_files(db, path))
    for clock in (*scheduled(db), *started(db)):
        if clock.node.path in own:
            return Evidence(clock.path, clock.line)
    return None


@query
def promoting_job(db: Database) -> Evidence | None:
    """A workflow job that promotes or deploys only after another one."""
    for path in files(db):
        if not path.startswith(".github/workflows/") or not path.endswith((".yml", ".yaml")):
            continue
        config = family(db, "config", path)
        for root in config.roots if isinstance(config, Config) else ():
            jobs = root.get("jobs")
            names = {key for key, _ in jobs.entries} if jobs is not None else set()
            trains = any(
                tokens(n) & {"train", "training", "retrain", "evaluate", "finetune"} for n in names
            )
            for name, job in jobs.entries if jobs is not None and trains else ():
                if job.get("needs") is not None and tokens(name) & {
                    "promote",
                    "deploy",
                    "release",
                    "register",
                }:
                    return Evidence(path, job.line)
    return None


@query
def loads(db: Database) -> tuple[Load, ...]:
    """Where serving code names a tuned model."""
    found = [Load(e.path, e.line, e.id, False) for e in literal_ids(db) if e.id.startswith("ft:")]
    trained = {call.path for call in trainer_calls(db)}
    for path in code_files(db):
        mlflow = any(g.module.split(".")[0] == "mlflow" for g in skim(db, path).imports)
        facts = index(db, path) if mlflow and path not in trained and is_production(db, path) else None
        for call in facts.module.calls if facts is not None else ():
            given = argument(call, "#0") or argument(call, "model_uri")
            if last_name(call.callee) == "load_model" and isinstance(given, code.Literal):
                text = str(given.value)
                found.append(Load(path, call.line, text, bool(_ALIAS.match(text))))
    return tuple(found)
