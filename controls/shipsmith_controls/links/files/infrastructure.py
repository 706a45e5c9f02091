"""Resources that infrastructure code declares, whatever its language, each with its own text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.links.files.deploy import deploy_files, hcl_resources
from shipsmith_controls.links.production import is_test_path, tokens
from shipsmith_controls.links.tree import family, files, index, lines_of
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_BICEP = re.compile(
    r"^\s*resource\s+(?P<name>\w+)\s+'(?P<type>[^'@]+)(?:@[^']*)?'\s*(?:existing\s*)?=\s*"
    r"(?P<gate>if\s*\((?P<flag>[^)]*)\))?"
)
_FLAG = re.compile(r"^\s*(?:count|for_each)\s*=\s*(?P<test>[^?\n]+)\?", re.MULTILINE)
_VARIABLE = re.compile(r"\bvar\.(\w+)")
_OFF = re.compile(r"^\s*param\s+(?P<name>\w+)\s+bool\s*=\s*false\s*$")
_STACKS = ("aws-cdk-lib", "aws_cdk", "@aws-cdk", "constructs", "cdktf", "@pulumi", "pulumi", "sst")
_RUNS = frozenset("service ecs container app function lambda run instance cluster web api".split())


class Resource(msgspec.Struct, frozen=True):
    """A declared resource: its type as written, its name, and its text.

    `gated`: it is made only under a flag that is off as shipped.
    """

    path: str
    line: int
    end_line: int
    kind: str
    name: str
    text: str
    gated: bool = False


@query
def resources(db: Database) -> tuple[Resource, ...]:
    """Every resource of Terraform, Bicep, ARM, CloudFormation, Kubernetes, and of stacks in code."""
    found = list(_terraform(db))
    for path in files(db):
        if path.endswith(".bicep"):
            found.extend(_bicep(db, path))
        elif path.endswith((".yaml", ".yml", ".json", ".template")) and _may_declare(path):
            found.extend(_declared(db, path) if not is_test_path(path) else ())
    for module in _STACKS:
        for path in by_import(db).get(module, ()):
            found.extend(_in_code(db, path))
    return tuple(dict.fromkeys(found))


def text_of(db: Database, path: str, first: int, last: int) -> str:
    """Some lines of a file, from 1."""
    lines = lines_of(db, path)
    return "\n".join(lines[first - 1 : last])


def _terraform(db: Database) -> Iterator[Resource]:
    off = _switched_off(db)
    for path, kind, name, body in hcl_resources(db):
        text = text_of(db, path, body.line, body.end_line)
        flag = _FLAG.search(text)
        used = _VARIABLE.findall(flag["test"]) if flag else []
        yield Resource(path, body.line, body.end_line, kind, name, text, any(v in off for v in used))


@query
def _switched_off(db: Database) -> frozenset[str]:
    """Terraform variables whose default is false and that no `.tfvars` sets."""
    found: set[str] = set()
    given: set[str] = set()
    for path, kind in deploy_files(db):
        config = family(db, "config", path) if kind == "terraform" else None
        for root in config.roots if isinstance(config, Config) else ():
            if path.endswith(".tfvars"):
                given |= {name for name, value in root.entries if value.scalar is True}
                continue
            for block in root.all("variable"):
                for name, body in block.entries:
                    default = body.get("default")
                    if default is not None and default.scalar is False:
                        found.add(name)
    return frozenset(found - given)


@query
def _bicep(db: Database, path: str) -> tuple[Resource, ...]:
    lines = lines_of(db, path)
    off = {m["name"] for line in lines if (m := _OFF.match(line))}
    found: list[Resource] = []
    for i, line in enumerate(lines):
        hit = _BICEP.match(line)
        if hit is None:
            continue
        end = _closing(lines, i)
        flag = (hit["flag"] or "").strip()
        text = "\n".join(lines[i : end + 1])
        found.append(Resource(path, i + 1, end + 1, hit["type"], hit["name"], text, flag in off))
    return tuple(found)


def _closing(lines: tuple[str, ...], start: int) -> int:
    depth = 0
    for i in range(start, len(lines)):
        depth += lines[i].count("{") - lines[i].count("}")
        if depth <= 0 and i > start:
            return i
    return len(lines) - 1


def _may_declare(path: str) -> bool:
    low = path.lower()
    name = low.rsplit("/", 1)[-1]
    if low.startswith((".github/", "node_modules/")) or name in ("package.json", "package-lock.json"):
        return False
    if low.endswith(".json"):
        folder = low.rpartition("/")[0]
        words = tokens(folder)
        return bool(
            words
            & {"infra", "infrastructure", "cloudformation", "arm", "iac", "deploy", "azure", "cdk", "aws"}
        ) or name.startswith(("template", "azuredeploy", "main.", "cloudformation"))
    return True


@query
def _declared(db: Database, path: str) -> tuple[Resource, ...]:
    config = family(db, "config", path)
    if not isinstance(config, Config):
        return ()
    found: list[Resource] = []
    for root in config.roots:
        kind = root.text("kind")
        if kind and root.text("apiVersion"):
            name = root.text("metadata", "name") or ""
            text = text_of(db, path, root.line, root.end_line)
            found.append(Resource(path, root.line, root.end_line, kind, name, text))
        for name, body in _members(root):
            found.append(
                Resource(
                    path,
                    body.line,
                    body.end_line,
                    body.text("Type") or body.text("type") or "",
                    name,
                    text_of(db, path, body.line, body.end_line),
                )
            )
    return tuple(found)


def _members(root: Node) -> Iterator[tuple[str, Node]]:
    """Entries of `Resources` (CloudFormation, serverless) and `resources` (ARM)."""
    for holder in (root.get("Resources"), root.get("resources", "Resources"), root.get("resources")):
        if holder is None:
            continue
        for name, body in holder.entries:
            if body.text("Type"):
                yield name, body
        for body in holder.items:
            if body.text("type"):
                yield body.text("name") or "", body


@query
def _in_code(db: Database, path: str) -> tuple[Resource, ...]:
    """Constructs of a stack in code: `new Alarm(this, "…", {…})`, `metric.createAlarm(…)`."""
    facts = index(db, path)
    if facts is None:
        return ()
    return tuple(
        Resource(
            path,
            call.line,
            call.end_line,
            getattr(call.callee, "id", getattr(call.callee, "name", "")),
            "",
            text_of(db, path, call.line, call.end_line),
        )
        for call in facts.module.calls
        if call.args or call.keywords
    )


@query
def infra_home(db: Database) -> tuple[str, int] | None:
    """The place that stands for the infrastructure: what runs the service, else its main file."""
    infra = [
        path
        for path, kind in deploy_files(db)
        if kind in ("terraform", "bicep", "cloudformation", "serverless")
        and not path.endswith((".tfvars", ".json", ".bicepparam"))
    ]
    if not infra:
        return None
    main = [p for p in infra if p.rsplit("/", 1)[-1].split(".")[0] in ("main", "template", "serverless")]
    home = min(main or infra, key=lambda p: (p.count("/"), p))
    if home.endswith(".tf"):
        config = family(db, "config", home)
        for root in config.roots if isinstance(config, Config) else ():
            named = [(name, body) for block in root.all("module") for name, body in block.entries]
            for block in root.all("resource"):
                named += [
                    (f"{kind} {n}", body) for kind, each in block.entries for n, body in each.entries
                ]
            for name, body in named:
                if tokens(name) & _RUNS and not tokens(name) & {"role", "policy", "group", "security"}:
                    return home, body.line
    return home, 1
