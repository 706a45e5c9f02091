"""Which prompts eval runs exercise: those that reach a model on their way, or that they name."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls import Node, file_calls
from shipsmith_controls.links.eval_code import eval_code, shallow
from shipsmith_controls.links.eval_named import config_texts, files_named
from shipsmith_controls.links.evals import eval_runs, origin
from shipsmith_controls.links.modules import resolve
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.prompts import Prompt, fed
from shipsmith_controls.links.reach import reach
from shipsmith_controls.links.tree import index
from shipsmith_controls.queries import Database, query


@query
def covered_prompts(db: Database) -> frozenset[Prompt]:
    """The production prompts that some eval run exercises."""
    touched = touched_functions(db)
    named = _named_files(db)
    symbols = _handed_symbols(db)
    found: set[Prompt] = set()
    for each in fed(db):
        reached = each.generation.node in touched
        for prompt in each.prompts:
            if reached or prompt.path in named or (prompt.path, prompt.line) in symbols:
                found.add(prompt)
    return frozenset(found)


@query
def touched_functions(db: Database) -> frozenset[Node]:
    """Production functions that eval runs call, directly or through others."""
    graph = reach(db)
    below: dict[Node, list[Node]] = {}
    for own, bases in graph.overrides.items():
        for base in bases:
            below.setdefault(base, []).append(own)
    pending = list(_started(db))
    seen = set(pending)
    while pending:
        node = pending.pop()
        following = [edge.target for edge in graph.edges.get(node, ())]
        following += [*below.get(node, ()), *(Node(node.path, f"{node.name}.{m}") for m in _MAKERS)]
        for target in following:
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


_MAKERS = ("__init__", "constructor")


def _started(db: Database) -> set[Node]:
    found: set[Node] = set()
    for run in eval_runs(db):
        found |= {entry.node for entry in run.routes}
        for part in run.files:
            calls = file_calls(db, part)
            for edge in calls.edges:
                if is_production(db, edge.target.path):
                    found.add(origin(db, edge.target))
            made = {c.layers[0][0] for call in calls.model for c in call.clients if c.layers}
            found |= {
                node for node in reach(db).leading if node.path in made and is_production(db, node.path)
            }
    return found


@query
def _named_files(db: Database) -> frozenset[str]:
    """Files that eval runs name, in code or in settings."""
    found: set[str] = set()
    for run in eval_runs(db):
        found.update(run.prompts)
        texts = [(part, text) for part in run.files for text, _ in eval_code(db, part).texts]
        texts += [(path, text) for path in run.settings for text, _, _ in config_texts(db, path)]
        for home, text in texts:
            if "." in text and " " not in text and "://" not in text:
                found.update(files_named(db, home, text))
    return frozenset(found)


@query
def _handed_symbols(db: Database) -> frozenset[tuple[str, int]]:
    """(file, line) of module-level texts that eval runs import and hand to a call."""
    found: set[tuple[str, int]] = set()
    for run in eval_runs(db):
        for part in run.files:
            facts = index(db, part)
            if facts is None:
                continue
            handed = {
                piece.id
                for call in facts.module.calls
                for given in (*call.args, *(k.value for k in call.keywords))
                for piece in shallow(given)
                if isinstance(piece, code.Name)
            }
            asserted = set(eval_code(db, part).asserts)
            for imported in facts.module.imports:
                if imported.alias not in handed or imported.line in asserted:
                    continue
                target = resolve(db, part, imported.module)
                other = index(db, target) if target is not None else None
                if target is None or other is None:
                    continue
                for binding in other.bindings.get((0, imported.name or ""), ()):
                    if binding.kind == "assign":
                        value = other.module.assigns[binding.index]
                        found.add((target, value.line))
                        found.add((target, value.value.line if value.value is not None else value.line))
    return frozenset(found)
