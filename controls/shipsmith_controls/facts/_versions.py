"""Names and versions of packages, as far as the defaults of an SDK hang on them."""

from __future__ import annotations

import re

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*(.*)$")
_PIN = re.compile(r"(?:[=~^<>!]{0,3}\s*)v?(\d+(?:\.\d+)*(?:[a-z]+\d*|[-+][\w.+-]+)?)")
_EXACT = re.compile(r"\s*(?:={1,3}\s*)?v?(\d+(?:\.\d+)*\S*)\s*\Z")


def normalised(name: str, npm: bool = False) -> str:
    """A package name as its registry compares it: PEP 503 for Python, lower case for npm."""
    return name.strip().lower() if npm else re.sub(r"[-_.]+", "-", name.strip()).lower()


def requirement(text: str) -> tuple[str, str] | None:
    """Name and version part of a PEP 508 requirement, or None; markers and URLs are cut off."""
    body = text.split(";", 1)[0].split(" #", 1)[0]
    found = _REQUIREMENT.match(body)
    if found is None:
        return None
    spec = found[3].strip()
    if spec.startswith("@"):
        return normalised(found[1]), spec
    return normalised(found[1]), spec.strip("() ").replace(" ", "")


def resolved_version(spec: str, locked: str | None = None) -> str | None:
    """The version that is in effect: the locked one, else the one the requirement pins, else None.

    A requirement with a range leaves the version open: None, unless it has only a lower bound of
    the compatible kind (`~=1.2`, `^4.0.0`, `~2.1`), whose bound then stands for it.
    """
    if locked:
        return locked
    exact = _EXACT.match(spec)
    if exact is not None and "*" not in spec and "," not in spec:
        return exact[1]
    if spec.strip()[:1] in ("^", "~") and not re.search(r"[,|\s]", spec.strip()):
        found = _PIN.search(spec)
        return found[1] if found is not None else None
    return None
