"""Environment variables that a deploy file sets, and conditions in code that hang on variables.

What starts only when a variable is set (env-gated) counts in full once a deploy file
gives that variable a literal, a secret reference or a default that is not empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.files.deploy import deploy_files, deploy_jobs
from shipsmith_controls.links.tree import index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, inside, parts_of
from shipsmith_controls.links.values.value import Const, Env
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

_STAGES = frozenset(
    "node_env env environment app_env python_env flask_env django_env rails_env vercel_env stage "
    "running_in_production production debug ci next_runtime".split()
)
_PASSED = re.compile(r"^\$\{?(?P<name>\w+)\}?$|^\$\{\w+:?[-=](?P<default>.*)\}$")
_QUOTED = re.compile(r"""^(?P<quote>["'])(?P<text>.*)(?P=quote),?$""")
_PARAMETER = re.compile(r"""^\s*(?:param|variable)\s+"?(?P<name>\w+)"?[^=]*=\s*(?:''|"")\s*$""")
_FALSE = frozenset({"", "false", "0", "no", "off", "none", "null"})


class Setting(msgspec.Struct, frozen=True):
    """A variable that a deploy file sets; `value` as written, without quotes."""

    path: str
    line: int
    value: str

    @property
    def is_on(self) -> bool:
        """Whether it switches something on."""
        return self.value.strip().lower() not in _FALSE


@query
def deployed(db: Database, name: str) -> Setting | None:
    """Where a deploy file gives a variable a value; pass-through and empty values give none."""
    paths = [path for path, _ in deploy_files(db)] + [job.path for job in deploy_jobs(db)]
    found = (each for path in dict.fromkeys(paths) for each in _in_file(db, path, name))
    return next((each for each in found if each.value.strip()), None)


@query
def _in_file(db: Database, path: str, name: str) -> tuple[Setting, ...]:
    lines = lines_of(db, path)
    given = re.compile(
        rf"""(?<![\w$\{{]){re.escape(name)}["']?\s*(?:=|:)\s*(?P<value>\S.*)$""",
    )
    named = re.compile(rf"""\b(?:name|key|Name)["']?\s*[:=]\s*["']?{re.escape(name)}["']?\s*,?\s*$""")
    found: list[Setting] = []
    for i, text in enumerate(lines):
        if name not in text or text.lstrip().startswith(("#", "//")):
            continue
        hit = given.search(text)
        value = hit["value"] if hit else _beside(lines, i) if named.search(text) else None
        if value is not None and not text.lstrip().upper().startswith("ARG "):
            found.append(Setting(path, i + 1, _plain(value, lines)))
    return tuple(found)


def _beside(lines: tuple[str, ...], at: int) -> str | None:
    """The value of a `name:` entry: on the line after or before it."""
    for i in (at + 1, at + 2, at - 1):
        if 0 <= i < len(lines):
            hit = re.match(
                r"""\s*(?:-\s*)?["']?(value|valueFrom|secretRef|Value)["']?\s*[:=]\s*(.*)$""", lines[i]
            )
            if hit:
                return hit[2] or hit[1]
    return None


def _plain(value: str, lines: tuple[str, ...]) -> str:
    """The value without quotes; "" for what only passes something on that has no default."""
    text = value.strip().rstrip(",").strip()
    quoted = _QUOTED.match(text)
    if quoted:
        text = quoted["text"]
    passed = _PASSED.match(text)
    if passed:
        return passed["default"] or ""
    if not quoted and re.fullmatch(r"(?:var\.)?\w+", text):
        bare = text.removeprefix("var.")
        empty = (m for line in lines if (m := _PARAMETER.match(line)))
        if any(m["name"] == bare for m in empty):
            return ""
    return text


class Gate(msgspec.Struct, frozen=True):
    """A condition on variables: `names` of which one must be set, and where it is tested."""

    names: tuple[str, ...]
    path: str
    line: int


def is_open(db: Database, gate: Gate) -> bool:
    """Whether a deploy file sets one of the variables of a gate."""
    settings = (deployed(db, name) for name in gate.names)
    return any(setting is not None and setting.is_on for setting in settings)


def gate_of(db: Database, path: str, block: int, expr: code.Expr) -> Gate | None:
    """The variables that a condition hangs on; None for a test of the production mode, or none."""
    facts = index(db, path)
    if facts is None or _is_negated(expr):
        return None
    names: dict[str, None] = {}
    for part in inside(expr, facts.module):
        compares = isinstance(part, code.Operation) and part.operator in ("==", "===", "!=", "!==")
        if compares and any(
            isinstance(o, code.Literal) and isinstance(o.value, str) for o in parts_of(part)
        ):
            names.update(dict.fromkeys(_variables(db, path, block, part)))
    for part in (expr, *_operands(expr)):
        names.update(dict.fromkeys(_variables(db, path, block, part)))
    if not names or any(name.lower() in _STAGES for name in names):
        return None
    return Gate(tuple(names), path, expr.line)


def _operands(expr: code.Expr) -> Iterator[code.Expr]:
    if isinstance(expr, code.Operation):
        for operand in expr.operands:
            yield operand
            yield from _operands(operand)
    elif isinstance(expr, code.Choice):
        for option in expr.options:
            yield option
            yield from _operands(option)


def _is_negated(expr: code.Expr) -> bool:
    return isinstance(expr, code.Operation) and expr.operator in ("not", "!")


def _variables(db: Database, path: str, block: int, expr: code.Expr) -> Iterator[str]:
    """Environment variables behind an expression; a setting that is off by default stands for its own."""
    if isinstance(expr, (code.Literal, code.Operation)):
        yield from _read_inside(db, path, block, expr)
        return
    for value in Walk(db).values(path, block, expr):
        if isinstance(value, Env):
            yield value.name
        elif isinstance(value, Const) and isinstance(expr, (code.Name, code.Attribute)):
            shipped_off = value.value is None or value.value is False or value.value == ""
            name = expr.name if isinstance(expr, code.Attribute) else expr.id
            if shipped_off and not _is_local(db, path, block, expr):
                yield name.upper()


def _read_inside(db: Database, path: str, block: int, expr: code.Expr) -> Iterator[str]:
    facts = index(db, path)
    for part in inside(expr, facts.module) if facts is not None else ():
        if isinstance(part, (code.CallRef, code.Subscript, code.Attribute, code.Name)):
            for value in Walk(db).values(path, block, part):
                if isinstance(value, Env):
                    yield value.name


def _is_local(db: Database, path: str, block: int, expr: code.Expr) -> bool:
    """Whether a name is a plain variable of the function (a flag of its own), no setting."""
    facts = index(db, path)
    if facts is None or not isinstance(expr, code.Name):
        return False
    scope, bindings = facts.lookup(block, expr.id)
    return scope != 0 or all(b.kind != "assign" and b.kind != "import" for b in bindings)


def gates_around(db: Database, path: str, facts: ModuleIndex, block: int, line: int) -> Iterator[Gate]:
    """The gates of the `if` blocks around a line of a block, and of early returns above it."""
    for i in facts.above(block):
        here = facts.module.blocks[i]
        if here.kind == "if":
            for head in here.heads:
                gate = gate_of(db, path, here.parent, head)
                if gate is not None:
                    yield gate
        if here.kind == "function":
            yield from _early_returns(db, path, facts, i, line)
            return


def _early_returns(db: Database, path: str, facts: ModuleIndex, body: int, before: int) -> Iterator[Gate]:
    """`if not KEY: return` at the top of a function."""
    for out in facts.module.exits:
        holder = facts.module.blocks[out.block]
        if out.kind != "return" or holder.kind != "if" or holder.parent != body or out.line > before:
            continue
        for head in holder.heads:
            if _is_negated(head) and isinstance(head, code.Operation):
                gate = gate_of(db, path, holder.parent, head.operands[0])
                if gate is not None:
                    yield gate


class Assigned(msgspec.Struct, frozen=True):
    """A variable of the process that code sets, and the variables that this hangs on."""

    name: str
    value: str
    path: str
    line: int
    gated: tuple[str, ...] = ()


@query
def variables_set(db: Database, path: str) -> tuple[Assigned, ...]:
    """Environment variables that one file sets in code."""
    facts = index(db, path)
    if facts is None:
        return ()
    found: list[Assigned] = []
    for assign in facts.module.assigns:
        name = _variable(assign.target)
        if name is None or not isinstance(assign.value, code.Literal):
            continue
        gates = gates_around(db, path, facts, assign.block, assign.line)
        closed = next((g.names for g in gates if not is_open(db, g)), ())
        found.append(Assigned(name, str(assign.value.value), path, assign.line, closed))
    return tuple(found)


def _variable(target: code.Expr) -> str | None:
    """The name in `os.environ["NAME"]` or `process.env.NAME`."""
    match target:
        case code.Subscript(base=code.Attribute(name="environ"), index=code.Literal(value=str() as name)):
            return name
        case code.Attribute(base=code.Attribute(base=code.Name(id="process"), name="env"), name=name):
            return name
    return None
