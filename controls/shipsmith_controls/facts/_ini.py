"""INI files (`setup.cfg`, `tox.ini`, `Pipfile`'s cousins) with line numbers; nothing is interpolated."""

from __future__ import annotations

import re
from typing import NamedTuple

from shipsmith_controls.facts.text import lines

_SECTION = re.compile(r"\[([^\]]+)\]\s*$")
_OPTION = re.compile(r"([^\s=:#;\[][^=:]*?)\s*[=:]\s*(.*)$")


class Option(NamedTuple):
    """An option of a section; `values` are its non-empty lines with their numbers."""

    section: str
    name: str
    line: int
    values: tuple[tuple[str, int], ...]


def options(text: str) -> tuple[Option, ...]:
    """The options of an INI text in file order; lines that fit no rule are passed over."""
    found: list[tuple[str, str, int, list[tuple[str, int]]]] = []
    section = ""
    for number, line in enumerate(lines(text), 1):
        body = line.strip()
        if not body or body[0] in "#;":
            continue
        if line[0] in " \t" and found and found[-1][0] == section:
            found[-1][3].append((body, number))
            continue
        header = _SECTION.match(body)
        if header is not None:
            section = header[1].strip()
            continue
        option = _OPTION.match(line)
        if option is not None:
            value = option[2].strip()
            found.append((section, option[1], number, [(value, number)] if value else []))
    return tuple(Option(part, name, line, tuple(values)) for part, name, line, values in found)
