"""Words of the checks on what is recorded of model vendors and models."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.links.access.vendors import vendors
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.model_ids import bare, literal_ids, model_ids
from shipsmith_controls.links.files.documents import (
    Passage,
    document_files,
    is_filled,
    may_count,
    passages,
)
from shipsmith_controls.links.tree import code_files, family, files, index
from shipsmith_controls.links.values.index import argument, dotted
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence

_ALIASES = {
    "google": "Google|Gemini|Vertex",
    "vertex": "Google|Gemini|Vertex",
    "aws": "AWS|Amazon|Bedrock",
    "bedrock-mantle": "AWS|Amazon|Bedrock",
    "anthropic": "Anthropic|Claude",
    "azure": "Azure|Microsoft",
    "azure monitor": "Azure|Microsoft|Application Insights",
    "weights & biases": "Weights & Biases|W&B|Weave|wandb",
    "xai": "xAI|Grok",
}
_KEPT = re.compile(
    r"\b(?:retention|retain(?:s|ed)?|ZDR|not stored|never stored|deleted after|\d+ days?)\b",
    re.IGNORECASE,
)
_TRAINS = re.compile(r"\btrain(?:s|ed|ing)?\b", re.IGNORECASE)
_INVENTORY = re.compile(
    r"(?<![a-z])(?:(?:ai|model|system)s?[-_ ]?(?:inventory|register|registry|catalog(?:ue)?)|ml-?bom)"
    r"(?![a-z])|(?:^|/)MODELS\.md$",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"\b(?:purpose|use|used for|task)\b", re.IGNORECASE)
_OWNER = re.compile(r"\b(?:owner|team|responsible|contact)\b", re.IGNORECASE)


@subject("model vendor")
def _vendors(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(*at), name, key=name) for name, at in vendors(db).items())


@has("recorded retention and training terms")
def _has_terms(db: Database, each: Subject) -> Holding:
    """GOV-03: a row or section that names the vendor, a retention term and a training term."""
    found = list(_terms(db, str(each.key)))
    whole = next((f for f in found if f[2] == "both"), None)
    if whole is not None:
        return Holding(
            Strength.STRONG, evidence=(Evidence(whole[0], whole[1], "retention and training"),)
        )
    if found:
        path, line, which = found[0]
        shown = Evidence(path, line, f"only {which} is recorded", weak=True)
        return Holding(Strength.WEAK, f"only {which} is recorded for it", evidence=(shown,))
    asked = _store_options(db) if each.key == "openai" else ()
    off = tuple(Evidence(*place, "`store` is off", weak=True) for place, _ in asked if place is not None)
    if asked and len(off) == len(asked):
        return Holding(Strength.WEAK, "only the request asks it to keep nothing", evidence=off[:1])
    lacking = "nothing records how long it keeps prompts and whether it trains on them"
    if any(place is None and stored for place, stored in asked):
        lacking += ", and Responses calls are stored unless `store` is off"
    return Holding(Strength.LACKING, lacking)


@query
def _store_options(db: Database) -> tuple[tuple[tuple[str, int] | None, bool], ...]:
    """Of each call through an OpenAI SDK: where it sets `store` to false, whether it is a response."""
    found = []
    for call in llm_calls(db):
        facts = index(db, call.path)
        if facts is None or not call.sdk.startswith("openai-"):
            continue
        here = facts.module.calls[call.call]
        given = argument(here, "store", facts.module)
        off = isinstance(given, code.Literal) and given.value is False
        found.append(
            ((call.path, here.line) if off else None, "responses" in (dotted(here.callee) or ""))
        )
    return tuple(found)


def _terms(db: Database, vendor: str) -> Iterator[tuple[str, int, str]]:
    for path in document_files(db):
        yield from _terms_in(db, path, vendor)


@query
def _terms_in(db: Database, path: str, vendor: str) -> tuple[tuple[str, int, str], ...]:
    """(path, line, which terms) of what one document records of a vendor."""
    name = re.compile(rf"\b(?:{_ALIASES.get(vendor, re.escape(vendor))})\b", re.IGNORECASE)
    whole = passages(db, path)[:1]
    if not whole or not _KEPT.search(whole[0].everything) or not name.search(whole[0].everything):
        return ()
    found: list[tuple[str, int, str]] = []
    for passage in passages(db, path)[1:]:
        if not name.search(passage.everything) or not passage.counts:
            continue
        for row, line in zip(passage.rows, passage.row_lines, strict=False):
            which = _which(" ".join((*passage.header, *row))) if is_filled(row) else ""
            if which and name.search(" ".join(row)):
                found.append((path, line, which))
        if not passage.header and (name.search(passage.title) or not passage.headings):
            which = _which(passage.everything) if name.search(passage.prose + passage.title) else ""
            if which == "both":
                found.append((path, passage.line, which))
    return tuple(found)


def _which(text: str) -> str:
    kept, trains = bool(_KEPT.search(text)), bool(_TRAINS.search(text))
    return "both" if kept and trains else "retention" if kept else ""


@subject("model in use")
def _models(db: Database) -> tuple[Subject, ...]:
    """Each model id of production code once: where code names it, else where it is deployed or set."""
    in_code = frozenset(code_files(db))
    places: dict[str, list[Place]] = {}
    for each in literal_ids(db):
        if each.chosen and each.path in in_code:
            places.setdefault(bare(each.id, each.platform), []).append(Place(each.path, each.line))
    found: dict[str, Subject] = {}
    for each in (e for e in model_ids(db) if e.chosen):
        name = bare(each.id, each.platform)
        at = min(places.get(name, [Place(each.path, each.line)]))
        found.setdefault(name, Subject(at, each.id, key=name))
    return tuple(found.values())


@has("an entry in an inventory")
def _is_listed(db: Database, each: Subject) -> Holding:
    """GOV-07: a row of an inventory names it, with purpose and owner filled."""
    rows = [row for row in inventory(db) if str(each.key) in row[2]]
    full = next((row for row in rows if row[3]), None)
    if full is not None:
        return Holding(Strength.STRONG, evidence=(Evidence(full[0], full[1], "listed"),))
    if rows:
        shown = Evidence(rows[0][0], rows[0][1], "listed without purpose or owner", weak=True)
        return Holding(Strength.WEAK, "it is listed without purpose or owner", evidence=(shown,))
    return Holding(Strength.LACKING, "no inventory lists this model with its purpose and owner")


@query
def inventory(db: Database) -> tuple[tuple[str, int, str, bool], ...]:
    """(path, line, row as plain text, whether purpose and owner are filled) of every inventory row."""
    found: list[tuple[str, int, str, bool]] = []
    for path in document_files(db):
        for whole in passages(db, path)[:1]:
            if _INVENTORY.search(path) or _INVENTORY.search(whole.title):
                for part in passages(db, path):
                    found.extend(_rows(part))
    for path in files(db):
        data = path.endswith((".yaml", ".yml", ".json", ".toml"))
        if data and (_INVENTORY.search(path) or "bom" in path.lower()) and may_count(path + ".md"):
            config = family(db, "config", path)
            for root in config.roots if isinstance(config, Config) else ():
                found.extend((path, line, text, full) for line, text, full in _entries(root))
    return tuple(dict.fromkeys(found))


def _rows(part: Passage) -> Iterator[tuple[str, int, str, bool]]:
    header = " ".join(part.header)
    told = bool(_PURPOSE.search(header) and _OWNER.search(header))
    for row, line in zip(part.rows, part.row_lines, strict=False):
        yield part.path, line, _plain(" ".join(row)), told and is_filled(row)


def _entries(root: Node) -> Iterator[tuple[int, str, bool]]:
    for _, node in root.walk():
        if node.shape == "map" and (node.text("id") or node.text("model") or node.text("name")):
            keys = " ".join(key for key, value in node.entries if value.scalar or value.items)
            texts = (str(value.scalar) for _, value in node.entries if value.shape == "scalar")
            full = bool(_PURPOSE.search(keys) and _OWNER.search(keys))
            yield node.line, _plain(" ".join(texts)), full


def _plain(text: str) -> str:
    return text.lower().replace(".", "-")
