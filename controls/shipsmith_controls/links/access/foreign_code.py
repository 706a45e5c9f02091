"""Loads of models, indexes and artefacts, and which of them run code that came with the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.hazards import hazard_files
from shipsmith_controls.links.files.deploy import deploy_files
from shipsmith_controls.links.production import is_production, is_test_path, tokens
from shipsmith_controls.links.tree import index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, inside, last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.links.values.value import Const, Extern
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_FLAGS = ("trust_remote_code", "allow_dangerous_deserialization")
_PICKLES = frozenset({"pickle", "_pickle", "cloudpickle", "joblib", "dill", "cPickle"})
_READS = frozenset({"load", "loads", "Unpickler"})
_LOADERS = frozenset(
    "from_pretrained SentenceTransformer CrossEncoder load_file load_local read_index InferenceSession "
    "Llama safe_open from_gguf".split()
)
_LIBRARIES = (
    "sentence_transformers",
    "transformers",
    "safetensors",
    "torch",
    "llama_cpp",
    "onnxruntime",
    "faiss",
    "vllm",
    "joblib",
    "langchain_community.vectorstores",
)
_PIPES = frozenset({"stdin", "stdout", "recv", "pipe"})
_SCRIPTS = frozenset({"script", "scripts", "notebook", "notebooks", "tools"})
_DEPLOYED = re.compile(
    r"""--trust-remote-code\b|\bTRUST_REMOTE_CODE["']?\s*[:=]\s*["']?(?:true|1)\b""", re.IGNORECASE
)
_VALUE = re.compile(r"""name:\s*["']?TRUST_REMOTE_CODE\b""")
_ON = re.compile(r"""value:\s*["']?(?:true|1)\b""", re.IGNORECASE)


class Load(msgspec.Struct, frozen=True):
    """A load of a local model, index or artefact; `risk` says why it runs foreign code, "" if not."""

    path: str
    line: int
    risk: str = ""
    aside: bool = False
    """It stands in a script, notebook or example."""


@query
def loads(db: Database) -> tuple[Load, ...]:
    """Every load in the tree, tests apart."""
    paths = set(hazard_files(db, "load"))
    for module in _LIBRARIES:
        paths.update(p for p in by_import(db).get(module, ()) if p.endswith(".py"))
    found = [load for path in sorted(paths) if not is_test_path(path) for load in loads_in(db, path)]
    for path, _ in deploy_files(db):
        found.extend(_deployed(db, path))
    return tuple(found)


@query
def loads_in(db: Database, path: str) -> tuple[Load, ...]:
    """The loads of one file."""
    facts = index(db, path)
    if facts is None:
        return ()
    aside = not is_production(db, path) or bool(tokens(path.rpartition("/")[0]) & _SCRIPTS)
    found = dict(_loads(db, path, facts))
    return tuple(Load(path, line, risk, aside) for line, risk in sorted(found.items()))


def _loads(db: Database, path: str, facts: ModuleIndex) -> Iterator[tuple[int, str]]:
    module = facts.module
    for call in module.calls:
        name = last_name(call.callee)
        if name in _LOADERS:
            yield call.line, ""
        yield from _flagged(db, path, call)
        if name in _READS:
            for value in values(db, path, call.block, call.callee):
                if isinstance(value, Extern):
                    yield from _unpickled(facts, call, value)
    for function in module.functions:
        for param in function.params:
            default = param.default
            if param.name in _FLAGS and isinstance(default, code.Literal) and default.value is True:
                yield param.line, f"{param.name} is True unless a caller says otherwise"


def _flagged(db: Database, path: str, call: code.Call) -> Iterator[tuple[int, str]]:
    for flag in _FLAGS:
        given = argument(call, flag)
        if given is None:
            continue
        on = any(isinstance(v, Const) and v.value is True for v in values(db, path, call.block, given))
        yield given.line, f"{flag}=True runs code that comes with the file" if on else ""


def _unpickled(facts: ModuleIndex, call: code.Call, value: Extern) -> Iterator[tuple[int, str]]:
    if value.module == "torch" and value.name == "load":
        safe = argument(call, "weights_only")
        on = isinstance(safe, code.Literal) and safe.value is True
        yield call.line, "" if on else "torch.load unpickles the file without weights_only=True"
    elif value.module.split(".")[0] in _PICKLES:
        own = _dumps_too(facts, call, value)
        yield call.line, "" if own else f"{value.module} runs whatever the file says"


def _dumps_too(facts: ModuleIndex, call: code.Call, value: Extern) -> bool:
    """Whether the same module wrote what is loaded: a local file, a pipe, a copy in memory."""
    written = {"dump", "dumps"}
    first = call.args[0] if call.args else None
    for part in inside(first, facts.module) if first is not None else ():
        if isinstance(part, code.CallRef) and last_name(facts.module.calls[part.call].callee) == "dumps":
            return True
    piped = first is not None and any(last_name(p) in _PIPES for p in inside(first, facts.module))
    if not value.name.endswith("load") and not piped:
        return False
    root = (dotted(call.callee) or "").partition(".")[0]
    return any(
        last_name(other.callee) in written and (dotted(other.callee) or "").startswith(root)
        for other in facts.module.calls
    )


@query
def _deployed(db: Database, path: str) -> tuple[Load, ...]:
    """Model containers that are told to trust the code of a model."""
    lines = lines_of(db, path)
    found = []
    for i, line in enumerate(lines):
        split = _VALUE.search(line) and i + 1 < len(lines) and _ON.search(lines[i + 1])
        if (_DEPLOYED.search(line) or split) and not line.lstrip().startswith("#"):
            found.append(Load(path, i + 1, "the model container runs code that comes with the model"))
    return tuple(found)
