"""Path filters of CI triggers: which files a change must touch for a workflow to run."""

from __future__ import annotations

import re
from functools import lru_cache

from shipsmith_controls.facts.ci import Trigger


def lets_through(trigger: Trigger, path: str) -> bool:
    """Whether a change of this file alone starts the workflow."""
    if trigger.paths:
        return _last_match(trigger.paths, path)
    return not (trigger.paths_ignore and _last_match(trigger.paths_ignore, path))


def _last_match(patterns: tuple[str, ...], path: str) -> bool:
    """The last pattern that matches decides; one that begins with `!` takes files out again."""
    held = False
    for pattern in patterns:
        bare = pattern.removeprefix("!")
        if _pattern(bare).fullmatch(path):
            held = bare == pattern
    return held


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> re.Pattern[str]:
    """GitHub's reading of a path filter: `*` stays inside a name, `**` spans folders."""
    parts: list[str] = []
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif glob.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(glob[at], re.escape(glob[at])))
            at += 1
    return re.compile("".join(parts))
