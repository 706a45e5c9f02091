"""Model ids of calls: from the call through clients, agents and settings to the literal that gives it."""

from __future__ import annotations

import msgspec

from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.models import Pin, Retirement
from shipsmith_controls.links.calls.branches import branches
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls
from shipsmith_controls.links.calls.model_id_walk import CallIds, ModelId, ids_of_call, ids_of_client
from shipsmith_controls.links.calls.offered import offered
from shipsmith_controls.links.calls.settings import clients_made
from shipsmith_controls.links.files.azure import Deployment, deployments
from shipsmith_controls.links.values import sdk
from shipsmith_controls.queries import Database, query

__all__ = [
    "CallIds",
    "ModelId",
    "bare",
    "bare_ids",
    "ids_of_call",
    "ids_of_client",
    "literal_ids",
    "model_ids",
]


@query
def literal_ids(db: Database) -> tuple[ModelId, ...]:
    """Every id that a production LLM or side call may use, as it is written, each place once.

    Where the id of some call cannot be followed, the ids that settings, defaults and lists to choose
    from offer are taken with it.
    """
    found: dict[tuple[str, int, str], ModelId] = {}
    unseen = False
    for call in (*llm_calls(db), *side_calls(db)):
        own = ids_of_call(db, call)
        unseen = unseen or own.unseen
        for each in own.ids:
            found.setdefault((each.path, each.line, each.id), each)
    if unseen:
        azure = _only_azure(db)
        for place in offered(db):
            platform = place.platform or ("azure" if place.path in azure else "")
            each = ModelId(place.path, place.line, place.id, platform, read_at=place.read_at)
            found.setdefault((each.path, each.line, each.id), each)
    return tuple(sorted(branches_of(db, tuple(found.values()))))


@query
def _only_azure(db: Database) -> frozenset[str]:
    """Files whose clients all go to Azure: the ids in them are names of deployments."""
    providers: dict[str, set[str]] = {}
    for clients in clients_made(db).values():
        for client in clients:
            kind = sdk.client_type(client.sdk, client.made_as or client.type)
            for path, _ in client.layers[:1] if kind.provider else ():
                providers.setdefault(path, set()).add(kind.provider)
    return frozenset(path for path, found in providers.items() if found == {"azure"})


@query
def model_ids(db: Database) -> tuple[ModelId, ...]:
    """`literal_ids`, with model and version of the Azure resource in place of its deployment's name."""
    return tuple(sorted(_deployed(db, literal_ids(db))))


@query
def bare_ids(db: Database) -> frozenset[str]:
    """The production ids without prefixes, `.` written as `-`."""
    return frozenset(bare(each.id, each.platform) for each in model_ids(db) if each.chosen)


def bare(text: str, platform: str = "") -> str:
    """An id without gateway prefixes, `.` written as `-`."""
    return load().models.resolve(text, platform)[0].replace(".", "-")


@query
def unseen_calls(db: Database) -> tuple[ModelCall, ...]:
    """LLM and side calls of which no id at all is seen."""
    calls = (*llm_calls(db), *side_calls(db))
    return tuple(call for call in calls if not ids_of_call(db, call).ids)


def branches_of(db: Database, ids: tuple[ModelId, ...]) -> tuple[ModelId, ...]:
    """The ids with those marked that stand in a branch which the default configuration leaves out."""
    places = {each: each.read_at or ((each.path, each.line),) for each in ids}
    ruled = branches(db, tuple(dict.fromkeys(p for found in places.values() for p in found)))
    marked = []
    for each in ids:
        found = [ruled[place] for place in places[each] if place in ruled]
        if not found:
            marked.append(each)
            continue
        platforms = {branch.platform for branch in found if branch.chosen and branch.platform}
        platform = platforms.pop() if len(platforms) == 1 else each.platform
        chosen = any(branch.chosen for branch in found)
        marked.append(msgspec.structs.replace(each, chosen=chosen, platform=platform))
    return tuple(marked)


def _deployed(db: Database, ids: tuple[ModelId, ...]) -> tuple[ModelId, ...]:
    """Azure ids are names of deployments: the model and version of the resource hold instead."""
    known = deployments(db)
    found: dict[ModelId, None] = {}
    for each in ids:
        if each.platform != "azure" or not known or not each.chosen:
            found[each] = None
            continue
        same = [d for d in known if each.id in (d.name, d.model)]
        for resource in same or [d for d in known if _alike(d, each)] or known:
            found[_of_deployment(resource)] = None
    return tuple(found)


def _alike(resource: Deployment, each: ModelId) -> bool:
    return ("embed" in resource.model) == ("embed" in each.id.lower())


def _of_deployment(resource: Deployment) -> ModelId:
    pin: Pin = "fixed" if resource.is_fixed else "floating"
    place = (resource.version_path, resource.version_line)
    return ModelId(*place, resource.model, "azure", pin, version=resource.version)


def pin_of(each: ModelId) -> Pin | None:
    """Whether the vendor can change the model behind an id; None when nobody knows."""
    if each.pin is not None:
        return each.pin
    if each.platform == "azure":
        # Without the resource only the name of a deployment is seen.
        return None
    return load().models.pin_of(each.id, each.platform)


def retirement_of(each: ModelId) -> Retirement | None:
    """The retirement that the vendor confirmed for an id on its platform."""
    table = load().models
    if each.platform == "azure" and each.pin is None:
        return None
    bare = each.id.removesuffix("-thinking")
    dated = (f"{each.id}-{each.version}",) if each.version else ()
    for text in dict.fromkeys((*dated, each.id, bare, f"{bare}-latest")):
        found = table.retirement_of(text, each.platform)
        if found is not None:
            return found
    return None
