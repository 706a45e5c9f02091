"""The checks of the catalogue, parsed once; importing this module loads the whole vocabulary."""

from __future__ import annotations

from functools import cache

from shipsmith_controls.catalogue import load
from shipsmith_controls.checks import calls as calls
from shipsmith_controls.checks.forms import Check
from shipsmith_controls.checks.parsing import parse


@cache
def check_of(control_id: str) -> Check | None:
    """The check of a control, None when it is not built yet."""
    control = load().get(control_id)
    return parse(control.check) if control is not None and control.check else None
