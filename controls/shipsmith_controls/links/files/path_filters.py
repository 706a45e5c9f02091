"""Path filters of CI triggers: which files a change must touch for a workflow to run."""

from __future__ import annotations

import re
from functools import lru_cache

from shipsmith_controls.facts.ci import Trigger
from shipsmith_controls.facts.text import glob_pattern


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
    return re.compile(glob_pattern(glob))
