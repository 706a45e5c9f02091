"""Where an eval run ends: the line at which it writes its results."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.evals.eval_code import eval_code
from shipsmith_controls.links.evals.evals import EvalRun
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, last_name
from shipsmith_controls.queries import Database, query

_WRITERS = frozenset(
    "write_text writeFile writeFileSync to_csv to_json to_excel write_json save_json outputFile".split()
)


@query
def writes(db: Database, path: str) -> tuple[int, ...]:
    """Calls of a file (as indices) that write a file of results."""
    facts = index(db, path)
    if facts is None:
        return ()
    return tuple(i for i, call in enumerate(facts.module.calls) if _writes(call, facts))


def _writes(call: code.Call, facts: ModuleIndex) -> bool:
    name = last_name(call.callee)
    if name in _WRITERS:
        return True
    if name != "open":
        return False
    position = "#0" if isinstance(call.callee, code.Attribute) else "#1"
    mode = argument(call, position) or argument(call, "mode")
    return isinstance(mode, code.Literal) and isinstance(mode.value, str) and mode.value[:1] in "wax"


def finish_of(db: Database, run: EvalRun) -> int:
    """Line at which a run is done: where it writes its results, else its last use of a framework."""
    facts = index(db, run.path)
    if facts is None:
        return run.line
    written = [facts.module.calls[i].line for i in writes(db, run.path)]
    framed = [line for _, line in eval_code(db, run.path).frameworks]
    return max(written or framed or [run.line])
