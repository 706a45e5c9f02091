"""Python's literals: what a string or number token spells, and text filled by `%` and `.format`."""

from __future__ import annotations

import re
import string
import unicodedata

from shipsmith_controls.facts.builder import number_literal, template, text_literal
from shipsmith_controls.facts.code import (
    Expr,
    Keyword,
    Literal,
    Mapping,
    Opaque,
    Sequence,
    Subscript,
    Template,
)

_ESCAPE = re.compile(
    r"\\(?:(\r?\n)|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\}|(.))",
    re.DOTALL,
)
_SIMPLE = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_PERCENT = re.compile(r"%(?:\((\w+)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([a-zA-Z%])")
_PREFIX = re.compile(r"[a-zA-Z]*")
_FORMATTER = string.Formatter()


def prefix(token: str) -> str:
    """The letters before the opening quote, in lower case."""
    found = _PREFIX.match(token)
    return found.group().lower() if found else ""


def string_value(token: str) -> str:
    """The text that a string token without insertions spells; bytes read as Latin text."""
    letters = prefix(token)
    token = token[len(letters) :]
    size = 3 if token[:3] in ('"""', "'''") else 1
    body = token[size:-size] if token.endswith(token[:size]) else token[size:]
    return body if "\\" not in body or "r" in letters else unescape(body)


def inserted_text(content: str, *, raw: bool) -> str:
    """The text of a stretch of an f-string between its insertions."""
    if "{" in content or "}" in content:
        content = content.replace("{{", "{").replace("}}", "}")
    return content if raw or "\\" not in content else unescape(content)


def unescape(body: str) -> str:
    """Resolve backslash escapes; unknown ones stand as written, as Python does."""
    return _ESCAPE.sub(_escaped, body)


def _escaped(match: re.Match[str]) -> str:
    newline, octal, byte, short, long, name, other = match.groups()
    if newline is not None:
        return ""
    if octal is not None:
        return chr(int(octal, 8))
    digits = byte or short or long
    if digits is not None:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else match.group()
    if name is not None:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return match.group()
    return _SIMPLE.get(other, match.group())


def number(line: int, token: str) -> Expr:
    """The value of an integer or float token; imaginary and malformed ones are opaque."""
    digits = token.replace("_", "").lower()
    if digits.endswith("j"):
        return Opaque(line, "complex")
    try:
        return number_literal(line, int(digits.rstrip("l"), 0))
    except ValueError:
        pass
    try:
        return number_literal(line, float(digits))
    except ValueError:
        return Opaque(line, "number")


def percent(line: int, text: Literal | Template, value: Expr) -> Expr:
    """`text % value` with the values where they are inserted."""
    if isinstance(text, Template):
        return template(line, [text, value])
    spelled = str(text.value)
    rest = list(value.items) if isinstance(value, Sequence) else [value]
    parts: list[Expr] = []
    at = 0
    for match in _PERCENT.finditer(spelled):
        parts.append(text_literal(line, spelled[at : match.start()]))
        at = match.end()
        key, conversion = match.groups()
        if conversion == "%":
            parts.append(text_literal(line, "%"))
        elif key is not None:
            parts.append(_entry(line, value, key))
        elif rest:
            parts.append(rest.pop(0))
    parts.append(text_literal(line, spelled[at:]))
    return template(line, parts)


def formatted(
    line: int, text: Literal | Template, args: tuple[Expr, ...], keywords: tuple[Keyword, ...]
) -> Expr:
    """`text.format(...)` with the values where they are inserted."""
    values = [k.value for k in keywords]
    if isinstance(text, Template):
        return template(line, [text, *args, *values])
    try:
        fields = list(_FORMATTER.parse(str(text.value)))
    except ValueError:
        return template(line, [text, *args, *values])
    parts: list[Expr] = []
    unnumbered = 0
    for before, field, _, _ in fields:
        parts.append(text_literal(line, before))
        if field is None:
            continue
        name = re.split(r"[.\[]", field, maxsplit=1)[0]
        if not name:
            name, unnumbered = str(unnumbered), unnumbered + 1
        parts.append(_field(line, name, args, keywords))
    return template(line, parts)


def _field(line: int, name: str, args: tuple[Expr, ...], keywords: tuple[Keyword, ...]) -> Expr:
    """The argument of `.format` that a field names; one that a spread brings is looked up in it."""
    if name.isdecimal():
        if len(name) < 4 and int(name) < len(args):
            return args[int(name)]
        return Opaque(line, "placeholder")
    spread: Expr | None = None
    for keyword in keywords:
        if keyword.name == name:
            return keyword.value
        if keyword.name is None:
            spread = keyword.value
    return _entry(line, spread, name) if spread is not None else Opaque(line, "placeholder")


def _entry(line: int, value: Expr, key: str) -> Expr:
    """`value[key]`, looked up where the value is a display."""
    if isinstance(value, Mapping):
        for name, entry in value.entries:
            if isinstance(name, Literal) and name.value == key:
                return entry
    return Subscript(line, value, text_literal(line, key))
