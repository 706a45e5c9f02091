"""Interpreters: where text is run as code, shell or SQL, and whether a model chose that text."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.hazards import hazard_files
from shipsmith_controls.links.access.taint import Taint
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tools.tool_definitions import tool_files
from shipsmith_controls.links.tools.tool_origin import ToolOrigin
from shipsmith_controls.links.tree import hints, index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.links.values.value import Const, Extern, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_BUILTINS = frozenset({"eval", "exec", "compile"})
_VM = frozenset({"runInContext", "runInNewContext", "runInThisContext", "compileFunction"})
_SHELLS = frozenset({"system", "popen", "create_subprocess_shell", "getoutput", "getstatusoutput"})
_SCRIPT_SHELLS = frozenset({"exec", "execSync"})
_RAW_SQL = frozenset({"$queryRawUnsafe", "$executeRawUnsafe", "raw", "unsafe"})
_SQL_BASES = frozenset({"sql", "knex", "prisma", "db", "sequelize", "client", "tx"})
_SQL_TEXT = frozenset({"sa", "sqlalchemy", "sql", "db"})
_BUILT_SQL = frozenset({"execute", "executemany", "text", "exec_driver_sql", "query", "executescript"})
_SANDBOX = frozenset("sandbox e2b modal daytona pyodide wasm container isolate".split())
_CHECKS = frozenset({"fullmatch", "match", "test"})
_DEPTH = 2


class Run(msgspec.Struct, frozen=True):
    """A place that runs a text; `checked`: a full match against an allow-list stands before it."""

    path: str
    line: int
    what: str
    checked: bool = False
    sure: bool = True


@query
def runs(db: Database) -> tuple[Run, ...]:
    """Every place that runs what a model wrote, and every `eval` and `exec` of production code."""
    found: dict[Run, None] = {}
    for path in hazard_files(db, "run"):
        if is_production(db, path):
            found.update(dict.fromkeys(evaluated_in(db, path)))
    for path in _around(db):
        if "statement" in hints(db, path) and is_production(db, path):
            found.update(dict.fromkeys(fed_in(db, path)))
    return tuple(sorted(found, key=lambda run: (run.path, run.line)))


@query
def _around(db: Database) -> tuple[str, ...]:
    """Files around model calls, and what the modules of tools import."""
    found = dict.fromkeys((*reached_files(db), *tool_files(db)))
    wave = list(tool_files(db))
    for _ in range(_DEPTH):
        wave = [t for path in wave for t, _ in imports_in_tree(db, path) if t not in found]
        found.update(dict.fromkeys(wave))
    return tuple(found)


@query
def evaluated_in(db: Database, path: str) -> tuple[Run, ...]:
    """The places of one file that run a text as code of the same language."""
    facts = index(db, path)
    if facts is None:
        return ()
    found = []
    for call in facts.module.calls:
        name = last_name(call.callee)
        bare = isinstance(call.callee, code.Name) and not facts.lookup(call.block, name)[1]
        known = bare and name in (_BUILTINS if path.endswith(".py") else {"eval"})
        function = name == "Function" and call.new and bare
        given = call.args[-1:] if function else call.args[:1]
        if not (known or function or name in _VM) or not given or _is_fixed(db, path, call, given[0]):
            continue
        if not _in_sandbox(path, facts, call):
            checked = _is_checked(db, path, facts, call, given[0])
            found.append(Run(path, call.line, f"`{name}` runs text as code", checked))
    return tuple(found)


def _is_fixed(db: Database, path: str, call: code.Call, given: code.Expr) -> bool:
    """Whether the text is a constant of the program."""
    held = values(db, path, call.block, given)
    return bool(held) and all(isinstance(value, Const) for value in held)


def _in_sandbox(path: str, facts: ModuleIndex, call: code.Call) -> bool:
    own = facts.node_name(call.block)
    return bool((tokens(path) | tokens(own) | tokens(last_name(call.callee))) & _SANDBOX)


def _is_checked(db: Database, path: str, facts: ModuleIndex, call: code.Call, given: code.Expr) -> bool:
    """Whether a branch before it leaves unless the same value matches a pattern as a whole."""
    names = {p.id for p in inside(given, facts.module) if isinstance(p, code.Name)}
    owner = facts.owner(call.block)
    for block in facts.module.blocks:
        if block.kind != "if" or block.line > call.line or facts.owner(block.parent) != owner:
            continue
        for part in (p for head in block.heads for p in inside(head, facts.module)):
            if not isinstance(part, code.CallRef):
                continue
            check = facts.module.calls[part.call]
            tested = {
                p.id for a in check.args for p in inside(a, facts.module) if isinstance(p, code.Name)
            }
            if last_name(check.callee) in _CHECKS and tested & names and _whole(db, path, check):
                return True
    return False


def _whole(db: Database, path: str, check: code.Call) -> bool:
    """Whether a match is of the whole text: `fullmatch`, or a pattern that ends in `$`."""
    if last_name(check.callee) == "fullmatch":
        return True
    if not path.endswith(".py"):
        return True
    patterns = [
        v for a in check.args[:1] for v in values(db, path, check.block, a) if isinstance(v, Const)
    ]
    return any(isinstance(v.value, str) and v.value.endswith(("$", r"\Z")) for v in patterns)


@query
def fed_in(db: Database, path: str) -> tuple[Run, ...]:
    """The shells and statements of one file that take what a model wrote."""
    facts = index(db, path)
    if facts is None:
        return ()
    taint, origin = Taint(db), ToolOrigin(db)
    found = []
    for call, given, what in _sinks(db, path, facts):
        if _in_sandbox(path, facts, call) or _is_fixed(db, path, call, given):
            continue
        if taint.of(path, call.block, given):
            said = f"{what} takes text that a model wrote"
        elif origin.of(path, call.block, given):
            said = f"{what} takes an argument that a model chose"
        else:
            continue
        found.append(Run(path, call.line, said, _is_checked(db, path, facts, call, given)))
    return tuple(found)


def _sinks(db: Database, path: str, facts: ModuleIndex) -> Iterator[tuple[code.Call, code.Expr, str]]:
    for call in facts.module.calls:
        if call.element or not call.args:
            continue
        name, first = last_name(call.callee), call.args[0]
        shell = argument(call, "shell")
        if (isinstance(shell, code.Literal) and shell.value is True) or _is_shell(db, path, call, name):
            yield call, first, "a shell"
        elif name in _RAW_SQL and _base_words(call) & _SQL_BASES:
            yield call, first, "a raw statement"
        elif name in _BUILT_SQL and _is_sql(call, name) and _is_built(db, path, facts, call, first):
            yield call, first, "a statement built from text"


def _is_sql(call: code.Call, name: str) -> bool:
    """Whether a name is that of a database's function: the `text` of a search client is another one."""
    return name != "text" or isinstance(call.callee, code.Name) or bool(_base_words(call) & _SQL_TEXT)


def _is_shell(db: Database, path: str, call: code.Call, name: str) -> bool:
    """Whether a call hands its text to a shell whatever its options."""
    if name in _SHELLS:
        return _from(db, path, call, ("os", "subprocess", "asyncio", "commands"))
    return name in _SCRIPT_SHELLS and _from(db, path, call, ("child_process", "node:child_process"))


def _from(db: Database, path: str, call: code.Call, roots: tuple[str, ...]) -> bool:
    for value in values(db, path, call.block, call.callee):
        extern = value.extern if isinstance(value, Made) else value
        if isinstance(extern, Extern) and extern.module in roots:
            return True
    return False


def _base_words(call: code.Call) -> frozenset[str]:
    base = call.callee.base if isinstance(call.callee, code.Attribute) else None
    return tokens(last_name(base)) if base is not None else frozenset()


def _is_built(db: Database, path: str, facts: ModuleIndex, call: code.Call, given: code.Expr) -> bool:
    """Whether a statement is put together from text with values inserted."""
    if isinstance(given, code.Template):
        return True
    if not isinstance(given, (code.Name, code.Attribute, code.Operation)):
        return False
    if isinstance(given, code.Operation):
        return given.operator == "+"
    if not isinstance(given, code.Name):
        return False
    for binding in facts.lookup(call.block, given.id)[1]:
        if binding.kind == "param" and last_name(call.callee) != "query":
            return last_name(call.callee) in ("execute", "text", "exec_driver_sql", "executescript")
        if binding.kind == "assign":
            value = facts.module.assigns[binding.index].value
            if isinstance(value, code.Template) or facts.module.assigns[binding.index].augmented:
                return True
    return False
