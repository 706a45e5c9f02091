"""Architecture diagrams: in text form, or as images that a document shows."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.facts.document import Document
from shipsmith_controls.links.files.documents import document_files
from shipsmith_controls.links.tree import family, files, lines_of
from shipsmith_controls.queries import Database, query

_FENCES = frozenset({"mermaid", "plantuml", "puml", "d2", "dot", "graphviz", "structurizr"})
_ENDINGS = (".drawio", ".excalidraw", ".puml", ".plantuml", ".d2", ".mmd", ".mermaid", ".dsl")
_TOOLING = re.compile(r"(?:^|/)(?:\.claude|\.cursor|node_modules|vendor|third_party|tests?)/")
_MODEL = re.compile(
    r"\bllms?\b|(?:language|chat|foundation) model|\bgpt-?\d|openai|anthropic|\bclaude\b|\bgemini\b"
    r"|bedrock|mistral|\bllama|ollama|vertex ai|deepseek|\bcohere\b|\bgroq\b|openrouter|litellm"
    r"|hugging ?face",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\bapi\b|\bui\b|front-?end|back-?end|\bbot\b|\busers?\b|browser|\bclient\b|\bserver\b|\bapp\b|slack|\bcli\b"
    r"|postgres|pgvector|redis|qdrant|pinecone|chroma|weaviate|milvus|elastic|opensearch|vespa|mongo|\bs3\b"
    r"|database|\bdb\b|vector ?(?:store|db|index)|retriever|storage|streamlit|gradio|fastapi|next\.?js",
    re.IGNORECASE,
)
_NAMED = re.compile(r"architect", re.IGNORECASE)
_IMAGE = re.compile(
    r"\.(?:png|svg|jpe?g|gif|webp)(?:[?#]|$)|user-images|/assets/"
    r"|/plantuml/(?:png|svg|uml)/|//(?:mermaid\.ink|kroki\.io)/",
    re.IGNORECASE,
)
_HTML = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


class Diagram(msgspec.Struct, frozen=True):
    """A diagram. `complete`: it shows the model, and an entry or a store."""

    path: str
    line: int
    text: bool
    complete: bool


@query
def diagrams(db: Database) -> tuple[Diagram, ...]:
    """Every diagram of the architecture in the tree."""
    found: list[Diagram] = []
    for path in document_files(db):
        if not _TOOLING.search(path):
            found.extend(diagrams_of(db, path))
    for path in files(db):
        if path.endswith(_ENDINGS) and not _TOOLING.search(path):
            lines = lines_of(db, path)
            text = "\n".join(lines)
            found.append(Diagram(path, 1, True, _is_complete(text)))
    return tuple(found)


@query
def diagrams_of(db: Database, path: str) -> tuple[Diagram, ...]:
    """The diagrams of one document."""
    document = family(db, "document", path)
    if not isinstance(document, Document):
        return ()
    found: list[Diagram] = []
    for section in document.sections:
        for language, text, line in section.fences:
            if language.lower().split(" ")[0] in _FENCES:
                found.append(Diagram(path, line, True, _is_complete(text)))
        for text, target, line in section.links:
            told = _NAMED.search(f"{section.title} {text} {target.rsplit('/', 1)[-1]}")
            if _IMAGE.search(target) and told:
                found.append(Diagram(path, line, False, False))
        if _NAMED.search(section.title):
            found.extend(_html_images(db, path, section.line, section.end_line))
    return tuple(dict.fromkeys(found))


def _html_images(db: Database, path: str, first: int, last: int) -> list[Diagram]:
    lines = lines_of(db, path)
    rows = lines[first - 1 : last]
    return [Diagram(path, first + i, False, False) for i, row in enumerate(rows) if _HTML.search(row)]


def _is_complete(text: str) -> bool:
    return bool(_MODEL.search(text) and _OTHER.search(text))
