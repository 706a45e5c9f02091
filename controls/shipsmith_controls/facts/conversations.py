"""Tables, models and schemas whose names speak of conversations, and places that may delete from them.

A search over bytes, for declarations stand in many languages: SQL, Prisma, Python and script models.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath

from ahocorasick_rs import BytesAhoCorasick

from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.facts.text import decode

_TALK = ("message", "chat", "conversation", "thread", "dialog", "history")
_SPEAKS = re.compile("|".join(_TALK), re.IGNORECASE)
_CLOSERS = {"(": ")", "{": "}"}
_SQL = re.compile(r"\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?([\w.\"`]+)\s*\(", re.IGNORECASE)
_MAPPED = re.compile(r"^(\w+)\s*=\s*(?:\w+\.)?Table\(\s*[\"'](\w+)[\"']", re.MULTILINE)
_PRISMA = re.compile(r"^\s*model\s+(\w+)\s*\{", re.MULTILINE)
_CLASS = re.compile(r"^(?P<indent>[ \t]*)class\s+(\w+)\s*\([^)]*\)\s*:", re.MULTILINE)
_COLUMNS = re.compile(
    r"\b(?:Column|mapped_column|models\.\w+Field|\w*Field|models\.ForeignKey)\(|table\s*=\s*True"
)
_MAPS = re.compile(r"Column\(|mapped_column\(|models\.|table\s*=\s*True")
_PYDANTIC = re.compile(r"\bField\((?!.*(?:primary_key|foreign_key))")
_TABLE_NAME = re.compile(r"__tablename__\s*=\s*[\"'](\w+)|db_table\s*=\s*[\"'](\w+)")
_SCRIPT = re.compile(
    r"\b\w*[tT]able(?:Creator)?\(\s*[\"']([\w.]+)[\"']\s*,\s*(?:\(\w*\)\s*=>\s*\(?)?\{"
    r"|\bnew\s+(?:mongoose\.)?Schema(?:<[^>]*>)?\(\s*\{"
)
_BOUND = re.compile(r"\b(?:const|let|var)\s+(\w+)[^=\n]{0,120}=\s*$")
_ENTITY = re.compile(r"@Entity\([^)]*\)\s*(?:export\s+)?(?:default\s+)?class\s+(\w+)[^{]*\{")
_REFERENCE = re.compile(
    r"references\s+([\w.\"`]+)|\.references\(\s*\(\)[^=]*=>\s*(\w+)\.|ForeignKey\(\s*[\"']?([\w.]+)"
    r"|^\s*\w+\s+(\w+)\??[^\n]*@relation|\bref:\s*[\"'](\w+)|relationship\(\s*[\"'](\w+)"
    r"|^\s*\w+\s+(?!(?:String|Int|BigInt|Float|Decimal|Boolean|DateTime|Json|Bytes)\b)(\w+)\[\]",
    re.IGNORECASE,
)
_CASCADE = re.compile(
    r"on\s+delete\s+cascade|on_?delete\s*[:=]\s*[\"']?(?:models\.)?cascade"
    r"|cascade\s*=\s*[\"'][^\"']*(?:all|delete)",
    re.IGNORECASE,
)
_EXPIRES = re.compile(r"expireAfterSeconds|\bexpires\s*:\s*[\"'\d\w]")
_ERASES = re.compile(rb"\w*\(|\s+from\b|\s+FROM\b")
_AROUND = 160
"""Bytes before and after a delete in which a conversation must be named."""
_NAME = re.compile(r"(?:sa\.)?(?:Column\(\s*)?[\"'`]?(\w+)[\"'`]?")
_ERASING = ("delete", "destroy", "purge", "erase", "remove", "clear")
_SQL_FORMS = ("create table", "CREATE TABLE", "Create Table")
_MODEL_FORMS = ("Column(", "mapped_column(", "models.", "Field(", "table=True")
_SCRIPT_FORMS = ("Table(", "table(", "TableCreator(", "new Schema", "mongoose.Schema", "@Entity(")


class Reference(Fact, frozen=True):
    """A column or relation that leads to another table; `cascade`: rows go when those there go."""

    column: str
    table: str
    cascade: bool
    owns: bool = False
    """It stands with the owner: rows of `table` go when a row of this one goes."""


class Table(Fact, frozen=True, tag="table"):
    """A declared table, model or schema.

    `names` are the symbol in code and the name of the table; `columns` are lower case as written;
    `expires`: the declaration itself lets rows expire.
    """

    names: tuple[str, ...]
    line: int
    columns: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    expires: bool = False


class Erasing(Fact, frozen=True, tag="erasing"):
    """A mark that a file may delete conversations."""

    line: int = 0


@cache
def _searcher() -> tuple[BytesAhoCorasick, tuple[str, ...]]:
    """The search for all words at once, and what each of its patterns is."""
    words: dict[bytes, str] = {}
    cased: tuple[tuple[str, tuple[str, ...]], ...] = (("talk", _TALK), ("erase", _ERASING))
    for kind, plain in cased:
        for word in plain:
            words |= {w.encode(): kind for w in (word, word.capitalize(), word.upper())}
    for kind, plain in (("sql", _SQL_FORMS), ("model", _MODEL_FORMS), ("script", _SCRIPT_FORMS)):
        words |= {word.encode(): kind for word in plain}
    return BytesAhoCorasick(list(words)), tuple(words.values())


def extract(source: bytes, path: str) -> tuple[Table | Erasing, ...]:
    """The tables that a file declares under a name that speaks of conversations, and its deletes."""
    suffix = PurePosixPath(path).suffix.lower()
    language = language_of(path)
    if language is None and suffix not in (".sql", ".prisma"):
        return ()
    searcher, kinds = _searcher()
    hits = [(kinds[at], start, end) for at, start, end in searcher.find_matches_as_indexes(source)]
    there = {kind for kind, _, _ in hits}
    if "talk" not in there:
        return ()
    found: list[Table | Erasing] = []
    if suffix == ".prisma":
        found += _blocks(decode(source), _PRISMA)
    elif suffix == ".sql" or "sql" in there:
        found += _blocks(decode(source), _SQL)
    if language == "python" and "model" in there:
        found += _models(decode(source))
        found += _blocks(decode(source), _MAPPED)
    elif language not in (None, "python") and "script" in there:
        found += _blocks(decode(source), _SCRIPT)
        found += _blocks(decode(source), _ENTITY)
    if suffix != ".prisma" and _erases(source, hits):
        found.append(Erasing())
    return tuple(found)


def _erases(source: bytes, hits: list[tuple[str, int, int]]) -> bool:
    """Whether a delete stands near a word for conversations; `hits` are in the order of the file."""
    spoken = [start for kind, start, _ in hits if kind == "talk"]
    for kind, start, end in hits:
        if kind == "erase" and _ERASES.match(source, end):
            near = bisect_left(spoken, start - _AROUND)
            if near < len(spoken) and spoken[near] <= end + _AROUND:
                return True
    return False


def _speaks(names: tuple[str, ...], columns: tuple[str, ...]) -> bool:
    return any(_SPEAKS.search(name) for name in (*names, *columns))


def _blocks(text: str, pattern: re.Pattern[str]) -> Iterator[Table]:
    """Declarations whose columns stand between brackets."""
    for match in pattern.finditer(text):
        bound = _BOUND.search(text, max(0, match.start() - 200), match.start())
        given = (*(bound.groups() if bound and pattern is _SCRIPT else ()), *match.groups())
        names = tuple(dict.fromkeys(re.sub(r"[\"`]", "", name) for name in given if name))
        opener = text.index("Table(", match.start()) + 5 if pattern is _MAPPED else match.end() - 1
        body = _closed(text, opener)
        by_lines = pattern is _PRISMA or pattern is _ENTITY
        yield from _table(
            names, body.splitlines() if by_lines else _items(body), text, match.start(), body
        )


def _closed(text: str, at: int) -> str:
    """What stands between the bracket at a position and the one that closes it."""
    opener, depth = text[at], 0
    closer = _CLOSERS[opener]
    for end in range(at, min(len(text), at + 20_000)):
        depth += (text[end] == opener) - (text[end] == closer)
        if not depth:
            return text[at + 1 : end]
    return ""


def _items(body: str) -> list[str]:
    """The parts of a text between commas that stand in no bracket."""
    found, depth, start = [], 0, 0
    body = re.sub(r"--[^\n]*|//[^\n]*", "", body)
    for at, letter in enumerate(body):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            found.append(body[start:at])
            start = at + 1
    return [*found, body[start:]]


def _models(text: str) -> Iterator[Table]:
    """Classes of an object mapper: each with its attributes."""
    for match in _CLASS.finditer(text):
        body = _indented(text, match.end(), len(match["indent"]))
        if not _COLUMNS.search(body) and not _COLUMNS.search(match[0]):
            continue
        named = _TABLE_NAME.search(body)
        mapped = named or _MAPS.search(match[0] + body)
        if not mapped and _PYDANTIC.search(body):
            continue
        names = (match[2], *((named[1] or named[2],) if named else ()))
        yield from _table(names, _statements(body), text, match.start(), body)


def _indented(text: str, start: int, indent: int) -> str:
    lines = []
    for line in text[start:].split("\n")[1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        lines.append(line)
    return "\n".join(lines)


def _statements(body: str) -> list[str]:
    """The attributes of a class body, one joined line each; methods and docstrings give none."""
    found: list[str] = []
    depth, first = 0, re.search(r"^([ \t]*)\S", body, re.MULTILINE)
    indent = len(first[1]) if first else 0
    for line in body.split("\n"):
        if depth > 0:
            found[-1] += " " + line.strip()
        elif re.match(rf"[ \t]{{{indent}}}\w+\s*(?::[^=]+)?(?:=|$)|[ \t]{{{indent}}}\w+\s*:", line):
            found.append(line)
        else:
            continue
        depth = max(0, sum(found[-1].count(o) for o in "([{") - sum(found[-1].count(c) for c in ")]}"))
    return found


def _table(names: tuple[str, ...], items: list[str], text: str, start: int, body: str) -> Iterator[Table]:
    columns: dict[str, None] = {}
    references: list[Reference] = []
    for item in items:
        name = _NAME.match(item.strip())
        if name is None:
            continue
        columns[name[1]] = None
        for found in _REFERENCE.finditer(item):
            table = next(group for group in found.groups() if group)
            owns = found[6] is not None or found[7] is not None
            references.append(Reference(name[1], table, bool(_CASCADE.search(item)), owns))
    if columns and _speaks(names, tuple(columns)):
        line = text.count("\n", 0, start + len(text[start:]) - len(text[start:].lstrip())) + 1
        yield Table(names, line, tuple(columns), tuple(references), bool(_EXPIRES.search(body)))
