"""Which prompts eval runs exercise: those that reach a model on their way, or that they name."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.calls import Node, file_calls
from shipsmith_controls.links.calls.reach import outline, reach
from shipsmith_controls.links.evals.eval_cases import case_sets
from shipsmith_controls.links.evals.eval_code import eval_code, shallow
from shipsmith_controls.links.evals.eval_named import config_texts, files_named, is_result, names_data
from shipsmith_controls.links.evals.evals import EvalRun, eval_runs, origin
from shipsmith_controls.links.evals.graph_nodes import nodes_asked
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.prompts.prompts import Prompt, fed
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.modules import imports_in_tree, resolve
from shipsmith_controls.queries import Database, query


@query
def covered_prompts(db: Database) -> frozenset[Prompt]:
    """The production prompts that some eval run exercises."""
    touched = touched_functions(db)
    near = _near(db)
    named = _named_files(db)
    symbols = _handed_symbols(db)
    found: set[Prompt] = set()
    for each in fed(db):
        reached = each.generation.node in touched
        for prompt in each.prompts:
            # Through one wrapper all prompts reach a model: the prompt's own module must be run too.
            own = prompt.path in near or language_of(prompt.path) is None
            if (reached and own) or prompt.path in named or (prompt.path, prompt.line) in symbols:
                found.add(prompt)
    return frozenset(found)


@query
def _near(db: Database) -> frozenset[str]:
    """Files with a function that eval runs call, and the files from which these take names."""
    files = {node.path for node in touched_functions(db)}
    taken = {target for path in files for target, _ in imports_in_tree(db, path)}
    holders = {target for target in taken if not _defines_functions(db, target)}
    return frozenset(files | holders)


@query
def _defines_functions(db: Database, path: str) -> bool:
    """Whether a module is more than a list of texts and settings."""
    facts = index(db, path)
    return facts is not None and bool(facts.module.functions)


@query
def touched_functions(db: Database) -> frozenset[Node]:
    """Production functions that eval runs call, directly or through others."""
    graph = reach(db)
    below: dict[Node, list[Node]] = {}
    for own, bases in graph.overrides.items():
        for base in bases:
            below.setdefault(base, []).append(own)
    started = _started(db)
    # A class that is called starts its constructor.
    seen = started | {Node(node.path, f"{node.name}.{maker}") for node in started for maker in _MAKERS}
    pending = list(seen)
    while pending:
        node = pending.pop()
        following = [edge.target for edge in graph.edges.get(node, ())]
        makers = (Node(node.path, f"{node.name}.{m}") for m in _MAKERS)
        following += [*below.get(node, ()), *(maker for maker in makers if maker in graph.edges)]
        for target in following:
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


_MAKERS = ("__init__", "constructor")


@query
def fed_runs(db: Database) -> tuple[EvalRun, ...]:
    """Eval runs whose cases are seen, or that need none: a run without data exercises nothing."""
    return tuple(run for run in eval_runs(db) if _is_fed(db, run))


def _is_fed(db: Database, run: EvalRun) -> bool:
    sets = [each for each in case_sets(db) if run.path in each.runs]
    if run.is_test or run.is_config or any(each.distinct or each.name for each in sets):
        return True
    if sets:
        return False
    attacks = {f.key for f in load().tables.evaluation if f.red_team}
    if any(key in attacks for part in run.files for key, _ in eval_code(db, part).frameworks):
        return True
    return not any(
        names_data(text) and not is_result(text) and not files_named(db, part, text)
        for part in run.files
        for text, _ in eval_code(db, part).texts
    )


def _started(db: Database) -> set[Node]:
    found: set[Node] = set()
    for run in fed_runs(db):
        found |= {entry.node for entry in run.routes}
        for part in run.files:
            calls = file_calls(db, part)
            for edge in calls.edges:
                if is_production(db, edge.target.path):
                    found.add(origin(db, edge.target))
            found.update(nodes_asked(db, part))
            made = {c.layers[0][0] for call in calls.model for c in call.clients if c.layers}
            found |= {
                node for node in outline(db).leading if node.path in made and is_production(db, node.path)
            }
    return found


@query
def _named_files(db: Database) -> frozenset[str]:
    """Files that eval runs name, in code or in settings."""
    found: set[str] = set()
    for run in fed_runs(db):
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
    for run in fed_runs(db):
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
