"""Who owns a file: CODEOWNERS rules, OWNERS and MAINTAINERS files, Backstage and Datadog catalogues."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.config import Config
from shipsmith_controls.facts.text import decode, glob_pattern, lines

_OWNER = re.compile(r"@@?[\w.-]+(?:/[\w./-]+)?\Z|[^@\s<>]+@[\w-]+(?:\.[\w-]+)+\Z")
_SECTION = re.compile(r"\^?\[([^\]\n]+)\](?:\[\d+\])?\s*(.*)$")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_CONTACT = re.compile(
    r"(?<![\w@/.])@[A-Za-z\d][\w-]{0,63}(?:/[\w.-]{1,99})?|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}"
)
_MAX_PATTERN = 500


class Rule(Fact, frozen=True):
    """A CODEOWNERS rule; one without owners clears the ownership of what it matches."""

    pattern: str
    owners: tuple[str, ...]
    line: int


class Owner(Fact, frozen=True):
    """A named person or team, with the line that names it."""

    name: str
    line: int


def codeowners(source: bytes) -> tuple[Rule, ...]:
    """The rules of a CODEOWNERS file in file order; never raises.

    A line that starts with an owner has no pattern and owns nothing. A GitLab section heading gives
    its owners to rules below it that name none.
    """
    found: list[Rule] = []
    inherited: tuple[str, ...] = ()
    for number, line in enumerate(lines(decode(source)), 1):
        text = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        section = _SECTION.match(text)
        if section is not None:
            inherited = _owners(section[2].split())
            continue
        words = _WORD.findall(text)
        if not words or _OWNER.match(words[0]):
            continue
        found.append(Rule(words[0], _owners(words[1:]) or inherited, number))
    return tuple(found)


def _owners(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if _OWNER.match(word))


def owner_of(rules: tuple[Rule, ...], path: str) -> Rule | None:
    """The last rule that matches a path (with `/`, from the root), or None.

    A file whose rule has no owners is unowned.
    """
    clean = path.encode("utf-8", "replace").decode("utf-8").removeprefix("/")
    return next((rule for rule in reversed(rules) if _pattern(rule.pattern).search(clean)), None)


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> Any:  # re2 has no types
    r"""The pattern as a regular expression over paths, by GitHub's reading of gitignore rules.

    A slash at the start or inside anchors it at the root; without, it matches at any depth. A slash
    at the end matches a folder; otherwise a file or a folder, but `docs/*` only what stands in it.
    """
    if len(pattern) > _MAX_PATTERN:
        return re2.compile(r"[^\s\S]")
    body = pattern.replace("\\ ", " ").replace("\\#", "#")
    folder = body.endswith("/")
    anchored = "/" in body.rstrip("/")
    body = body.strip("/")
    start = "^" if anchored else "(?:^|/)"
    flat = anchored and body.endswith("/*")
    end = "/" if folder else "$" if flat else "(?:/|$)"
    return re2.compile(start + glob_pattern(body) + end, _quiet())


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def contacts(source: bytes) -> tuple[Owner, ...]:
    """The handles and e-mail addresses that an OWNERS or MAINTAINERS file names; never raises.

    In the OWNERS format of Kubernetes and Chromium the bare names under `approvers:` count too.
    """
    found: list[Owner] = []
    listed = False
    for number, line in enumerate(lines(decode(source)), 1):
        text = line.split("#", 1)[0].rstrip()
        if not text.strip():
            continue
        names = _CONTACT.findall(text) if "@" in text else []
        item = re.match(r"\s*-\s+[\"']?([\w][\w.-]*)[\"']?$", text)
        if re.match(r"(approvers|reviewers|owners|maintainers)\s*:", text):
            listed = True
        elif not re.match(r"\s*-", text):
            listed = False
        if not names and listed and item is not None:
            names = [item[1]]
        found += [Owner(name, number) for name in names]
    return tuple(found)


def catalog_owners(config: Config) -> tuple[Owner, ...]:
    """The owners that a `catalog-info.yaml` (`spec.owner`) or `service.datadog.yaml` (`team`) names."""
    found: list[Owner] = []
    for root in config.roots:
        for path in (("spec", "owner"), ("team",), ("metadata", "owner")):
            node = root.get(*path)
            if node is not None and isinstance(node.scalar, str) and node.scalar.strip():
                found.append(Owner(node.scalar.strip(), node.line))
                break
    return tuple(found)
