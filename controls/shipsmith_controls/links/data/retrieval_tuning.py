"""Retrieval: the queries whose results reach a model, and how text is split before it is indexed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import entries
from shipsmith_controls.links.calls.neighbours import above_of, calls_on_path, edges_of
from shipsmith_controls.links.data.stores import store_calls, store_files
from shipsmith_controls.links.data.vectors import nearest_reads, vector_files
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, index, skim
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Cls, Const, Data, Param, Text, Unknown
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_COUNT = frozenset(
    "k top top_k topK topk similarity_top_k limit n_results nResults match_count numberOfResults "
    "max_num_results maxNumResults top_n topN num_results max_results size".split()
)
_CUT = frozenset(
    "score_threshold scoreThreshold match_threshold similarity_cutoff similarity_threshold rerank "
    "reranker mmr hybrid alpha search_type searchType fetch_k fetchK cutoff certainty min_score "
    "distance_threshold minScore ranking_options rerankingConfiguration overrideSearchType "
    "base_compressor node_postprocessors vector_store_query_mode".split()
)
_WHOLE = frozenset("body request search_request query_body search_body params options knn".split())
_CUT_WORDS = frozenset("rerank reranker reranking mmr hybrid rrf threshold cutoff marginal".split())
_LIMIT = re.compile(r"\blimit\b\s*[:$%{\d?]|\btop\s*\(?\d|fetch first", re.IGNORECASE)
_HYBRID = re.compile(
    r"ts_rank|plainto_tsquery|to_tsvector|bm25|full outer join|\brrf\b|websearch_to", re.IGNORECASE
)
_SPLITTER = re.compile(r"(?:TextSplitter|Splitter|NodeParser|Chunker)$")
_BY_STRUCTURE = re.compile(r"Header|HTML|Markdown|Semantic|Json|Sentence|Hierarchical")
_SPLITTING = frozenset(
    "split_text split_documents create_documents splitText splitDocuments createDocuments "
    "transform_documents transformDocuments".split()
)
_SIZE = frozenset(
    "chunk_size chunkSize max_tokens maxTokens chunk_length tokens_per_chunk max_chunk_size".split()
)
_OVERLAP = frozenset("chunk_overlap chunkOverlap overlap split_overlap".split())


class Retrieval(msgspec.Struct, frozen=True):
    """A query of an index, and which of its two settings are set here or downstream."""

    path: str
    line: int
    end_line: int
    what: str
    counted: bool
    cut: bool
    unseen: bool = False
    """The query is built elsewhere and handed over whole."""


class Splitter(msgspec.Struct, frozen=True):
    """A text splitter, and whether its size and overlap are set."""

    path: str
    line: int
    name: str
    sized: bool
    overlapped: bool


@query
def retrievals(db: Database) -> tuple[Retrieval, ...]:
    """Every retriever or vector query of production code that may feed a model."""
    found: dict[tuple[str, int], Retrieval] = {}
    for path in sorted({*store_files(db), *vector_files(db)}):
        if is_production(db, path):
            for each in retrievals_of(db, path):
                if not _apart(db, each):
                    found.setdefault((each.path, each.line), each)
    return tuple(found[key] for key in sorted(found))


@query
def retrievals_of(db: Database, path: str) -> tuple[Retrieval, ...]:
    """The queries of one file."""
    facts = index(db, path)
    if facts is None:
        return ()
    found = []
    for read in store_calls(db, path):
        fed = read.maker is not None or read.managed or _is_called(db, path, read.function)
        if read.operation == "read" and fed:
            call = facts.module.calls[read.call]
            if not _is_idle(facts, read.call):
                found.append(_retrieval(db, path, facts, call, read.store))
    lines = set(nearest_reads(db, path))
    for call in facts.module.calls:
        if call.line in lines:
            lines.discard(call.line)
            found.append(_retrieval(db, path, facts, call))
    return tuple(found)


def _is_called(db: Database, path: str, function: str) -> bool:
    """Whether the tree calls a function, and so hands it the store that it queries."""
    here = Node(path, function)
    return bool(function) and any(
        edge.target == here for node in above_of(db, here) for edge in edges_of(db, node)
    )


def _retrieval(
    db: Database, path: str, facts: ModuleIndex, call: code.Call, store: str = ""
) -> Retrieval:
    name = facts.node_name(call.block)
    words = set(_own_words(db, path, facts, call, store)) | set(_words(facts, name))
    texts = " ".join(_texts(db, path, facts, name, call))
    own_count, own_cut = _told_by(store)
    counted = bool(words & (_COUNT | own_count)) or bool(_LIMIT.search(texts))
    cut = bool(words & _CUT) or any(words.issuperset(told.split("+")) for told in own_cut)
    cut = cut or any(tokens(w) & _CUT_WORDS for w in words) or bool(_HYBRID.search(texts))
    unseen = not (counted and cut) and _is_handed_over(db, path, call)
    return Retrieval(
        path, call.line, call.end_line, last_name(call.callee) or "query", counted, cut, unseen
    )


def _is_handed_over(db: Database, path: str, call: code.Call) -> bool:
    """Whether the query itself comes from elsewhere: `search(body=body)`, `search(**request)`."""
    for keyword in call.keywords:
        if keyword.name is None or keyword.name in _WHOLE:
            found = values(db, path, call.block, keyword.value)
            if not found or any(isinstance(value, (Param, Unknown)) for value in found):
                return True
    return False


@cache
def _told_by(store: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names by which a store sets a result count, and a relevance cut."""
    rows = [row for row in load().tables.store if row.key == store]
    count = (name for row in rows for name in row.count)
    cut = (name for row in rows for name in row.cut)
    return frozenset(n.rpartition(".")[2] for n in count), frozenset(n.rpartition(".")[2] for n in cut)


def _own_words(db: Database, path: str, facts: ModuleIndex, call: code.Call, store: str) -> Iterator[str]:
    """Names that a call is given, positions that its store knows included."""
    yield last_name(call.callee)
    for given in (*call.args, *(k.value for k in call.keywords)):
        for value in values(db, path, call.block, given):
            if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
                yield from (str(k.value) for k, _ in value.expr.entries if isinstance(k, code.Literal))
    if len(call.args) > 1 and f"#{len(call.args) - 1}" in _told_by(store)[0]:
        yield "k"


def _words(facts: ModuleIndex, name: str) -> Iterator[str]:
    """Names of settings and calls in a function."""
    for call in facts.module.calls:
        if facts.node_name(call.block) != name:
            continue
        yield last_name(call.callee)
        yield from (k.name for k in call.keywords if k.name and not _is_none(k.value))
        for given in (*call.args, *(k.value for k in call.keywords)):
            for part in inside(given, facts.module):
                if isinstance(part, code.Mapping):
                    yield from (str(k.value) for k, _ in part.entries if isinstance(k, code.Literal))


def _is_none(expr: code.Expr) -> bool:
    return isinstance(expr, code.Literal) and expr.value is None


def _texts(db: Database, path: str, facts: ModuleIndex, name: str, call: code.Call) -> Iterator[str]:
    """SQL texts of a function."""
    for assign in facts.module.assigns:
        if facts.node_name(assign.block) == name and assign.value is not None:
            yield from _literals(assign.value, facts)
    for given in call.args:
        yield from _literals(given, facts)
        for value in values(db, path, call.block, given):
            if isinstance(value, Const) and isinstance(value.value, str):
                yield value.value
            elif isinstance(value, Text):
                yield " ".join(str(p.value) for p in value.template.parts if isinstance(p, code.Literal))


def _literals(expr: code.Expr, facts: ModuleIndex) -> Iterator[str]:
    for part in inside(expr, facts.module):
        if isinstance(part, code.Literal) and isinstance(part.value, str):
            yield part.value


def _is_idle(facts: ModuleIndex, call: int) -> bool:
    """Whether a retriever is only put aside: held by an attribute that nothing in the file reads."""
    module = facts.module
    names = {
        a.target.name
        for a in module.assigns
        if isinstance(a.target, code.Attribute)
        and isinstance(a.value, code.CallRef)
        and a.value.call == call
    }
    if not names:
        return False
    places = [a.value for a in module.assigns if a.value is not None]
    places += [e.value for e in module.exits if e.value is not None]
    places += [h for b in module.blocks for h in b.heads]
    places += [g for c in module.calls for g in (c.callee, *c.args, *(k.value for k in c.keywords))]
    return not any(
        isinstance(part, code.Attribute) and part.name in names
        for place in places
        for part in inside(place, module)
    )


def _apart(db: Database, each: Retrieval) -> bool:
    """Whether a query answers a request of its own, without a model on that path."""
    facts = index(db, each.path)
    if facts is None:
        return True
    call = next((c for c in facts.module.calls if c.line == each.line), None)
    name = facts.node_name(call.block) if call is not None else ""
    handler = any(entry.path == each.path and entry.function == name for entry in entries(db))
    return handler and not any(c.is_llm for c in calls_on_path(db, Node(each.path, name)))


@query
def splitters(db: Database) -> tuple[Splitter, ...]:
    """Every text splitter of production code."""
    found: list[Splitter] = []
    for path in code_files(db):
        imports = [n for g in skim(db, path).imports for n in g.names]
        if any(_SPLITTER.search(name) for name in imports) and is_production(db, path):
            found.extend(splitters_of(db, path))
    return tuple(found)


@query
def splitters_of(db: Database, path: str) -> tuple[Splitter, ...]:
    """The splitters that one file makes."""
    facts = index(db, path)
    found = []
    for call in facts.module.calls if facts is not None else ():
        name = next((n for n in _chain(call.callee) if _SPLITTER.search(n)), "")
        if not name or last_name(call.callee) in _SPLITTING:
            continue
        if any(isinstance(value, Cls) for value in values(db, path, call.block, call.callee)):
            continue
        given = {k.name for k in call.keywords if k.name}
        for arg in call.args:
            if isinstance(arg, code.Mapping):
                given |= {str(k.value) for k, _ in arg.entries if isinstance(k, code.Literal)}
        structural = bool(_BY_STRUCTURE.search(name))
        sized = bool(given & _SIZE) or len(call.args) > 1
        found.append(Splitter(path, call.line, name, sized, structural or bool(given & _OVERLAP)))
    return tuple(found)


def _chain(expr: code.Expr) -> Iterator[str]:
    while isinstance(expr, code.Attribute):
        yield expr.name
        expr = expr.base
    if isinstance(expr, code.Name):
        yield expr.id
