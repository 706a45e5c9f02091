"""What a command runs in the end: wrappers taken off, interpreters and task runners understood."""

from __future__ import annotations

import posixpath
import re
from typing import Literal, NamedTuple

Kind = Literal["module", "file", "task", "program"]

_RUN = {
    "poetry", "uv", "pipenv", "pdm", "hatch", "rye", "pixi", "conda", "mamba", "micromamba",
    "doppler", "infisical", "op", "chamber", "dotenvx", "aws-vault",
}  # fmt: skip
_EXEC = {"pnpm": {"exec", "dlx"}, "yarn": {"exec", "dlx"}, "npm": {"exec", "x"}, "bun": {"x"},
         "bundle": {"exec"}, "mise": {"exec", "x"}, "docker-compose": {"exec", "run"}}  # fmt: skip
_PLAIN = {
    "npx", "bunx", "pnpx", "uvx", "pipx", "sudo", "nohup", "exec", "command", "env", "timeout",
    "nice", "xvfb-run", "cross-env", "dotenv", "env-cmd", "tini", "dumb-init", "stdbuf",
    "caffeinate", "gosu", "opentelemetry-instrument", "ddtrace-run", "newrelic-admin", "ionice",
    "setsid",
}  # fmt: skip
_VALUED = {
    "--with", "--extra", "--group", "--python", "-p", "--package", "--directory", "--project", "-C",
    "--env-file", "-e", "-n", "--name", "-f", "-u", "--from", "-s", "--signal", "-k", "--dir",
    "--prefix", "--cwd", "--filter", "-F", "-w", "--workspace", "--with-requirements", "--config",
    "-c",
}  # fmt: skip
_DIRECTORY = {"-C", "--directory", "--dir", "--prefix", "--cwd", "--project"}
_SHELLS = {"sh", "bash", "zsh", "dash", "ash"}
_PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)?)?(?:\.exe)?\Z|\$\{?PYTHON\}?\Z")
_INTERPRETERS = {
    "node", "tsx", "ts-node", "deno", "bun", "sh", "bash", "zsh", "dash", "ruby", "perl", "source",
    ".", "nodemon", "streamlit", "chainlit", "fastapi", "modal", "papermill", "vite-node",
}  # fmt: skip
_MANAGERS = {"npm", "pnpm", "yarn", "bun"}
_BUILTIN = {
    "add", "audit", "ci", "config", "create", "dedupe", "dlx", "exec", "i", "info", "init",
    "install", "link", "list", "login", "ls", "outdated", "pack", "patch", "prune", "publish",
    "rebuild", "remove", "root", "store", "uninstall", "unlink", "up", "update", "upgrade",
    "version", "view", "why", "x", "workspace", "workspaces", "set", "help", "cache", "import",
    "fetch", "pm", "node", "policies",
}  # fmt: skip
_TASKS = {
    "make", "gmake", "just", "task", "tox", "nox", "turbo", "nx", "invoke", "inv", "rake", "lerna",
    "poe", "taskipy", "wireit", "moon",
}  # fmt: skip
_VERSIONED = {"npx", "bunx", "pnpx", "pnpm", "yarn", "npm", "bun", "uvx"}
_UNVERSIONED = re.compile(r"(.+)@[\w.^~*-]+\Z")
_FILE = re.compile(r"[\w.@$ {}()/-]+\.(?:py|pyw|js|mjs|cjs|ts|mts|cts|tsx|sh|bash|rb|ipynb)\Z")
_MAX_PATH = 1000
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)\Z", re.DOTALL)


class Run(NamedTuple):
    """What is left of a command: its words, or a script that a shell is to run."""

    words: list[str]
    via: tuple[str, ...]
    env: list[tuple[str, str]]
    directory: str
    script: str | None


def joined(base: str, folder: str) -> str:
    """The folder reached from `base`; unknown (`-`, a variable) stays as written."""
    if folder in ("", "-") or folder.startswith(("$", "~")):
        return folder if folder.startswith("$") else base
    path = posixpath.normpath(posixpath.join(base, folder))
    if len(path) > _MAX_PATH:
        return base
    return "" if path == "." else path


def unwrap(words: list[str], directory: str) -> Run:
    """Take off wrappers such as `uv run`, `npx`, `env A=b`, `timeout 60`; look at `sh -c`."""
    via: list[str] = []
    env: list[tuple[str, str]] = []
    for _ in range(12):
        if not words:
            break
        name = words[0].rsplit("/", 1)[-1]
        script = _script(name, words)
        if script is not None:
            return Run([], tuple(via), env, directory, script)
        rest = _inside(name, words)
        if rest is None:
            break
        via.append(" ".join(filter(None, (name, _verb(name, words)))))
        words, directory = _skip_options(name, rest, directory)
        if words and name in _VERSIONED:
            words = [_UNVERSIONED.sub(r"\1", words[0]), *words[1:]]
        while words and (pair := _ASSIGNMENT.match(words[0])) is not None:
            env.append((pair[1], pair[2]))
            words = words[1:]
    return Run(words, tuple(via), env, directory, None)


def _script(name: str, words: list[str]) -> str | None:
    if name in _SHELLS:
        for at, word in enumerate(words[1:-1], 1):
            if re.match(r"-[a-z]*c[a-z]*\Z", word):
                return words[at + 1]
            if not word.startswith("-"):
                return None
    return None


def _verb(name: str, words: list[str]) -> str:
    """The sub-command by which a tool runs another program."""
    verbs = ("run", "exec") if name in _RUN else _EXEC.get(name, ())
    return next((word for word in words[1:6] if word in verbs), "")


def _inside(name: str, words: list[str]) -> list[str] | None:
    """The words after a wrapper's own, or None when it wraps nothing."""
    if name in _PLAIN and len(words) > 1:
        rest = (
            words[2:] if name == "newrelic-admin" or (name == "pipx" and words[1] == "run") else words[1:]
        )
        return None if name == "env" and not rest else rest
    for at, word in enumerate(words[1:6], 1):
        if (name in _RUN and word in ("run", "exec")) or word in _EXEC.get(name, ()):
            return [*_kept(words[1:at]), *words[at + 1 :]]
        if not word.startswith("-") and words[at - 1] not in _VALUED:
            return None
    return None


def _kept(options: list[str]) -> list[str]:
    """Of options before the sub-command, those that say where it runs."""
    return [
        word
        for at, word in enumerate(options)
        if word.split("=")[0] in _DIRECTORY or (at and options[at - 1] in _DIRECTORY)
    ]


def _skip_options(name: str, words: list[str], directory: str) -> tuple[list[str], str]:
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            at += 1
            break
        if name == "uv" and word in ("-m", "--module"):
            return ["python", "-m", *words[at + 1 :]], directory
        if name == "timeout" and re.match(r"\d", word):
            at += 1
            break
        if not word.startswith("-") or (name in ("env", "cross-env") and "=" in word):
            break
        option, sign, value = word.partition("=")
        takes = not sign and option in _VALUED and at + 1 < len(words)
        if option in _DIRECTORY:
            directory = joined(directory, value if sign else words[at + 1] if takes else "")
        at += 2 if takes else 1
    return words[at:], directory


def folder_of(words: list[str], directory: str) -> str:
    """The folder in which a task runner is told to work (`make -C`, `npm --prefix`)."""
    name = words[0].rsplit("/", 1)[-1]
    if name not in _MANAGERS and name not in _TASKS:
        return directory
    for at, word in enumerate(words):
        option, sign, value = word.partition("=")
        if option in _DIRECTORY:
            return joined(directory, value if sign else "".join(words[at + 1 : at + 2]))
    return directory


def resolve(words: list[str]) -> tuple[Kind, str, tuple[str, ...]]:
    """What the words run, as (kind, target, arguments after it)."""
    first, rest = words[0], words[1:]
    name = first.rsplit("/", 1)[-1]
    if _PYTHON.match(name):
        return _python(rest)
    if name in _MANAGERS:
        task = _package_task(name, rest)
        if task is not None:
            return task
    if name in _TASKS:
        return _task(rest)
    if name in _INTERPRETERS:
        for at, word in enumerate(rest[:6]):
            if _FILE.match(word) or (name in _SHELLS and not word.startswith("-")):
                return "file", word, tuple(rest[at + 1 :])
    if _FILE.match(first) and ("/" in first or first.endswith((".sh", ".py"))):
        return "file", first, tuple(rest)
    return "program", name, tuple(rest)


def _python(rest: list[str]) -> tuple[Kind, str, tuple[str, ...]]:
    at = 0
    while at < len(rest) and rest[at].startswith("-") and rest[at] not in ("-m", "-c", "-"):
        at += 2 if rest[at] in ("-X", "-W") else 1
    if at < len(rest) and rest[at] == "-m" and at + 1 < len(rest):
        return "module", rest[at + 1], tuple(rest[at + 2 :])
    if at < len(rest) and not rest[at].startswith("-"):
        return "file", rest[at], tuple(rest[at + 1 :])
    return "program", "python", tuple(rest)


def _package_task(name: str, rest: list[str]) -> tuple[Kind, str, tuple[str, ...]] | None:
    words, _ = _skip_options(name, rest, "")
    if words and words[0] in ("run", "run-script"):
        words, _ = _skip_options(name, words[1:], "")
    elif words and (words[0] in _BUILTIN or (name == "npm" and words[0] not in ("test", "start", "t"))):
        return None
    if not words:
        return ("task", "install", ()) if name == "yarn" and not rest else None
    if name == "bun" and _FILE.match(words[0]):
        return "file", words[0], tuple(words[1:])
    return "task", "test" if words[0] == "t" else words[0], tuple(words[1:])


def _task(rest: list[str]) -> tuple[Kind, str, tuple[str, ...]]:
    at = 0
    while at < len(rest):
        word = rest[at]
        if word in ("-e", "-s", "--session", "--sessions") and at + 1 < len(rest):
            return "task", rest[at + 1], tuple(rest[at + 2 :])
        if not word.startswith("-") and "=" not in word and word != "run":
            return "task", word, tuple(rest[at + 1 :])
        at += 2 if word in _VALUED or word in ("-j", "-f") else 1
    return "task", "", tuple(rest)
