"""Azure model deployments that infrastructure files declare: Bicep text, ARM JSON, YAML, Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, files, lines_of
from shipsmith_controls.links.values.variables import unwrapped
from shipsmith_controls.queries import Database, query

_MODEL = re.compile(
    r"(?P<head>[^\n]*\n)?[ \t]*model:\s*\{(?P<body>[^{}]*)\}(?P<tail>[^{}]*(?:\{[^{}]*\}[^{}]*)?)"
)
_FIELD = re.compile(r"^\s*(\w+)\s*:\s*(.+?)\s*$", re.MULTILINE)
_PARAM = re.compile(r"^\s*(?:param|var)\s+(\w+)(?:\s+\w+)?\s*=\s*(.+?)\s*$", re.MULTILINE)
_EVALS = frozenset({"eval", "evals", "evaluation", "test", "judge"})


class Deployment(msgspec.Struct, frozen=True):
    """A deployment of a model. `version` is "" when none is set; `moves`: it follows new defaults.

    `version_path` and `version_line` say where the version is given, or the model where it is not.
    """

    path: str
    line: int
    name: str
    model: str
    version: str
    moves: bool
    version_path: str
    version_line: int

    @property
    def is_fixed(self) -> bool:
        """Whether the vendor cannot change the model behind it before it retires."""
        return bool(self.version) and not self.moves


@query
def deployments(db: Database) -> tuple[Deployment, ...]:
    """Every deployment of the tree that is not for evals or tests."""
    found: list[Deployment] = []
    for path in files(db):
        if path.endswith(".bicep"):
            found.extend(_in_bicep(db, path))
        elif path.endswith((".yaml", ".yml", ".json", ".tf")) and _is_infrastructure(path):
            config = family(db, "config", path)
            if isinstance(config, Config):
                found.extend(d for root in config.roots for d in _in_config(path, root))
    return tuple(dict.fromkeys(found))


def _is_infrastructure(path: str) -> bool:
    folder = path.rpartition("/")[0]
    return bool(
        tokens(folder) & {"infra", "infrastructure", "deploy", "deployment", "terraform", "iac"}
    ) or (path.endswith(".tf"))


def _in_config(path: str, root: Node) -> Iterator[Deployment]:
    for trail, node in root.walk():
        model = node.get("model")
        if model is None or model.shape != "map":
            continue
        form, name = model.text("format"), model.text("name")
        if name is None or form is None or tokens(" ".join(trail)) & _EVALS:
            continue
        version = model.get("version")
        option = node.text("versionUpgradeOption") or node.text("version_upgrade_option") or ""
        text = unwrapped(str(version.scalar)) if version is not None and version.scalar else ""
        yield Deployment(
            path,
            model.line,
            node.text("name") or name,
            unwrapped(name),
            text,
            option == "OnceNewDefaultVersionAvailable",
            path,
            version.line if version is not None else model.line,
        )


def _in_bicep(db: Database, path: str) -> Iterator[Deployment]:
    lines = lines_of(db, path)
    text = "\n".join(lines)
    if "model:" not in text:
        return
    known = _parameters(db, path, text)
    for found in _MODEL.finditer(text):
        fields = dict(_FIELD.findall(found["body"]))
        if "name" not in fields or "format" not in fields:
            continue
        head = _FIELD.match(found["head"] or "")
        holder = head[2] if head is not None and head[1] == "name" else fields["name"]
        if tokens(f"{holder} {fields['name']}") & _EVALS:
            continue
        line = text.count("\n", 0, found.start("body")) + 1
        model, _ = _text(fields["name"], known, (path, line))
        version, place = _text(fields.get("version", ""), known, (path, line))
        yield Deployment(
            path,
            line,
            _text(holder, known, (path, line))[0],
            model,
            version,
            "OnceNewDefaultVersionAvailable" in found["tail"],
            *place,
        )


Known = dict[str, tuple[str, tuple[str, int]]]


def _parameters(db: Database, path: str, text: str) -> Known:
    """Name -> (text, place) of the parameters of a Bicep file; a parameter file wins over defaults."""
    known: Known = {}
    for found in _PARAM.finditer(text):
        if found[2][:1] == "'":
            known[found[1]] = (found[2].strip("'"), (path, text.count("\n", 0, found.start(1)) + 1))
    folder = path.rpartition("/")[0]
    for other in files(db):
        if other.endswith(".parameters.json") and other.rpartition("/")[0] == folder:
            config = family(db, "config", other)
            root = config.roots[0] if isinstance(config, Config) and config.roots else None
            parameters = root.get("parameters") if root is not None else None
            for name, node in parameters.entries if parameters is not None else ():
                value = node.get("value")
                if value is not None and isinstance(value.scalar, str) and unwrapped(value.scalar):
                    known[name] = (unwrapped(value.scalar), (other, value.line))
    return known


def _text(expr: str, known: Known, place: tuple[str, int]) -> tuple[str, tuple[str, int]]:
    if expr.startswith("'"):
        return expr.strip("'"), place
    name = expr.split("//")[0].strip()
    if name in known:
        return known[name]
    # An expression that cannot be read still sets something.
    return (name if name else ""), place
