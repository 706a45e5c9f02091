"""What `shipsmith.toml` may hold: what people decided about controls, and settings of the tree."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec

from shipsmith_controls.catalogue.traits import TRAITS
from shipsmith_controls.scorecard import Severity

_CONTROL = "^[A-Z]{3,8}-[0-9]{2,3}$"


def _about(sentence: str, pattern: str | None = None, text: bool = False) -> msgspec.Meta:
    return msgspec.Meta(description=sentence, pattern=pattern, min_length=1 if text else None)


_Id = Annotated[str, _about("Id of a control, such as RES-03.", pattern=_CONTROL)]
_Who = Annotated[str, _about("Who decided it.", text=True)]
_Day = Annotated[date, _about("When it was decided, without quotes.")]
_Until = Annotated[date | None, _about("The last day on which it holds.")]


class Acknowledgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gap that somebody decided to live with. `findings` of None covers the whole control."""

    control: _Id
    reason: Annotated[str, _about("Why this gap is acceptable.", text=True)]
    by: _Who
    on: _Day
    until: _Until = None
    findings: Annotated[
        tuple[str, ...] | None,
        _about("Fingerprints of the findings that are covered; without it, the whole control."),
    ] = None


class Attestation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's word, with a link, for what no repository shows."""

    control: _Id
    evidence: Annotated[str, _about("Link to what shows it.", text=True)]
    by: Annotated[str, _about("Who attests it.", text=True)]
    on: _Day
    until: _Until = None


class SwitchedOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A control that is not judged in this tree: it leaves the score, and is shown and counted."""

    control: _Id
    reason: Annotated[str, _about("Why this control has no place here.", text=True)]
    by: _Who
    on: _Day


class SeverityChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another severity for a control in this tree."""

    control: _Id
    severity: Annotated[Severity, _about("How much a gap matters here.")]
    reason: Annotated[str, _about("Why it matters more or less here.", text=True)]
    by: _Who
    on: _Day


class Workflow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the tree that people know by a name."""

    name: Annotated[str, _about("What people call it.", text=True)]
    paths: Annotated[tuple[str, ...], _about('Globs of its files, such as ["app/chat/**"].')]
    owner: Annotated[str, _about("Person or team that answers for it.")] = ""


class Ledger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of `shipsmith.toml`."""

    exclude: Annotated[tuple[str, ...], _about('Globs of paths that are not judged: ["vendor/**"].')] = ()
    traits: Annotated[
        tuple[tuple[str, bool], ...],
        _about("Traits that hold, or do not, whatever is seen in the code."),
    ] = ()
    acknowledged: Annotated[tuple[Acknowledgement, ...], _about("Gaps to live with.")] = ()
    attested: Annotated[tuple[Attestation, ...], _about("What people vouch for.")] = ()
    off: Annotated[tuple[SwitchedOff, ...], _about("Controls that are not judged here.")] = ()
    severity: Annotated[tuple[SeverityChange, ...], _about("Controls of another severity.")] = ()
    workflow: Annotated[tuple[Workflow, ...], _about("Parts of the tree, by name.")] = ()


def schema() -> dict[str, Any]:
    """The JSON schema of `shipsmith.toml`; `traits` is a table there, and pairs in a `Ledger`."""
    made = msgspec.json.schema(Ledger)
    table = made["$defs"]["Ledger"]["properties"]["traits"]
    known = {
        name: {"type": "boolean", "description": f"Whether {words}."} for name, words in TRAITS.items()
    }
    table |= {"type": "object", "properties": known, "additionalProperties": False, "default": {}}
    table.pop("items", None)
    return made
