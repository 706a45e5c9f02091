"""What evals measure: support by sources, retrieval, tool use, groups (EVA-06, 08, 11, 13)."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.data.retrieval_tuning import retrievals
from shipsmith_controls.links.evals.eval_cases import CaseSet, own_sets
from shipsmith_controls.links.evals.eval_code import eval_code
from shipsmith_controls.links.evals.eval_metrics import (
    MetricUse,
    citation_shares,
    has_threshold,
    metrics_of,
    names_used,
    words,
)
from shipsmith_controls.links.evals.eval_review import expected_in
from shipsmith_controls.links.evals.evals import EvalRun, eval_runs
from shipsmith_controls.links.tools.effects import repeatable_tools
from shipsmith_controls.links.tools.tool_definitions import tools
from shipsmith_controls.queries import Database

_MANY = 10
"""Cases from which a rate says something (EVA-06)."""
_TOOL_CASES = 5
_DOCUMENTS = frozenset(
    "relevant_docs relevant_documents expected_docs expected_documents doc_ids document_ids sources "
    "contexts citations expected_sources relevant_ids".split()
)
_TOOLS = frozenset(
    "expected_tools expected_tool_calls reference_tool_calls expected_trajectory tool_calls "
    "expectedTools expectedToolCalls".split()
)
_SLICES = frozenset("language locale gender age region dialect ethnicity persona demographic".split())
_FOLDED = frozenset("rate mean average avg aggregate share score ratio".split())


def _sets_of(db: Database, run: EvalRun) -> list[CaseSet]:
    return [each for each in own_sets(db) if run.path in each.runs]


def _telling(uses: tuple[MetricUse, ...]) -> MetricUse:
    """The use that a finding points at: in settings, where a rate is folded, a metric made, the first."""
    listed = [use for use in uses if use.path.endswith((".json", ".yaml", ".yml", ".toml"))]
    folded = [use for use in uses if set(words(use.name)) & _FOLDED]
    # A class is imported first and made further below.
    made = [use for use in reversed(uses) if use.name[:1].isupper()]
    return (listed or folded or made or list(uses))[0]


@support("answers measured against their sources")
def _grounded(db: Database) -> tuple[Support, ...]:
    """EVA-06: groundedness over ten cases with a threshold; less of it, or correctness, is weak."""
    found: list[Support] = []
    for run in eval_runs(db):
        uses = metrics_of(db, run, "groundedness")
        if not uses:
            continue
        use = _telling(uses)
        cases = sum(each.distinct for each in _sets_of(db, run))
        bounded = has_threshold(db, run, "groundedness")
        strong = bounded and cases >= _MANY
        message = f"`{use.name}` is measured"
        if not bounded:
            message += ", but no threshold for it stands in the repository"
        elif not strong:
            message += f" over {cases} cases of your own, {_MANY} are needed"
        found.append(
            Support(Strength.STRONG if strong else Strength.WEAK, Place(use.path, use.line), message)
        )
    return tuple(dict.fromkeys(found or _correctness(db)))


def _correctness(db: Database) -> Iterator[Support]:
    for run in eval_runs(db):
        if any(expected_in(db, each)[1] for each in _sets_of(db, run)):
            lines = [line for _, line in eval_code(db, run.path).scorers] or [run.line]
            message = "answers are compared with what is expected, not with their sources"
            yield Support(Strength.WEAK, Place(run.path, lines[0]), message)


@place("eval runs, else the main LLM call")
def _runs_or_call(db: Database) -> tuple[Place, ...]:
    call = main_call(db)
    fallback = (Place(call.path, call.line),) if call is not None else ()
    return tuple(Place(run.path, run.line) for run in eval_runs(db)) or fallback


@support("retrieval measured by itself")
def _retrieval(db: Database) -> tuple[Support, ...]:
    """EVA-08: a ranking over cases that name the documents; without them, or of citations, weak."""
    found: list[Support] = []
    for run in eval_runs(db):
        uses = metrics_of(db, run, "retrieval")
        if uses:
            use = _telling(uses)
            labelled = any(_filled(each, _DOCUMENTS) for each in _sets_of(db, run))
            message = f"`{use.name}` is measured"
            if not labelled:
                message += ", but no case names the documents that should be found"
            strength = Strength.STRONG if labelled else Strength.WEAK
            found.append(Support(strength, Place(use.path, use.line), message))
            continue
        for use in citation_shares(db, run):
            message = f"`{use.name}` looks at what the answer cites, not at what was retrieved"
            found.append(Support(Strength.WEAK, Place(use.path, use.line), message))
    return _first_by_name(found)


@place("retrievers, else the eval runs")
def _retrievers(db: Database) -> tuple[Place, ...]:
    found = tuple(Place(r.path, r.line, r.end_line) for r in retrievals(db))
    return found or _runs_or_call(db)


@place("tools that agents are offered")
def _tool_places(db: Database) -> tuple[Place, ...]:
    """EVA-11: the tools with a side effect; all of them where none has one."""
    acting = tuple(dict.fromkeys(each.tool for each in repeatable_tools(db)))
    found = tuple(Place(tool.path, tool.line, tool.end_line) for tool in acting or tools(db))
    return found or _runs_or_call(db)


def _first_by_name(found: list[Support]) -> tuple[Support, ...]:
    """The first finding of each file: a metric that is named often is one gap."""
    kept: dict[str, Support] = {}
    for each in found:
        kept.setdefault(each.place.path, each)
    return tuple(kept.values())


def _filled(each: CaseSet, names: frozenset[str]) -> int:
    """Cases of a set that fill a field of one of these names."""
    return (
        max((count for name, count in each.data.filled if name in names), default=0) if each.data else 0
    )


@support("tool calls compared with expected ones")
def _tools(db: Database) -> tuple[Support, ...]:
    """EVA-11: five own cases with expected calls and a scorer; a scorer with fewer is weak."""
    found: list[Support] = []
    for run in eval_runs(db):
        uses = metrics_of(db, run, "tool_use")
        if not uses:
            continue
        # What compares says more than the field that holds what is expected.
        use = _telling(tuple(u for u in uses if "expected" not in words(u.name)) or uses)
        cases = sum(_filled(each, _TOOLS) for each in _sets_of(db, run))
        message = f"`{use.name}` is compared over {cases} cases with expected calls"
        if cases < _TOOL_CASES:
            message += f", {_TOOL_CASES} are needed"
        strength = Strength.STRONG if cases >= _TOOL_CASES else Strength.WEAK
        found.append(Support(strength, Place(use.path, use.line), message))
    return _first_by_name(found)


@support("scores compared between groups of users")
def _groups(db: Database) -> tuple[Support, ...]:
    """EVA-13: a slice field of two values by which scoring goes; a bias metric alone is weak."""
    found: list[Support] = []
    for run in eval_runs(db):
        read = {name for path in run.files for name, _ in names_used(db, path)}
        for each in _sets_of(db, run):
            for name in sorted(_SLICES & read):
                values = (
                    {value for field, value, _ in each.data.slices if field == name} if each.data else ()
                )
                if len(values) > 1:
                    message = (
                        f"results are read by `{name}`, of which the cases hold {len(values)} values"
                    )
                    found.append(Support(Strength.STRONG, Place(each.path, each.line), message))
        uses = metrics_of(db, run, "fairness")
        if uses:
            use = _telling(uses)
            message = f"`{use.name}` is measured, but not by groups of users"
            found.append(Support(Strength.WEAK, Place(use.path, use.line), message))
    return tuple(dict.fromkeys(found))


@place("own eval cases, else the main LLM call")
def _cases_or_call(db: Database) -> tuple[Place, ...]:
    call = main_call(db)
    fallback = (Place(call.path, call.line),) if call is not None else ()
    return tuple(Place(each.path, each.line) for each in own_sets(db)) or fallback
