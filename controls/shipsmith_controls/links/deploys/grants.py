"""Grants on AI services and their secrets in infrastructure files, and how far each reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.links.files.documents import sections
from shipsmith_controls.links.files.infrastructure import Resource, resources
from shipsmith_controls.links.tree import files, lines_of
from shipsmith_controls.queries import Database, query

_AI_ACTION = re.compile(r"""["'](?:bedrock(?:-agent\w*)?|sagemaker|aoss|secretsmanager):([\w*]+)["']""")
_ANY_ACTION = re.compile(
    r"""(?:actions?|Actions?|NotAction)["']?\s*[:=]\s*\[?\s*(?:-\s*)?["']\*["']""", re.IGNORECASE
)
_ANY_RESOURCE = re.compile(r"""\bresources?["']?\s*[:=]\s*\[?\s*(?:-\s*)?["']\*["']""", re.IGNORECASE)
_STATEMENT = re.compile(
    r"""PolicyStatement\s*\(|\bstatement\s*\{|["']?Effect["']?\s*[:=]|effect\s*[:=]"""
)
_AZURE_KIND = re.compile(r"roleAssignments|azurerm_role_assignment|role-?assignment", re.IGNORECASE)
_AZURE_TEXT = re.compile(r"CognitiveServices|openai|search|foundry|machinelearning", re.IGNORECASE)
_BROAD_AZURE = re.compile(
    r"8e3af657-a8ff-443c-a75c-2fe8c4bcb635|b24988ac-6180-42a0-ab88-20f7382dd24c"
    r"""|role_definition_name\s*=\s*["'](?:Owner|Contributor)["']""",
    re.IGNORECASE,
)
_AZURE_ROLE = re.compile(
    r"5e0bd9bd-7b93-4f28-af87-19fc36ad61bd|a001fd3d-188f-4b5d-821b-7da978bf7442"
    r"|a97b65f3-24c7-4388-baec-2e87135dc908|25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
    r"|53ca6127-db72-4b80-b1b0-d745d6d5456d|64702f94-c441-49e6-a78b-ef80e0188fee"
    r"|1407120a-92aa-4202-b7e9-c0e197c71c8f|8ebe5a00-799e-43f5-93ac-243d3dce84a7"
    r"|7ca78c08-252a-4471-8644-bb5ff32d4ba0|4633458b-17de-408a-b874-0445c86b69e6",
    re.IGNORECASE,
)
"""Azure's built-in roles on Cognitive Services, AI Foundry, Search and Key Vault secrets, by id."""
_GOOGLE = re.compile(r"google_\w*iam_(?:member|binding|policy)")
_GOOGLE_AI = re.compile(r"""["']roles/(aiplatform\.\w+|editor|owner|secretmanager\.\w+)["']""")
_GOOGLE_BROAD = frozenset({"editor", "owner", "aiplatform.admin"})
_ACCESS = re.compile(
    r"\b(?:access[ -]control|RBAC|roles? and permissions|access matrix)\b", re.IGNORECASE
)
_ROLE = re.compile(r"\b(?:role|admin|owner|engineer|viewer|editor|operator|developer)s?\b", re.IGNORECASE)
_AI_THING = re.compile(r"\b(?:models?|prompts?|API keys?|LLMs?|vector|embeddings?)\b", re.IGNORECASE)
_POLICIES = re.compile(
    r"iam_|PolicyStatement|AWS::IAM|ManagedPolicy|addToPolicy|addToRolePolicy|ClusterRole|Function$", re.I
)


class Grant(msgspec.Struct, frozen=True, order=True):
    """A grant on an AI service; `broad` says what about it is unbounded, "" when nothing is."""

    path: str
    line: int
    what: str
    broad: str = ""


@query
def grants(db: Database) -> tuple[Grant, ...]:
    """Every grant that infrastructure gives on models, vector stores and AI secrets."""
    found: dict[Grant, None] = {}
    for resource in resources(db):
        found.update(dict.fromkeys(_granted(resource)))
    for path in files(db):
        if path.endswith(".bicep"):
            found.update(dict.fromkeys(_in_bicep(db, path)))
    return tuple(sorted(found))


@query
def _in_bicep(db: Database, path: str) -> tuple[Grant, ...]:
    """Roles that a Bicep file names by their ids, whatever module assigns them."""
    lines = lines_of(db, path)
    found = []
    for i, line in enumerate(lines):
        if line.lstrip().startswith("//"):
            continue
        if _BROAD_AZURE.search(line):
            found.append(Grant(path, i + 1, "a role assignment", "the role may change everything"))
        elif _AZURE_ROLE.search(line):
            found.append(Grant(path, i + 1, "a role assignment"))
    return tuple(found)


def _granted(resource: Resource) -> Iterator[Grant]:
    text = resource.text
    if _AI_ACTION.search(text) and (_STATEMENT.search(text) or _POLICIES.search(resource.kind)):
        yield from _statements(resource)
    if _AZURE_KIND.search(resource.kind) and not resource.path.endswith(".bicep"):
        broad = _BROAD_AZURE.search(text)
        if broad is not None:
            yield _at(resource, broad.start(), "a role assignment", "the role may change everything")
        elif _AZURE_TEXT.search(text):
            yield _at(resource, 0, "a role assignment")
    if _GOOGLE.search(resource.kind):
        for match in _GOOGLE_AI.finditer(text):
            broad_role = match[1] in _GOOGLE_BROAD
            said = f"{match[1]} may change everything" if broad_role else ""
            yield _at(resource, match.start(), match[1], said)


def _statements(resource: Resource) -> Iterator[Grant]:
    """Each statement of a policy by itself: one good one proves nothing of its neighbour."""
    text = resource.text
    starts = [m.start() for m in _STATEMENT.finditer(text)] or [0]
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[begin:end]
        action = _AI_ACTION.search(part)
        if action is None or re.search(r"""["']Deny["']|Effect\.DENY""", part):
            continue
        anything = next((m for m in _AI_ACTION.finditer(part) if m[1] == "*"), None)
        anything = anything or _ANY_ACTION.search(part)
        everywhere = _ANY_RESOURCE.search(part)
        if anything is not None:
            yield _at(resource, begin + anything.start(), "a policy", "every action is allowed")
        elif everywhere is not None:
            yield _at(resource, begin + everywhere.start(), "a policy", "it holds for every resource")
        else:
            yield _at(resource, begin + action.start(), "a policy")


def _at(resource: Resource, offset: int, what: str, broad: str = "") -> Grant:
    line = resource.line + resource.text.count("\n", 0, offset)
    return Grant(resource.path, line, what, broad)


@query
def access_documents(db: Database) -> tuple[tuple[str, int], ...]:
    """(path, line) of counted sections that list roles against models, prompts or keys."""
    return tuple(
        dict.fromkeys(
            (p.path, p.line)
            for p in sections(db, _ACCESS)
            if len(_ROLE.findall(p.everything)) > 1 and _AI_THING.search(p.prose)
        )
    )
