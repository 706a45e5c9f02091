"""Raw HTML: the places where text is rendered as markup, and whether it was sanitised before."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.hazards import Hazard
from shipsmith_controls.links.access.cleaned import Clean, Cleaning, Found
from shipsmith_controls.links.access.hazards import hazard_files, hazards_of
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, entry, inside, last_name
from shipsmith_controls.queries import Database, query

_SINKS = frozenset({"innerHTML", "outerHTML"})
_MARKERS = frozenset({"mark_safe", "Markup"})
_RAW_PLUGINS = ("rehype-raw",)
_CLEAN_PLUGINS = ("rehype-sanitize",)


class Render(msgspec.Struct, frozen=True):
    """A place that renders a value as HTML; `clean` is where it is sanitised, None when it is not."""

    path: str
    line: int
    what: str
    clean: tuple[str, int] | None = None
    sure: bool = True


@query
def renders(db: Database) -> tuple[Render, ...]:
    """Every raw render in production code whose value is not the author's own text."""
    paths = dict.fromkeys((*hazard_files(db, "html"), *hazard_files(db, "markup")))
    return tuple(
        render
        for path in sorted(paths)
        if is_production(db, path) and not _is_bundled(path)
        for render in renders_in(db, path)
    )


def _is_bundled(path: str) -> bool:
    """Whether a file is somebody's minified library, by its name."""
    return ".min." in path or "/vendor/" in path or "/dist/" in path


@query
def renders_in(db: Database, path: str) -> tuple[Render, ...]:
    """The raw renders of one file."""
    facts = index(db, path)
    found: list[Render] = []
    cleaning = Cleaning(db)
    if facts is not None:
        for line, what, block, value in _sinks(facts):
            found.extend(_judged(path, line, what, cleaning.of(path, block, value)))
        found.extend(_plugins(path, facts))
    for hazard in hazards_of(db, path):
        if hazard.kind == "markup":
            found.extend(_in_markup(path, facts, hazard, cleaning))
    return tuple(dict.fromkeys(found))


def _judged(path: str, line: int, what: str, found: Found) -> Iterator[Render]:
    if found.clean is Clean.RAW:
        yield Render(path, line, what)
    elif found.clean is Clean.SANITISED:
        yield Render(path, line, what, (found.path, found.line))


def _sinks(facts: ModuleIndex) -> Iterator[tuple[int, str, int, code.Expr]]:
    """(line, name, block, value) of every place in code that takes HTML."""
    module = facts.module
    for assign in module.assigns:
        target, value = assign.target, assign.value
        if isinstance(target, code.Attribute) and target.name in _SINKS and value is not None:
            yield assign.line, target.name, assign.block, value
    for call in module.calls:
        name = last_name(call.callee)
        # What a `style` element takes is CSS: the constants of a theme or a chart.
        for keyword in call.keywords if call.element and name != "style" else ():
            if keyword.name == "dangerouslySetInnerHTML":
                held = keyword.value
                inner = entry(held, "__html") if isinstance(held, code.Mapping) else None
                yield keyword.line, keyword.name, call.block, inner if inner is not None else held
        if name == "insertAdjacentHTML" and len(call.args) > 1:
            yield call.line, name, call.block, call.args[1]
        elif name in _MARKERS and len(call.args) == 1 and not call.element:
            yield call.line, name, call.block, call.args[0]
        allowed = argument(call, "unsafe_allow_html")
        if isinstance(allowed, code.Literal) and allowed.value is True and call.args:
            yield call.line, "unsafe_allow_html", call.block, call.args[0]


def _plugins(path: str, facts: ModuleIndex) -> Iterator[Render]:
    """Markdown pipelines that let raw HTML through: each use of the plugin."""
    module = facts.module
    raw = {i.alias for i in module.imports if i.module in _RAW_PLUGINS and not i.type_only}
    clean = {i.alias for i in module.imports if i.module in _CLEAN_PLUGINS and not i.type_only}
    purified = any("purify" in (dotted(c.callee) or "").lower() for c in module.calls)
    if not raw:
        yield from _allowing(path, module, bool(clean) or purified)
        return
    for held, line in _lists(module):
        names = [part.id for part in inside(held, module) if isinstance(part, code.Name)]
        if raw & set(names):
            used = clean & set(names) or purified
            yield Render(path, line, "rehypeRaw", (path, line) if used else None)
    for call in module.calls:
        if last_name(call.callee) == "use" and any(last_name(a) in raw for a in call.args):
            later = any(
                last_name(c.callee) == "use" and last_name(c.args[0]) in clean
                for c in module.calls
                if c.args
            )
            yield Render(path, call.line, "rehypeRaw", (path, call.line) if later or purified else None)


def _allowing(path: str, module: code.Module, clean: bool) -> Iterator[Render]:
    """Pipelines that are told to keep dangerous HTML: `{ allowDangerousHtml: true }`."""
    for call in module.calls:
        given = (*call.args, *(k.value for k in call.keywords))
        for part in (p for g in given for p in (g, *inside(g, module)) if isinstance(p, code.Mapping)):
            held = entry(part, "allowDangerousHtml")
            if isinstance(held, code.Literal) and held.value is True:
                yield Render(path, held.line, "allowDangerousHtml", (path, held.line) if clean else None)


def _lists(module: code.Module) -> Iterator[tuple[code.Expr, int]]:
    """Lists of plugins: the property of an element, or the name that holds one."""
    for call in module.calls:
        for keyword in call.keywords if call.element else ():
            if keyword.name == "rehypePlugins":
                yield keyword.value, keyword.line
    for assign in module.assigns:
        if isinstance(assign.value, code.Sequence):
            yield assign.value, assign.line


def _in_markup(
    path: str, facts: ModuleIndex | None, hazard: Hazard, cleaning: Cleaning
) -> Iterator[Render]:
    """A raw place of a template: followed into the component's script when it is a plain name."""
    words = tokens(hazard.text)
    if words & {"tojson", "stringify", "json", "svg", "icon", "highlight"}:
        return
    if words & {"sanitize", "sanitise", "sanitized", "purify", "dompurify", "clean", "bleach"}:
        yield Render(path, hazard.line, "raw HTML", (path, hazard.line))
    elif facts is not None and hazard.text.isidentifier() and facts.lookup(0, hazard.text)[1]:
        name = code.Name(10**9, hazard.text)
        yield from _judged(path, hazard.line, "raw HTML", cleaning.of(path, 0, name))
    elif facts is not None and "(" in hazard.text:
        yield from _called(path, facts, hazard, cleaning)
    else:
        yield Render(path, hazard.line, "raw HTML", sure=facts is not None)


def _called(path: str, facts: ModuleIndex, hazard: Hazard, cleaning: Cleaning) -> Iterator[Render]:
    """`render(text)` in a template: what that function of the script hands back."""
    name = hazard.text.partition("(")[0].strip()
    at = facts.by_qualname.get(name)
    if at is None:
        yield Render(path, hazard.line, "raw HTML", sure=False)
        return
    found = [cleaning.of(path, out.block, out.value) for out in facts.returns.get(at, ())]
    cleaned = next((f for f in found if f.clean is Clean.SANITISED), None)
    raw = any(f.clean is Clean.RAW for f in found)
    if cleaned is not None:
        yield Render(path, hazard.line, "raw HTML", (cleaned.path, cleaned.line))
    elif raw:
        yield Render(path, hazard.line, "raw HTML")
