"""Workloads: what runs the app in containers, and the probe that each has."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.facts.containers import Dockerfile, compose_services
from shipsmith_controls.links.calls.answering import started_entries
from shipsmith_controls.links.calls.entries import NETWORK
from shipsmith_controls.links.files.deploy import configs, deploy_files, is_compose
from shipsmith_controls.links.files.infrastructure import Resource, resources, text_of
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import exists, family, files, lines_of
from shipsmith_controls.queries import Database, query

_ASIDE = frozenset(
    "worker workers celery beat scheduler cron cronjob job jobs migrate migration migrations "
    "init db database "
    "proxy nginx background frontend ui client webserver webapp sandbox inference model models "
    "indexer indexing test tests "
    "dev devcontainer debug monitoring bot discordbot slackbot docs cli redis postgres ollama".split()
)
_THIRD = frozenset(
    "postgres postgresql pgvector redis valkey mongo mongodb minio elasticsearch opensearch "
    "qdrant weaviate chroma "
    "milvus etcd nginx traefik caddy rabbitmq kafka zookeeper grafana prometheus jaeger "
    "langfuse clickhouse ollama "
    "vllm neo4j falkordb searxng adminer pgadmin mysql mariadb memcached localstack keycloak "
    "vespa mailhog certbot "
    "otel loki tempo phoenix arizephoenix unstructured tika azurite busybox alpine ubuntu node "
    "python terrarium "
    "supabase".split()
)
_VALUES = re.compile(r"\.Values\.(?P<path>[\w.]*(?:readiness|liveness|startup)Probe[\w.]*)")
_HELM_KIND = re.compile(r"^kind:\s*(?:Deployment|StatefulSet)\b", re.MULTILINE)
_PROBE = re.compile(r"\b(?:readiness|liveness|startup)Probe\s*:(?P<rest>[^\n]*)")
_TASK = re.compile(r"\bhealth_?check\b\"?\s*[:=]", re.IGNORECASE)
_ECS = frozenset({"aws_ecs_task_definition", "AWS::ECS::TaskDefinition"})
_CONTAINER_APPS = frozenset(
    {"Microsoft.App/containerApps", "azurerm_container_app", "google_cloud_run_v2_service"}
)
_LAMBDA = re.compile(r"aws/lambda|lambda-adapter|azure-functions")


def names_of_others(text: str) -> bool:
    """Whether an image or name is that of a store, proxy or tool that others make."""
    return not _THIRD.isdisjoint(re.split(r"[^a-z0-9]+", text.lower()))


def is_aside(name: str) -> bool:
    """Whether a name tells a worker, a frontend, a store: something beside the app that answers."""
    return bool(tokens(name) & _ASIDE) or names_of_others(name)


class Workload(msgspec.Struct, frozen=True):
    """Something that runs the app. `probe` is the text of its probe ("": none), `probe_line` its line.

    `kind` `local`: a compose service that only its own machine reaches.
    """

    path: str
    line: int
    name: str
    kind: str
    probe: str = ""
    probe_line: int = 0


@query
def workloads(db: Database) -> tuple[Workload, ...]:
    """The app's own workloads; workers, jobs, frontends and what others made are left out."""
    hosted = [
        *_own([*_kubernetes(db), *_charts(db)]),
        *_own([*_declared(db), *_modules(db)]),
        *_platforms(db),
    ]
    # What only this machine reaches is for development, where something else carries the traffic.
    composed = [each for each in _composed(db) if not (hosted and each.kind == "local")]
    orchestrated = [*_own(composed), *hosted]
    images = _own(list(_dockerfiles(db)))
    if not orchestrated and not images:
        return ()
    # A probe of the orchestrator stands for that of the image.
    standing = ("compose", "local", "kubernetes", "platform")
    probed = any(each.probe for each in orchestrated if each.kind in standing)
    kept = [each for each in images if each.probe or not probed]
    return tuple(
        sorted(
            {(w.path, w.line): w for w in (*orchestrated, *kept)}.values(), key=lambda w: (w.path, w.line)
        )
    )


def _own(found: list[Workload]) -> list[Workload]:
    """Those that serve: by name, unless no name is left."""
    serving = [w for w in found if not is_aside(f"{w.name} {w.path.rsplit('/', 1)[-1]}")]
    return serving or [w for w in found if not is_aside(w.name)]


def _composed(db: Database) -> Iterator[Workload]:
    paths = [
        p for p in files(db) if is_compose(p) and is_production(db, p) and "devcontainer" not in tokens(p)
    ]
    shipped = [
        p for p in paths if not tokens(p.rsplit("/", 1)[-1]) & {"dev", "local", "override", "test", "ci"}
    ]
    for path in shipped or paths:
        config = family(db, "config", path)
        if not isinstance(config, Config):
            continue
        for service in compose_services(config):
            image = (service.image or "").rsplit("/", 1)[-1]
            if service.build is None and (names_of_others(service.image or "") or not service.ports):
                continue
            if service.build is not None and not _holds_app(db, path, service.build):
                continue
            node = next((r.get("services", service.name) for r in config.roots), None)
            check = node.get("healthcheck") if node is not None else None
            text = text_of(db, path, check.line, check.end_line) if check is not None else ""
            yield Workload(
                path,
                service.line,
                service.name or image,
                "local" if service.ports and all(map(_is_loopback, service.ports)) else "compose",
                text,
                service.healthcheck if text else 0,
            )


def _is_loopback(port: str) -> bool:
    """Whether a published port is bound to this machine alone: `127.0.0.1:8000:8000`."""
    return port.startswith(("127.", "localhost:", "[::1]:"))


def _holds_app(db: Database, path: str, context: str) -> bool:
    """Whether a build context holds an entry point with a model behind it."""
    home = _folder(path.rpartition("/")[0], context)
    served = [e.path for e in started_entries(db) if e.kind in NETWORK]
    return not served or not home or any(p.startswith(home + "/") for p in served)


def _folder(base: str, relative: str) -> str:
    parts = [p for p in base.split("/") if p]
    for step in relative.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", ".") and not step.startswith("$"):
            parts.append(step)
    return "/".join(parts)


def _dockerfiles(db: Database) -> Iterator[Workload]:
    paths = [
        path for path, kind in deploy_files(db) if kind == "docker" and "devcontainer" not in tokens(path)
    ]
    plain = [path for path in paths if path.rsplit("/", 1)[-1] == "Dockerfile"]
    for path in plain or paths:
        facts = family(db, "dockerfile", path)
        if not isinstance(facts, Dockerfile) or not (facts.command or facts.entrypoint):
            continue
        folder = path.rpartition("/")[0]
        names = " ".join((path.rsplit("/", 1)[-1], folder.rsplit("/", 1)[-1]))
        if any(_LAMBDA.search(i.reference) for i in facts.images) or not _holds_app(db, path, "."):
            continue
        line = facts.command_line or facts.entrypoint_line
        check = next((i for i in facts.instructions if i.line == facts.healthcheck), None)
        text = check.arguments if check is not None and facts.healthcheck else ""
        yield Workload(path, line, names, "docker", text, facts.healthcheck)


def _kubernetes(db: Database) -> Iterator[Workload]:
    for path, root in configs(db, "kubernetes"):
        if root.text("kind") in ("Deployment", "StatefulSet", "Rollout", "Service") and root.get("spec"):
            knative = (root.text("apiVersion") or "").startswith("serving.knative")
            containers = root.get("spec", "template", "spec", "containers")
            if containers is None or (root.text("kind") == "Service" and not knative):
                continue
            for each in containers.items:
                if names_of_others((each.text("image") or "").split(":")[0]):
                    continue
                name = f"{root.text('metadata', 'name') or ''} {each.text('name') or ''}"
                yield _pod(db, path, each, name)
                break


def _pod(db: Database, path: str, container: Node, name: str) -> Workload:
    for key in ("readinessProbe", "startupProbe", "livenessProbe"):
        probe = container.get(key)
        if probe is not None and probe.entries:
            text = text_of(db, path, probe.line, probe.end_line)
            return Workload(path, container.line, name.strip(), "kubernetes", text, probe.line)
    return Workload(path, container.line, name.strip(), "kubernetes")


def _charts(db: Database) -> Iterator[Workload]:
    """Helm templates, which are no YAML: their probes as text, `.Values` looked up."""
    for path, kind in deploy_files(db):
        if kind != "kubernetes" or (isinstance(family(db, "config", path), Config) and _roots(db, path)):
            continue
        lines = lines_of(db, path)
        text = "\n".join(lines)
        if not _HELM_KIND.search(text):
            continue
        at = next((i for i, line in enumerate(lines) if line.strip().startswith("containers:")), 0)
        probe, line = _chart_probe(db, path, lines)
        name = path.rsplit("/", 1)[-1].split(".")[0].removesuffix("deployment").strip("-_")
        yield Workload(path, at + 1, name, "kubernetes", probe, line)


def _roots(db: Database, path: str) -> bool:
    config = family(db, "config", path)
    return isinstance(config, Config) and bool(config.roots)


def _chart_probe(db: Database, path: str, lines: tuple[str, ...]) -> tuple[str, int]:
    for i, line in enumerate(lines):
        if not _PROBE.search(line):
            continue
        near = "\n".join(lines[max(0, i - 1) : i + 8])
        if re.search(r"\b(?:httpGet|exec|tcpSocket|grpc)\s*:", near):
            return near, i + 1
        named = _VALUES.search(near)
        value = _value(db, path, named["path"]) if named is not None else None
        if value is not None and value[1].entries:
            return text_of(db, value[0], value[1].line, value[1].end_line), i + 1
    return "", 0


def _value(db: Database, path: str, trail: str) -> tuple[str, Node] | None:
    home = path.partition("/templates/")[0]
    values = f"{home}/values.yaml"
    config = family(db, "config", values) if exists(db, values) else None
    for root in config.roots if isinstance(config, Config) else ():
        found = root.get(*trail.strip(".").split("."))
        if found is not None:
            return values, found
    return None


def _declared(db: Database) -> Iterator[Workload]:
    """ECS tasks and container apps of infrastructure code; a target group's check counts for them."""
    found = resources(db)
    groups = [
        r for r in found if r.kind in ("aws_lb_target_group", "AWS::ElasticLoadBalancingV2::TargetGroup")
    ]
    checked = next((g for g in groups if _TASK.search(g.text) or "HealthCheckPath" in g.text), None)
    for each in found:
        if " existing " in each.text.split("\n", 1)[0]:
            continue
        if each.kind in _ECS:
            yield _with_probe(each, _TASK, checked)
        elif each.kind in _CONTAINER_APPS:
            at = each.text[: max(each.text.find("containers:"), 0)].count("\n")
            moved = msgspec.structs.replace(each, line=each.line + at, text=each.text)
            probes = re.compile(r"\bprobes\s*:|\b(?:readiness|liveness|startup)_probe\b")
            yield _with_probe(moved, probes, None, each.line)


def _with_probe(
    each: Resource, pattern: re.Pattern[str], other: Resource | None, start: int = 0
) -> Workload:
    hit = pattern.search(each.text)
    if hit is not None:
        line = (start or each.line) + each.text[: hit.start()].count("\n")
        return Workload(each.path, each.line, each.name, "infrastructure", each.text[hit.start() :], line)
    if other is not None:
        return Workload(each.path, each.line, each.name, "infrastructure", other.text, other.line)
    return Workload(each.path, each.line, each.name, "infrastructure")


def _modules(db: Database) -> Iterator[Workload]:
    """Terraform modules that take a health check: `health_check = local.health_check`."""
    for path, root in configs(db, "terraform"):
        for block in root.all("module"):
            for name, body in block.entries:
                check = body.get("health_check") or body.get("healthcheck")
                if check is None:
                    continue
                text = text_of(db, path, check.line, check.end_line)
                line = check.line
                for local in root.all("locals"):
                    named = local.get("health_check")
                    if named is not None:
                        text, line = text_of(db, path, named.line, named.end_line), named.line
                yield Workload(path, body.line, name, "infrastructure", text, line)


def _platforms(db: Database) -> Iterator[Workload]:
    """Render and Fly run containers and take a check in their own files."""
    for path in files(db):
        name = path.rsplit("/", 1)[-1].lower()
        if name not in ("fly.toml", "render.yaml") or not is_production(db, path):
            continue
        config = family(db, "config", path)
        for root in config.roots if isinstance(config, Config) else ():
            for trail, node in root.walk():
                if trail and trail[-1] in ("healthCheckPath", "checks", "http_checks"):
                    text = text_of(db, path, node.line, node.end_line)
                    yield Workload(path, 1, name, "platform", text, node.line)
                    break
            else:
                yield Workload(path, 1, name, "platform")
