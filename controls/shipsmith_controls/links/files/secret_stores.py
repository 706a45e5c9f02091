"""Which environment variables deploy files fill from a secret store, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Node
from shipsmith_controls.links.files.deploy import configs, deploy_files, deploy_jobs, workflows
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import code_files, index, lines_of, skim
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database, query

_STORE = re.compile(
    r"secretsmanager|ssm[_:./]|parameter_?store|key_?vault|secret_?manager|google_secret|vault[_:.]|"
    r"secret_key_ref|op://|doppler|infisical",
    re.IGNORECASE,
)
_ENV = re.compile(r"[A-Z][A-Z0-9_]{2,}\Z")
_INJECTORS = re.compile(r"\b(?:doppler run|infisical run|op run|chamber exec|sops exec-env|teller run)\b")
_SET_SECRETS = re.compile(r"--(?:set|update)-secrets[= ]([^\s\\]+)")
_BICEP_ENV = re.compile(r"name:\s*'([A-Z][A-Z0-9_]+)'\s*\n?\s*secretRef:\s*([^\s}]+)")
_BICEP_VAULT = re.compile(r"([A-Z][A-Z0-9_]+)'?\s*:\s*'@Microsoft\.KeyVault\(")
_EXTERNAL = frozenset({"ExternalSecret", "ClusterExternalSecret", "SealedSecret", "SecretProviderClass"})
_MANAGED = frozenset({"VaultStaticSecret", "DopplerSecret", "InfisicalSecret", "OnePasswordItem"})
EVERY = "*"
"""The name under which a tool that fills every variable stands."""


class Filling(msgspec.Struct, frozen=True):
    """Where a variable gets its value; `weak`: from a store that only hides it (plain Secret, CI)."""

    path: str
    line: int
    what: str
    weak: bool = False


@query
def fillings(db: Database) -> dict[str, Filling]:
    """Variable -> the best that fills it over all deploy files."""
    table: dict[str, Filling] = {}
    for name, found in (
        *_terraform(db),
        *_bicep(db),
        *_manifests(db),
        *_kubernetes(db),
        *_commands(db),
        *_cdk(db),
    ):
        known = table.get(name)
        if known is None or (known.weak and not found.weak):
            table[name] = found
    return table


def _terraform(db: Database) -> Iterator[tuple[str, Filling]]:
    for path, root in configs(db, "terraform"):
        for trail, node in root.walk():
            name = trail[-1] if trail else ""
            if _ENV.match(name) and isinstance(node.scalar, str) and _STORE.search(node.scalar):
                yield name, Filling(path, node.line, "filled from a secret store")
            elif node.shape == "map":
                yield from _named_entry(path, node)
            elif isinstance(node.scalar, str) and "valueFrom" in node.scalar:
                for match in re.finditer(r"name\"?\s*[=:]\s*\"([A-Z][A-Z0-9_]+)\"", node.scalar):
                    yield match[1], Filling(path, node.line, "filled from a secret store")


def _named_entry(path: str, node: Node) -> Iterator[tuple[str, Filling]]:
    """`{ name = "X", valueFrom = … }`, `env { name = "X" value_source { … } }` and their kin."""
    name = node.text("name") or node.text("Name")
    if name is None or not _ENV.match(name):
        return
    keys = {key.lower() for key, _ in node.entries}
    if keys & {"valuefrom", "value_from", "value_source"}:
        yield name, Filling(path, node.line, "filled from a secret store")
    elif "secret_name" in keys or "secretref" in keys:
        yield name, Filling(path, node.line, "filled from a secret of the platform", weak=True)


def _bicep(db: Database) -> Iterator[tuple[str, Filling]]:
    paths = [path for path, kind in deploy_files(db) if kind == "bicep" and path.endswith(".bicep")]
    texts = {path: "\n".join(lines_of(db, path)) for path in paths}
    vaulted = any("keyVaultUrl" in text for text in texts.values())
    for path, text in texts.items():
        for match in _BICEP_ENV.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            what = "filled from Key Vault" if vaulted else "filled from a secret of the platform"
            yield match[1], Filling(path, line, what, weak=not vaulted)
        for match in _BICEP_VAULT.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield match[1], Filling(path, line, "filled from Key Vault")


def _manifests(db: Database) -> Iterator[tuple[str, Filling]]:
    """ECS task definitions, CloudFormation and SAM templates, serverless files."""
    for path, root in configs(db, "cloudformation", "serverless", "platform"):
        for trail, node in root.walk():
            if node.shape == "map" and "secrets" in {step.lower() for step in trail[-2:]}:
                yield from _named_entry(path, node)
            name = trail[-1] if trail else ""
            if _ENV.match(name) and isinstance(node.scalar, str) and _STORE.search(node.scalar):
                yield name, Filling(path, node.line, "filled from a secret store")


def _kubernetes(db: Database) -> Iterator[tuple[str, Filling]]:
    roots = list(configs(db, "kubernetes"))
    managed = any(root.text("kind") in _EXTERNAL | _MANAGED for _, root in roots)
    for path, root in roots:
        kind = root.text("kind")
        cloud_run = (root.text("apiVersion") or "").startswith("serving.knative.dev")
        for trail, node in root.walk():
            if kind in _EXTERNAL and trail[-1:] in (("secretKey",), ("objectAlias",)):
                yield str(node.scalar), Filling(path, node.line, f"filled by an {kind}")
            elif kind == "SealedSecret" and trail[-2:-1] == ("encryptedData",):
                yield trail[-1], Filling(path, node.line, "filled by a SealedSecret")
            elif kind == "Secret" and trail[-2:-1] in (("stringData",), ("data",)):
                yield (
                    trail[-1],
                    Filling(path, node.line, "filled from a plain Kubernetes Secret", weak=True),
                )
            elif node.shape == "map" and node.get("valueFrom", "secretKeyRef") is not None:
                name = node.text("name")
                what = (
                    "filled from a secret store" if managed or cloud_run else "filled from a plain Secret"
                )
                if name:
                    yield name, Filling(path, node.line, what, weak=not (managed or cloud_run))


def _commands(db: Database) -> Iterator[tuple[str, Filling]]:
    """What CI passes on: `--set-secrets`, tools that fill everything, the CI's own secrets (weak)."""
    for path, flow in workflows(db):
        for job in flow.jobs:
            for step in job.steps:
                for match in _SET_SECRETS.finditer(step.run):
                    for pair in match[1].strip("\"'").split(","):
                        yield (
                            pair.partition("=")[0],
                            Filling(path, step.line, "filled from Secret Manager"),
                        )
    for deploy in deploy_jobs(db):
        variables = [*deploy.job.env, *(v for step in deploy.job.steps for v in step.env)]
        for variable in variables:
            if variable.value and "secrets." in variable.value:
                what = "filled from the CI's own secrets"
                yield variable.name, Filling(deploy.path, variable.line, what, weak=True)
    for path, kind in deploy_files(db):
        if kind in ("docker", "compose", "platform"):
            lines = lines_of(db, path)
            for number, line in enumerate(lines, 1):
                if _INJECTORS.search(line.replace('", "', " ").replace('","', " ")):
                    yield EVERY, Filling(path, number, "started under a secret manager")


def _cdk(db: Database) -> Iterator[tuple[str, Filling]]:
    for path in code_files(db):
        stack = any("aws-cdk" in i.module or "aws_cdk" in i.module for i in skim(db, path).imports)
        if stack and is_production(db, path):
            yield from _in_stack(db, path)


@query
def _in_stack(db: Database, path: str) -> tuple[tuple[str, Filling], ...]:
    """`secrets: { X: Secret.fromSecretsManager(…) }` in a stack."""
    facts = index(db, path)
    found: list[tuple[str, Filling]] = []
    for call in facts.module.calls if facts else ():
        given = [k.value for k in call.keywords if k.name == "secrets"]
        given += [
            value
            for arg in call.args
            if isinstance(arg, code.Mapping)
            for key, value in arg.entries
            if isinstance(key, code.Literal) and key.value == "secrets"
        ]
        for mapping in given:
            for key, value in mapping.entries if isinstance(mapping, code.Mapping) else ():
                made = (
                    facts.module.calls[value.call] if facts and isinstance(value, code.CallRef) else None
                )
                if isinstance(key, code.Literal) and made and _reads_store(last_name(made.callee)):
                    found.append((str(key.value), Filling(path, key.line, "filled from a secret store")))
    return tuple(found)


def _reads_store(name: str) -> bool:
    return name.replace("_", "").lower() in (
        "fromsecretsmanager",
        "fromssmparameter",
        "fromsecretsmanagerversion",
    )
