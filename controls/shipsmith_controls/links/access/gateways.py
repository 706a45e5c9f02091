"""Guards in front of the app: authorizers of gateways, platforms that sign in, ingress rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.access.refusals import Refusal
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.files.deploy import configs, hcl_resources
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import code_files, exists, family, files, lines_of, skim
from shipsmith_controls.queries import Database, query

_AUTHORIZERS = frozenset({"aws_api_gateway_authorizer", "aws_apigatewayv2_authorizer"})
_INGRESS = re.compile(
    r"nginx\.ingress\.kubernetes\.io/auth-(?:url|signin|type)$|traefik.*forwardauth", re.I
)
_SIGN_IN = re.compile(
    r"'Microsoft\.(?:App/containerApps/authConfigs|Web/sites/config)@|authsettingsV2", re.I
)
_FUNCTIONS = re.compile(r"^(?P<home>(?:.*/)?supabase/)functions/(?P<name>[^/]+)/")


def gateway_guards(db: Database, entry: Entry) -> Iterator[Refusal]:
    """What stands before the whole app, and before the platform's functions."""
    supabase = _FUNCTIONS.match(entry.path)
    if supabase is not None:
        found = _verified(db, supabase["home"] + "config.toml", supabase["name"], entry)
        if found is not None:
            yield found
        return
    yield from authorizers(db)


def _verified(db: Database, path: str, name: str, entry: Entry) -> Refusal | None:
    """Supabase checks the caller's token before a function, unless its config says otherwise."""
    config = family(db, "config", path) if exists(db, path) else None
    for root in config.roots if isinstance(config, Config) else ():
        flag = root.get("functions", name, "verify_jwt")
        if flag is not None:
            return Refusal(path, flag.line) if flag.scalar is not False else None
    return Refusal(entry.path, entry.line)


@query
def authorizers(db: Database) -> tuple[Refusal, ...]:
    """Authorizers that infrastructure declares for the app as a whole."""
    found = [
        Refusal(path, body.line) for path, kind, _, body in hcl_resources(db) if kind in _AUTHORIZERS
    ]
    for path, root in configs(db, "serverless", "cloudformation"):
        for trail, node in root.walk():
            last = trail[-1] if trail else ""
            if (
                last.lower() in ("authorizer", "authorizers", "defaultauthorizer")
                and node.scalar != "NONE"
            ):
                found.append(Refusal(path, node.line))
    for path, root in configs(db, "kubernetes"):
        for trail, node in root.walk():
            if trail and _INGRESS.search(trail[-1]):
                found.append(Refusal(path, node.line))
    found.extend(_declared_in_code(db))
    for path in files(db):
        if path.endswith(".bicep"):
            found.extend(_signs_in(db, path))
    return tuple(found)


def _declared_in_code(db: Database) -> Iterator[Refusal]:
    """Authorizers of the AWS CDK, by what a stack imports."""
    for path in code_files(db):
        for taken in skim(db, path).imports:
            cdk = "aws-cdk" in taken.module or "aws_cdk" in taken.module
            if cdk and ("authorizers" in taken.module or any("Authorizer" in n for n in taken.names)):
                if is_production(db, path):
                    yield Refusal(path, 1)
                break


@query
def _signs_in(db: Database, path: str) -> tuple[Refusal, ...]:
    """Built-in sign-in of Azure apps, where a Bicep file declares it unconditionally."""
    lines = lines_of(db, path)
    return tuple(
        Refusal(
            path, number, "it is declared under a condition" if re.search(r"=\s*if\s*\(", line) else ""
        )
        for number, line in enumerate(lines, 1)
        if line.lstrip().startswith("resource ") and _SIGN_IN.search(line)
        if "authConfigs" in line or any("authsettingsV2" in near for near in lines[number : number + 4])
    )
