"""The division of a judged tree into its workflows."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from shipsmith_controls.checks.forms import Every, NoHits
from shipsmith_controls.division import Division
from shipsmith_controls.links.workflows import workflows, workflows_of
from shipsmith_controls.own_controls import Rule
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import ControlResult


def division(
    db: Database, rules: Iterable[Rule], results: Iterable[ControlResult], name: str
) -> Division:
    """The workflows of a tree, and where the places of these results lie.

    `name` is what a workflow goes by that was found at the root.
    """
    rules = tuple(rules)
    found = tuple(
        replace(
            one,
            name=one.name or name,
            not_applicable=frozenset(
                rule.control.id for rule in rules if not rule.control.applies_to(frozenset(one.traits))
            ),
        )
        for one in workflows(db)
    )
    if len(found) < 2:
        return Division(found)
    verdicts = [result.verdict for result in results]
    paths = {finding.path for verdict in verdicts for finding in verdict.findings}
    paths |= {evidence.path for verdict in verdicts for evidence in verdict.evidence}
    lying = ((path, workflows_of(db, path)) for path in sorted(paths))
    return Division(
        workflows=found,
        places={path: numbers for path, numbers in lying if numbers},
        counted=frozenset(rule.control.id for rule in rules if isinstance(rule.check, Every)),
        hits=frozenset(rule.control.id for rule in rules if isinstance(rule.check, NoHits)),
    )
