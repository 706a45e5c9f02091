"""Containers: the instructions of a Dockerfile, and the services of a compose file."""

from __future__ import annotations

import json
import re
import shlex

from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.facts.text import collapse, decode, joined_lines, lines, unquote

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)(?:\s+(.*))?$", re.DOTALL)
_ESCAPE = re.compile(r"#\s*escape\s*=\s*(\S)\s*$", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
_PAIR = re.compile(r"""([A-Za-z_]\w*)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)""", re.DOTALL)
_KNOWN = set(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL "
    "STOPSIGNAL USER VOLUME WORKDIR".split()
)


class Variable(Fact, frozen=True):
    """A variable that is set; a value of None passes on what the caller has."""

    name: str
    value: str | None
    line: int


class Instruction(Fact, frozen=True):
    """An instruction of a Dockerfile: its name in capitals and its arguments as written."""

    name: str
    arguments: str
    line: int


class Image(Fact, frozen=True):
    """A `FROM`: the image as written and the name of its stage ("" without one)."""

    reference: str
    stage: str
    line: int


class Dockerfile(Fact, frozen=True):
    """A Dockerfile.

    `environment` holds the `ENV` pairs, `arguments` the `ARG`s. `command` and `entrypoint` are the
    last `CMD` and `ENTRYPOINT` as one command text, with their lines (0: none). `healthcheck` is
    the line of a `HEALTHCHECK` other than `NONE`, 0 without one.
    """

    instructions: tuple[Instruction, ...] = ()
    images: tuple[Image, ...] = ()
    environment: tuple[Variable, ...] = ()
    arguments: tuple[Variable, ...] = ()
    command: str = ""
    command_line: int = 0
    entrypoint: str = ""
    entrypoint_line: int = 0
    healthcheck: int = 0


class Service(Fact, frozen=True):
    """A service of a compose file; `build` is its context, `healthcheck` a line (0: none)."""

    name: str
    line: int
    image: str | None = None
    command: str = ""
    environment: tuple[Variable, ...] = ()
    env_files: tuple[str, ...] = ()
    build: str | None = None
    dockerfile: str | None = None
    ports: tuple[str, ...] = ()
    healthcheck: int = 0


def extract(source: bytes) -> Dockerfile:
    """The instructions of a Dockerfile; never raises."""
    found = _instructions(decode(source))
    images: list[Image] = []
    environment: list[Variable] = []
    arguments: list[Variable] = []
    commands = {"CMD": ("", 0), "ENTRYPOINT": ("", 0)}
    healthcheck = 0
    for step in found:
        if step.name == "FROM":
            images.append(_image(step))
        elif step.name == "ENV":
            environment += _variables(step)
        elif step.name == "ARG":
            arguments += _variables(step)
        elif step.name in commands:
            commands[step.name] = (command_text(step.arguments), step.line)
        elif step.name == "HEALTHCHECK":
            healthcheck = 0 if step.arguments.strip().upper() == "NONE" else step.line
    return Dockerfile(
        found,
        tuple(images),
        tuple(environment),
        tuple(arguments),
        *commands["CMD"],
        *commands["ENTRYPOINT"],
        healthcheck,
    )


def command_text(written: str) -> str:
    """A command in exec form (`["python", "app.py"]`) or shell form as one command text."""
    text = written.strip()
    if text.startswith("["):
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return collapse(text)
        if isinstance(words, list):
            return _join([str(word) for word in words])
    return collapse(text)


def _join(words: list[str]) -> str:
    """One command text; of `sh -c "…"` the script, since that is what runs."""
    if len(words) == 3 and words[0].rsplit("/", 1)[-1] in ("sh", "bash") and words[1].startswith("-"):
        return words[2]
    return shlex.join(words)


def _instructions(text: str) -> tuple[Instruction, ...]:
    directive = next((_ESCAPE.match(line) for line in lines(text)[:3] if _ESCAPE.match(line)), None)
    escape = directive[1] if directive is not None else "\\"
    found: list[Instruction] = []
    heredocs: list[str] = []
    body: list[str] = []
    for number, line in joined_lines(text, escape, comment="#"):
        if heredocs:
            if line.strip() == heredocs[0]:
                heredocs.pop(0)
                if not heredocs:
                    last = found[-1]
                    found[-1] = Instruction(last.name, "\n".join([last.arguments, *body]), last.line)
                    body = []
            else:
                body.append(line)
            continue
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _INSTRUCTION.match(line)
        if match is None or match[1].upper() not in _KNOWN:
            continue
        name, arguments = match[1].upper(), (match[2] or "").strip()
        found.append(Instruction(name, arguments, number))
        if name in ("RUN", "COPY", "ADD"):
            heredocs = _HEREDOC.findall(arguments)
    return tuple(found)


def _image(step: Instruction) -> Image:
    words = [word for word in step.arguments.split() if not word.startswith("--")]
    stage = words[2] if len(words) > 2 and words[1].lower() == "as" else ""
    return Image(words[0] if words else "", stage, step.line)


def _variables(step: Instruction) -> list[Variable]:
    if "=" not in step.arguments:
        name, _, value = step.arguments.partition(" ")
        return [Variable(name, value.strip() or None, step.line)] if name else []
    return [Variable(name, unquote(value), step.line) for name, value in _PAIR.findall(step.arguments)]


def merged(node: Node | None, key: str, depth: int = 0) -> Node | None:
    """The value of a key, also from what the mapping merges in by `<<`."""
    if node is None or depth > 8:
        return None
    own = node.get(key)
    if own is not None:
        return own
    for base in node.all("<<"):
        for source in base.items or (base,):
            found = merged(source, key, depth + 1)
            if found is not None:
                return found
    return None


def entries(node: Node | None, depth: int = 0) -> tuple[tuple[str, Node], ...]:
    """The entries of a mapping, those that it merges in by `<<` first."""
    if node is None or depth > 8:
        return ()
    found: dict[str, Node] = {}
    for base in node.all("<<"):
        for source in reversed(base.items or (base,)):
            found.update(entries(source, depth + 1))
    found.update((key, value) for key, value in node.entries if key != "<<")
    return tuple(found.items())


def scalar_text(node: Node | None) -> str | None:
    """A scalar as text (`true` and `false` as YAML writes them), None for anything else."""
    if node is None or node.shape != "scalar" or node.scalar is None:
        return None
    if isinstance(node.scalar, bool):
        return "true" if node.scalar else "false"
    return str(node.scalar)


def texts(node: Node | None) -> tuple[str, ...]:
    """A scalar, or the scalars of a list, as texts; of a mapping its keys."""
    if node is None:
        return ()
    if node.shape == "map":
        return tuple(key for key, _ in node.entries)
    found = (scalar_text(item) for item in (node.items if node.shape == "list" else (node,)))
    return tuple(text for text in found if text is not None)


def variables(node: Node | None) -> tuple[Variable, ...]:
    """Variables written as a mapping or as a list of `NAME=value`."""
    if node is None:
        return ()
    if node.shape == "map":
        return tuple(Variable(key, scalar_text(value), value.line) for key, value in entries(node))
    found: list[Variable] = []
    for item in node.items:
        name, sign, value = (scalar_text(item) or "").partition("=")
        if name:
            found.append(Variable(name, value if sign else None, item.line))
    return tuple(found)


def compose_services(config: Config) -> tuple[Service, ...]:
    """The services of a compose file, values merged in by `<<` included."""
    found: list[Service] = []
    for root in config.roots:
        for name, node in entries(root.get("services")):
            if node.shape == "map":
                found.append(_service(name, node))
    return tuple(found)


def _service(name: str, node: Node) -> Service:
    build = merged(node, "build")
    context = scalar_text(build) if build is None or build.shape == "scalar" else build.text("context")
    health = merged(node, "healthcheck")
    disabled = health is not None and (
        getattr(health.get("disable"), "scalar", False) is True or texts(health.get("test")) == ("NONE",)
    )
    files = merged(node, "env_file")
    paths = (
        [scalar_text(item) or item.text("path") for item in (files.items or (files,))] if files else []
    )
    command = " ".join(filter(None, (_command(merged(node, key)) for key in ("entrypoint", "command"))))
    return Service(
        name,
        node.line,
        scalar_text(merged(node, "image")),
        command,
        variables(merged(node, "environment")),
        tuple(path for path in paths if path),
        context,
        build.text("dockerfile") if build is not None else None,
        _ports(merged(node, "ports")),
        health.line if health is not None and not disabled else 0,
    )


def _command(node: Node | None) -> str:
    if node is None:
        return ""
    return _join(list(texts(node))) if node.shape == "list" else (scalar_text(node) or "").strip()


def _ports(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    found = (
        scalar_text(item) or ":".join(texts(item.get("published")) + texts(item.get("target")))
        for item in node.items
    )
    return tuple(port for port in found if port)
