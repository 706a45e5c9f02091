"""The files an AI workflow is made of: those that call a model, hold a prompt or define a tool."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.facts.families import prose_format
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, files, index
from shipsmith_controls.links.values.index import ModuleIndex, last_name
from shipsmith_controls.queries import Database, query

_PROMPT_ENDINGS = (".prompty", ".prompt", ".jinja", ".jinja2", ".j2", ".txt", ".md", ".hbs", ".mustache")
_PROMPT_NAMES = frozenset({"prompt", "prompts", "instructions"})
_TOOL_DECORATORS = frozenset({"tool", "function_tool", "tool_plain", "beta_tool", "kernel_function"})
_TOOL_CALLS = frozenset({"tool", "dynamicTool", "createTool", "StructuredTool", "DynamicStructuredTool"})
_LONG = 60
"""Characters from which a text under such a name is a prompt rather than a label."""


@query
def ai_files(db: Database) -> dict[str, tuple[int, int]]:
    """Production file -> (rank, line) of what makes it one: 0 an LLM call, 1 a side call, 2 the rest."""
    found: dict[str, tuple[int, int]] = {}
    for rank, calls in enumerate((llm_calls(db), side_calls(db))):
        for call in sorted(calls, key=lambda c: (c.path, c.line)):
            found.setdefault(call.path, (rank, call.line))
    for path in _candidates(db):
        line = prompt_line(db, path)
        if line:
            found.setdefault(path, (2, line))
    return dict(sorted(found.items()))


@query
def _candidates(db: Database) -> tuple[str, ...]:
    """Files that may hold a prompt or a tool: those around model calls, and those with such a name."""
    near = set(reached_files(db))
    near |= {path for path in code_files(db) if tokens(path) & (_PROMPT_NAMES | {"tool", "tools"})}
    near |= {path for path in files(db) if _is_prompt_file(path)}
    return tuple(sorted(path for path in near if is_production(db, path)))


def _is_prompt_file(path: str) -> bool:
    """Whether a text file is a prompt by its ending, or by its folder and name."""
    low = path.lower()
    if low.endswith((".prompty", ".prompt")):
        return True
    template = low.endswith(_PROMPT_ENDINGS) and bool(tokens(path) & {"prompt", "prompts"})
    return template and (prose_format(path) != "markdown" or "prompts" in tokens(path))


@query
def prompt_line(db: Database, path: str) -> int:
    """Line of the first prompt or tool that a file defines; 0 when it defines none."""
    if _is_prompt_file(path):
        return 1
    facts = index(db, path)
    if facts is None:
        return 0
    lines = [*_prompts(facts), *_tools(facts)]
    return min(lines, default=0)


def _prompts(facts: ModuleIndex) -> list[int]:
    return [
        assign.line
        for assign in facts.module.assigns
        if isinstance(assign.target, (code.Name, code.Attribute))
        and tokens(last_name(assign.target)) & _PROMPT_NAMES
        and _is_long_text(assign.value)
    ]


def _is_long_text(expr: code.Expr | None) -> bool:
    match expr:
        case code.Literal(value=str() as text):
            return len(text) >= _LONG
        case code.Template(parts=parts):
            return sum(len(str(p.value)) for p in parts if isinstance(p, code.Literal)) >= _LONG
    return False


def _tools(facts: ModuleIndex) -> list[int]:
    module = facts.module
    decorated = [
        function.line
        for function in module.functions
        for decorator in function.decorators
        if last_name(
            module.calls[decorator.call].callee if isinstance(decorator, code.CallRef) else decorator
        )
        in _TOOL_DECORATORS
    ]
    taken = {i.alias for i in module.imports if not i.module.startswith((".", "@/", "~/"))}
    made = [
        call.line
        for call in module.calls
        if isinstance(call.callee, code.Name)
        and call.callee.id in _TOOL_CALLS
        and call.callee.id in taken
    ]
    return decorated + made
