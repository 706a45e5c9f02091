"""Whether an eval step can stop a change: it can fail, it has a criterion, and it is not skipped."""

from __future__ import annotations

import re

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.evals.eval_code import eval_code, shallow
from shipsmith_controls.links.evals.eval_steps import EvalStep
from shipsmith_controls.links.evals.evals import conftests, eval_runs
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, last_name
from shipsmith_controls.links.values.pieces import ORDERS
from shipsmith_controls.queries import Database, query

_EXITS = frozenset({"exit", "_exit", "sys.exit", "SystemExit", "Exit"})
_FAILED = frozenset(
    "fail failed failing failures fails passed passing regressions regressed errors ok below".split()
)
_FLAG_CALLS = frozenset({"getenv", "get"})
_SECRET = frozenset("key keys token secret password credential credentials pat".split())
_LENIENT = {"PROMPTFOO_FAILED_TEST_EXIT_CODE": "0", "PROMPTFOO_PASS_RATE_THRESHOLD": "0"}
_MEASURES = frozenset(
    "score scores rate share accuracy threshold required minimum min mean average avg ratio pass recall "
    "precision mrr ndcg f1 coverage kappa percent percentage quality similarity correct passed failed "
    "failures baseline groundedness faithfulness relevance metric metrics result results".split()
)


def lenience(db: Database, step: EvalStep) -> tuple[int, str] | None:
    """(line, why) a failing eval does not fail the workflow; None when it does."""
    if step.job.continue_on_error:
        line = _line_with(db, step, step.job.line, "continue-on-error")
        return line, "`continue-on-error` on the job lets a failing eval pass"
    if step.step.continue_on_error:
        line = _line_with(db, step, step.step.line, "continue-on-error")
        return line, "`continue-on-error` on the step lets a failing eval pass"
    if step.tolerated:
        return step.line, "the command's failure is swallowed (`|| true`, `set +e` or a pipe)"
    values = {v.name: (v.value or "", v.line) for v in (*step.job.env, *step.step.env)}
    values |= {name: (value, step.line) for name, value in step.env}
    for name, lenient in _LENIENT.items():
        value, line = values.get(name, ("", 0))
        if value.strip("\"'") == lenient:
            return line, f"`{name}={lenient}` lets a failing eval pass"
    return None


def _line_with(db: Database, step: EvalStep, start: int, word: str) -> int:
    """The first line from `start` on that holds a word; `start` itself when none does."""
    lines = lines_of(db, step.path)
    return next((i for i, text in enumerate(lines, 1) if i >= start and word in text), start)


@query
def criterion(db: Database, run_path: str) -> int:
    """Line at which a run fails on bad results (in its first file that does); 0 when it never does."""
    run = next((r for r in eval_runs(db) if r.path == run_path), None)
    if run is None:
        return 0
    if run.is_config:
        config = family(db, "config", run.path)
        nodes = [n for root in config.roots for n in root.walk()] if isinstance(config, Config) else []
        return next(
            (node.line for trail, node in nodes if trail and trail[-1] in ("assert", "redteam")), 0
        )
    for part in run.files:
        line = _fails_at(db, part)
        if line:
            return line
    return 0


@query
def _fails_at(db: Database, path: str) -> int:
    facts = index(db, path)
    if facts is None:
        return 0
    own = eval_code(db, path)
    framed = [line for key, line in own.frameworks if key == "deepeval"]
    if own.asserts or framed:
        return (*own.asserts, *framed)[0]
    for call in facts.module.calls:
        if facts.module.language == "typescript" and last_name(call.callee) == "expect":
            return call.line
        if last_name(call.callee) in _EXITS and _judges(facts, call):
            return call.line
    for out in facts.module.exits:
        if out.kind == "raise" and _under_score(facts, out.block):
            return out.line
    return 0


def _judges(facts: ModuleIndex, call: code.Call) -> bool:
    """Whether an exit depends on results: a condition around it, or in what it hands over."""
    given = call.args[0] if call.args else None
    if given is None or (isinstance(given, code.Literal) and given.value in (0, None)):
        return False
    if _under_score(facts, call.block):
        return True
    if any(_compares(part) for part in shallow(given)):
        return True
    for part in shallow(given):
        if isinstance(part, code.CallRef):
            name = last_name(facts.module.calls[part.call].callee)
            inner = [a for a in facts.module.calls[part.call].args if isinstance(a, code.CallRef)]
            names = {name, *(last_name(facts.module.calls[a.call].callee) for a in inner)}
            if any(_returns_verdict(facts, n) for n in names):
                return True
    return False


def _returns_verdict(facts: ModuleIndex, name: str) -> bool:
    at = facts.by_qualname.get(name, -1)
    for out in facts.returns.get(at, ()):
        if out.value is not None and any(_compares(p) for p in shallow(out.value)):
            return True
        fails = isinstance(out.value, code.Literal) and out.value.value not in (0, None)
        if fails and _under_score(facts, out.block):
            return True
    return False


def _under_score(facts: ModuleIndex, block: int) -> bool:
    """Whether a block hangs on a comparison of results, rather than on missing input or an error."""
    for around in facts.above(block):
        here = facts.module.blocks[around]
        if here.kind == "except":
            return False
        if here.kind == "if" and any(_compares(p) for head in here.heads for p in shallow(head)):
            return True
        if here.kind == "function":
            return False
    return False


def _compares(part: code.Expr) -> bool:
    if isinstance(part, code.Operation) and part.operator in ORDERS:
        # A comparison with 1 or nothing counts input, a comparison of two names weighs a result.
        words = [
            tokens(last_name(p)) for p in shallow(part) if isinstance(p, (code.Name, code.Attribute))
        ]
        return any(w & _MEASURES for w in words)
    if isinstance(part, (code.Name, code.Attribute)):
        return bool(tokens(last_name(part)) & _FAILED)
    return (
        isinstance(part, code.Choice)
        and part.test is not None
        and any(_compares(p) for p in shallow(part.test))
    )


@query
def flags_of(db: Database, run_path: str) -> tuple[str, ...]:
    """Variables without which a run skips itself; keys and other secrets apart."""
    run = next((r for r in eval_runs(db) if r.path == run_path), None)
    found: dict[str, None] = {}
    for part in (*(run.files if run is not None else ()), *conftests(db, run_path)):
        found |= dict.fromkeys(_flags(db, part))
    return tuple(found)


@query
def _flags(db: Database, path: str) -> tuple[str, ...]:
    facts = index(db, path)
    if facts is None:
        return ()
    names = _constants(facts)
    found: list[str] = []
    for i, block in enumerate(facts.module.blocks):
        if block.kind == "if" and _skips(facts, i):
            for head in block.heads:
                found += _variables(facts, head, names)
    for call in facts.module.calls:
        if last_name(call.callee) in ("skipif", "skipIf", "runIf") and call.args:
            found += _variables(facts, call.args[0], names)
    return tuple(dict.fromkeys(f for f in found if not tokens(f) & _SECRET))


def _skips(facts: ModuleIndex, block: int) -> bool:
    """Whether the branch ends here, or skips a test: what follows needs the condition."""
    inner = [c for c in facts.module.calls if c.block == block]
    if any(last_name(c.callee) in ("skip", "exit") for c in inner):
        return True
    hook = facts.owner(block)
    named = facts.module.functions[hook].name if hook >= 0 else ""
    leaves = any(o.block == block and o.kind == "return" and o.value is None for o in facts.module.exits)
    return leaves and named.startswith("pytest_")


def _constants(facts: ModuleIndex) -> dict[str, code.Expr]:
    return {
        a.target.id: a.value
        for a in facts.module.assigns
        if a.block == 0 and isinstance(a.target, code.Name) and a.value is not None
    }


def _variables(
    facts: ModuleIndex, expr: code.Expr, names: dict[str, code.Expr], depth: int = 0
) -> list[str]:
    """Environment variables that an expression reads, through constants of the module."""
    found: list[str] = []
    for part in shallow(expr):
        if isinstance(part, code.CallRef):
            call = facts.module.calls[part.call]
            read = last_name(call.callee) in _FLAG_CALLS and bool(call.args)
            key = call.args[0] if read else None
            key = names.get(key.id, key) if isinstance(key, code.Name) else key
            if isinstance(key, code.Literal) and isinstance(key.value, str) and key.value.isupper():
                found.append(key.value)
            elif depth < 3:
                for given in call.args:
                    found += _variables(facts, given, names, depth + 1)
        elif isinstance(part, code.Subscript) and isinstance(part.index, code.Literal):
            if isinstance(part.index.value, str) and part.index.value.isupper():
                found.append(part.index.value)
        elif isinstance(part, code.Attribute) and isinstance(part.base, code.Attribute):
            if part.base.name == "env":
                found.append(part.name)
        elif isinstance(part, code.Name) and part.id in names and depth < 3:
            found += _variables(facts, names[part.id], names, depth + 1)
    return found


def unset_flags(db: Database, step: EvalStep) -> tuple[str, ...]:
    """Variables that the runs of a step demand and that the workflow does not set."""
    given = {v.name for v in (*step.job.env, *step.step.env) if v.value} | {name for name, _ in step.env}
    given |= set(re.findall(r"\b([A-Z][A-Z0-9_]+)=", step.step.run))
    for other in step.job.steps:
        given |= set(re.findall(r"\b([A-Z][A-Z0-9_]+)=[^\n]*GITHUB_ENV", other.run))
    return tuple(flag for run in step.runs for flag in flags_of(db, run) if flag not in given)
