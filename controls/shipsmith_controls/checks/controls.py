"""The checks of the catalogue, parsed once; importing this module loads the whole vocabulary."""

from __future__ import annotations

import importlib
import pkgutil

from shipsmith_controls import checks
from shipsmith_controls.catalogue import Control
from shipsmith_controls.checks.forms import Check
from shipsmith_controls.checks.parsing import CheckError, parse

# Every module beside this one may name words; adding one needs no line here.
for _module in pkgutil.iter_modules(checks.__path__):
    if _module.name != "controls":
        importlib.import_module(f"{checks.__name__}.{_module.name}")


def read_check(control: Control) -> Check | None:
    """The check of a control, None when it is not built yet.

    Raises:
        CheckError: its check does not read as a sentence of the vocabulary.
    """
    if not control.check:
        return None
    try:
        return parse(control.check)
    except CheckError as error:
        raise CheckError(f"{control.id}: check: {error}") from None
