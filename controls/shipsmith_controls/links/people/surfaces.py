"""Chat surfaces: the pages, panels and messages that show people what a model wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.shown import Shown, ShownKind
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import looked, named
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.queries import Database, query

_NOT_CHAT = frozenset(
    "admin alert alerts toast toasts notification notifications queued queue validation error errors "
    "changelog commit commits email emails inbox connector scim billing auth login".split()
)
_ABOUT = frozenset(
    "answer answers chat response responses message messages assistant completion bot".split()
)
_WORKS = frozenset(
    "article articles report reports draft post story summary letter result results".split()
)
_SIGNS: tuple[tuple[ShownKind, frozenset[str]], ...] = (
    ("messages", frozenset()),
    ("chat", frozenset()),
    ("answer", _ABOUT),
    ("answer", _WORKS),
)
"""What makes a surface, and words of which the file's name must hold one; the last where no chat is."""
_PAGES = (".html", ".htm")
_CHATTING = frozenset({"chat", "message", "messages", "conversation", "thread"})
_SAYING = frozenset({"answer", "message", "messages", "response", "bubble"})
_BARREL = re.compile(r"(?:^|/)index\.\w+$")
_NEAR = 40
_STREAMLIT_PAGES = re.compile(r"/?pages$")


class Surface(msgspec.Struct, frozen=True):
    """One surface: `home` is the folder of its package; `places` (path, line) of what shows messages.

    `kind`: `web` a package of components, `page` plain HTML, `python` a Streamlit or Gradio app,
    `bot` messages of a chat bot.
    """

    kind: str
    home: str
    places: tuple[tuple[str, int], ...]

    @property
    def paths(self) -> frozenset[str]:
        """The files that show the messages."""
        return frozenset(path for path, _ in self.places)


@query
def shown(db: Database) -> dict[str, tuple[Shown, ...]]:
    """Production file -> what its lines show; files of one package of an interface, all languages."""
    found = {}
    for path, facts in looked(db, "shown").items():
        if is_production(db, path):
            found[path] = tuple(each for each in facts if isinstance(each, Shown))
    return found


def is_aside(path: str) -> bool:
    """Whether a file shows settings, errors, signing in: pages beside the chat."""
    return bool(tokens(path) & _NOT_CHAT)


def of_kind(db: Database, *kinds: ShownKind) -> Iterator[tuple[str, Shown]]:
    """(path, what is shown) of some kinds, in tree order."""
    for path, facts in sorted(shown(db).items()):
        for each in facts:
            if each.kind in kinds:
                yield path, each


@query
def surfaces(db: Database) -> tuple[Surface, ...]:
    """Every chat surface of the tree: one for each package, page, app or bot."""
    groups: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for kind, about in _SIGNS:
        homes = set(groups)
        if about is _WORKS and homes:
            break
        for path, facts in sorted(shown(db).items()):
            lines = [each.line for each in facts if each.kind == kind]
            key = group_of(db, path)
            fits = not about or tokens(path.rsplit("/", 1)[-1]) & about
            if lines and key not in homes and not is_aside(path) and fits:
                groups.setdefault(key, []).append((path, _answer_after(facts, lines[0])))
    for entry in ai_entries(db):
        if entry.kind in ("bot", "ui"):
            key = ("bot", entry.path) if entry.kind == "bot" else group_of(db, entry.path)
            if key not in groups or entry.kind == "bot":
                groups[key] = [(entry.path, entry.line)]
    return tuple(
        Surface(kind, home, tuple(sorted(places, key=_rank)))
        for (kind, home), places in sorted(groups.items())
    )


def _rank(place: tuple[str, int]) -> tuple[float, str, int]:
    """Files named after the chat and nothing else come first."""
    words = tokens(place[0].rsplit("/", 1)[-1].partition(".")[0])
    return -len(words & _CHATTING) / max(len(words), 1), *place


def _answer_after(facts: tuple[Shown, ...], line: int) -> int:
    """The line that renders an answer inside a list of messages, else the line of the list."""
    return next((f.line for f in facts if f.kind == "answer" and 0 <= f.line - line <= _NEAR), line)


def group_of(db: Database, path: str) -> tuple[str, str]:
    """(kind, home) of the surface that a file would belong to."""
    folder = path.rpartition("/")[0]
    if path.endswith(".py"):
        return "python", _STREAMLIT_PAGES.sub("", folder)
    if path.endswith(_PAGES):
        return "page", folder
    return "web", package_home(db, path)


@query
def renderers(db: Database, surface: Surface) -> tuple[tuple[str, int], ...]:
    """(path, line) where the components of a surface's messages render what the model wrote."""
    known = shown(db)
    found: dict[tuple[str, int], None] = {}
    for path in sorted(surface.paths):
        taken = [target for target, _ in imports_in_tree(db, path)] if surface.kind == "web" else []
        passed_on = [t for at in taken if _BARREL.search(at) for t, _ in imports_in_tree(db, at)]
        for target in (*taken, *passed_on):
            if tokens(target.rsplit("/", 1)[-1]) & _SAYING:
                lines = [each.line for each in known.get(target, ()) if each.kind == "answer"]
                found.update({(target, line): None for line in lines[:1]})
    return tuple(found)


@query
def _package_folders(db: Database) -> frozenset[str]:
    return frozenset(path.rpartition("/")[0] for path in named(db).get("package.json", ()))


def package_home(db: Database, path: str) -> str:
    """The folder of the nearest package.json at or above a file, "" when there is none."""
    folder = path.rpartition("/")[0]
    while folder and folder not in _package_folders(db):
        folder = folder.rpartition("/")[0]
    return folder


def belongs(db: Database, surface: Surface, path: str) -> bool:
    """Whether a file stands in the package, page or app of a surface."""
    if surface.kind == "bot":
        return path == surface.home
    if path.endswith(".json"):
        return surface.kind == "web" and package_home(db, path) == surface.home
    return group_of(db, path) == (surface.kind, surface.home)
