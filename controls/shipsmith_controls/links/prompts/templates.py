"""Prompt templates: files outside code that code names, and whether they carry a version."""

from __future__ import annotations

import re

from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import files, lines_of
from shipsmith_controls.queries import Database, query

_ENDINGS = (
    ".prompty .prompt .j2 .jinja .jinja2 .hbs .handlebars .mustache .liquid .md .txt "
    ".yaml .yml .json .toml"
).split()
_DATA = (".yaml", ".yml", ".json", ".toml")
_FOLDERS = frozenset("prompt prompts template templates instruction instructions".split())
_NAMED = re.compile(r"(?:^|[._\-/])v\d+(?:[._-]|$)", re.IGNORECASE)
_MARK = re.compile(r"^[\s#/*{\"']*(?:prompt[_-]?)?version[\"']?\s*[:=]\s*\S", re.IGNORECASE)
_MANIFESTS = frozenset("manifest versions prompts index".split())
_HEAD = 40


@query
def _by_name(db: Database) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for path in files(db):
        if path.endswith(tuple(_ENDINGS)):
            table.setdefault(path.rsplit("/", 1)[-1], []).append(path)
    return {name: tuple(found) for name, found in table.items()}


def template_files(db: Database, text: str, path: str) -> tuple[str, ...]:
    """The files that a text in code may name: `prompts/answer.txt`, or `*.md` for any name.

    `path` is the file that names it: of several of that name the nearest count.
    """
    ending = next((e for e in _ENDINGS if text.endswith(e)), "")
    if not ending or len(text) > 160 or text.startswith(("http:", "https:")):
        return ()
    if text.startswith("*"):
        return tuple(p for p in _in_prompt_folders(db) if p.endswith(text[1:]))
    wanted = text.replace("\\", "/").lstrip("./")
    found = [
        p
        for p in _by_name(db).get(wanted.rsplit("/", 1)[-1], ())
        if (p == wanted or p.endswith("/" + wanted)) and _may_hold_prompts(p)
    ]
    best = max((_shared(p, path) for p in found), default=0)
    return tuple(p for p in found if _shared(p, path) == best)


def _may_hold_prompts(path: str) -> bool:
    """A data file holds prompts when its name or folder says so; texts and templates may anyway."""
    return not path.endswith(_DATA) or bool(tokens(path) & _FOLDERS)


@query
def _in_prompt_folders(db: Database) -> tuple[str, ...]:
    return tuple(
        path
        for found in _by_name(db).values()
        for path in found
        if tokens(path.rpartition("/")[0]) & _FOLDERS and is_production(db, path)
    )


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count


@query
def version_mark(db: Database, path: str) -> str:
    """What gives a template its version: a key `version`, its name, a manifest; "" when nothing does."""
    if _NAMED.search(path):
        return "a version in its name"
    lines = lines_of(db, path)
    if any(_MARK.match(line) for line in lines[:_HEAD]):
        return "a version in its head"
    folder, _, name = path.rpartition("/")
    for other in files(db):
        where, _, base = other.rpartition("/")
        stem, _, ending = base.rpartition(".")
        if where == folder and stem in _MANIFESTS and ending in ("json", "yaml", "yml", "toml"):
            held = lines_of(db, other)
            text = "\n".join(held)
            if "version" in text and (name in text or name.rpartition(".")[0] in text):
                return f"a version in {base}"
    return ""
