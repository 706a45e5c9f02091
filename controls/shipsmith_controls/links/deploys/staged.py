"""Staged rollouts: canaries, weighted routes and flags that give a new version a share of the traffic."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.deploys.workloads import is_aside
from shipsmith_controls.links.files.deploy import deploy_jobs, is_compose
from shipsmith_controls.links.files.infrastructure import Resource, resources
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import family, files, index
from shipsmith_controls.links.values.index import argument, inside, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.queries import Database, query

_CANARY = re.compile(
    r"Canary\d+Percent|Linear\d+Percent|additional_version_weights|AdditionalVersionWeights"
    r"|canarySetting|canary_setting|time_based_canary|canary_deployment\b|blue_green_deployment_policy"
)
_WEIGHT = re.compile(
    r"^\s*-?\s*[\"']?(?:weight|percent|trafficWeight|percentage)[\"']?\s*[:=]\s*(\S+?),?\s*\}?\s*$", re.M
)
_WEIGHT_INSIDE = re.compile(r"\{[^{}\n]*\b(?:weight|percent|percentage)[\"']?\s*[:=]\s*([\w.\"']+)")
"""The same in one line with the target: `{ revisionName: stable, weight: 90 }`."""
_TRAFFIC = re.compile(r"\btraffic(?:Weight|_weight)?\b|\btraffic\s*[:={]", re.I)
_ROUTES = frozenset(
    {"VirtualService", "HTTPRoute", "TraefikService", "TrafficSplit", "GRPCRoute", "Service"}
)
_VARIANTS = re.compile(
    r"production_variants|ProductionVariants|productionVariants|initial_variant_weight", re.I
)
_ROLLING = re.compile(r"\bRollingUpdate\b|\brollingUpdate\s*:|\bupdate_config\s*:")
_CHOSEN = frozenset("model models prompt prompts llm".split())


class Stage(msgspec.Struct, frozen=True):
    """A staged rollout, or with `weak` something short of one."""

    path: str
    line: int
    what: str
    weak: bool = False


@query
def stages(db: Database) -> tuple[Stage, ...]:
    """Everything that lets a new version meet less than all of the traffic."""
    found = [stage for each in resources(db) if (stage := _of_resource(each)) is not None]
    found.extend(_flags(db))
    found.extend(_router_weights(db))
    found.extend(_labels(db))
    for job in deploy_jobs(db):
        if tokens(job.job.environment) & {"staging", "stage", "preprod", "canary"}:
            what = "a staging environment goes first, but all of production follows at once"
            found.append(Stage(job.path, job.line, what, weak=True))
    return tuple(dict.fromkeys(found))


def _of_resource(each: Resource) -> Stage | None:
    kind = each.kind.rsplit("::", 1)[-1]
    if each.gated or each.path.endswith(".parameters.json"):
        return None
    if (kind == "Rollout" and re.search(r"\bcanary\s*:", each.text)) or (
        kind == "Canary" and "flagger" in each.text
    ):
        return Stage(each.path, each.line, "a canary takes a share of the traffic")
    if _CANARY.search(each.text):
        return Stage(each.path, each.line, "a release shifts the traffic in steps")
    given = (*_WEIGHT.findall(each.text), *_WEIGHT_INSIDE.findall(each.text))
    weights = [w for w in given if w.strip("\"'") not in ("100", "0")]
    routed = kind in _ROUTES or _TRAFFIC.search(each.text) or _VARIANTS.search(each.text)
    if routed and len(weights) > 1:
        return Stage(each.path, each.line, "the traffic is split over two weighted targets")
    if kind in ("Deployment", "StatefulSet") and _ROLLING.search(each.text):
        return Stage(each.path, each.line, "a rolling update replaces all instances", weak=True)
    return None


def _flags(db: Database) -> Iterator[Stage]:
    """A flag, or a bucket of users, that picks the model or the prompt."""
    for package in load().tables.flag:
        names = {name.lstrip("@.") for name in package.calls}
        for path in users_of_package(db, package):
            facts = index(db, path)
            for call in facts.module.calls if facts is not None else ():
                if last_name(call.callee) not in names or facts is None:
                    continue
                said = [
                    str(p.value)
                    for given in call.args
                    for p in inside(given, facts.module)
                    if isinstance(p, code.Literal)
                ]
                if any(tokens(text) & _CHOSEN for text in said):
                    yield Stage(path, call.line, "a flag picks the model or prompt")
                    continue
                for assign in facts.module.assigns:
                    holds = assign.value is not None and any(
                        isinstance(p, code.CallRef) and facts.module.calls[p.call] is call
                        for p in inside(assign.value, facts.module)
                    )
                    if holds and tokens(last_name(assign.target)) & _CHOSEN:
                        yield Stage(path, call.line, "a flag picks the model or prompt")


@query
def _router_weights(db: Database) -> tuple[Stage, ...]:
    """litellm: two models behind one name, with weights."""
    found: list[Stage] = []
    for path in files(db):
        if path.endswith((".yaml", ".yml")) and is_production(db, path) and "litellm" in path.lower():
            config = family(db, "config", path)
            for root in config.roots if isinstance(config, Config) else ():
                models = root.get("model_list")
                found.extend(_weighted(path, models) if models is not None else ())
    return tuple(found)


def _weighted(path: str, models: Node) -> Iterator[Stage]:
    shares: dict[str, set[str]] = {}
    for each in models.items:
        weight = each.get("litellm_params", "weight")
        name, model = each.text("model_name"), each.text("litellm_params", "model")
        if weight is not None and name and model:
            shares.setdefault(name, set()).add(model)
            if len(shares[name]) > 1:
                yield Stage(path, weight.line, "two models share the traffic of one name")


def _labels(db: Database) -> Iterator[Stage]:
    """Prompt labels that code promotes: `update_prompt(…, new_labels=["production"])`."""
    for package in load().tables.prompt_registry:
        for path in users_of_package(db, package):
            facts = index(db, path)
            for call in facts.module.calls if facts is not None else ():
                promoted = argument(call, "new_labels") or argument(call, "newLabels")
                if promoted is not None:
                    yield Stage(path, call.line, "a prompt label is promoted")


@query
def release_places(db: Database) -> tuple[tuple[str, int], ...]:
    """Where the app is released: its deploy jobs, else its workloads, else its platform's file."""
    jobs = [(job.path, job.step_line) for job in deploy_jobs(db)]
    if jobs:
        return tuple(dict.fromkeys(jobs))
    found: dict[tuple[str, int], None] = {}
    for each in resources(db):
        if each.kind == "Microsoft.App/containerApps" and " existing " not in each.text.split("\n")[0]:
            at = each.text[: each.text.find("activeRevisionsMode")].count("\n")
            found[each.path, each.line + (at if "activeRevisionsMode" in each.text else 0)] = None
        elif each.kind in _SERVED and not is_aside(f"{each.name} {each.path.rsplit('/', 1)[-1]}"):
            found[each.path, each.line] = None
    for name in _PLATFORM_FILES:
        for path in files(db):
            if path.rsplit("/", 1)[-1].lower() == name and is_production(db, path):
                found.setdefault((path, _service_line(db, path)), None)
    if not found:
        for path in files(db):
            if is_compose(path) and is_production(db, path):
                found[path, 1] = None
    return tuple(found)


_SERVED = ("Deployment", "aws_ecs_service", "google_cloud_run_v2_service", "AWS::ECS::Service")
_PLATFORM_FILES = (
    "azure.yaml", "vercel.json", "fly.toml", "render.yaml", "app.yaml", "serverless.yml", "netlify.toml",
    "railway.json", "railway.toml", "cloudbuild.yaml", "procfile", "wrangler.toml",
)  # fmt: skip


def _service_line(db: Database, path: str) -> int:
    config = family(db, "config", path)
    for root in config.roots if isinstance(config, Config) else ():
        services = root.get("services")
        if services is not None and services.entries:
            return services.entries[0][1].line
    return 1
