"""Every extractor is total: any bytes give facts that the wire can carry."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shipsmith_controls.facts import (
    ci,
    commands,
    containers,
    datasets,
    env,
    ignores,
    locks,
    manifests,
    owners,
    prose,
    secrets,
    structured,
    tasks,
)

EXTRACTORS: dict[str, Callable[[bytes], object]] = {
    "yaml": lambda source: structured.extract(source, "yaml"),
    "json": lambda source: structured.extract(source, "json"),
    "toml": lambda source: structured.extract(source, "toml"),
    "hcl": lambda source: structured.extract(source, "hcl"),
    "markdown": lambda source: prose.extract(source, "markdown"),
    "rst": lambda source: prose.extract(source, "rst"),
    "asciidoc": lambda source: prose.extract(source, "asciidoc"),
    "text": lambda source: prose.extract(source, "text"),
    "dockerfile": containers.extract,
    "compose": lambda source: containers.compose_services(structured.extract(source, "yaml")),
    "ci": lambda source: ci.workflow(structured.extract(source, "yaml")),
    "codeowners": lambda source: owners.owner_of(owners.codeowners(source), "a/b.py"),
    "contacts": owners.contacts,
    "catalog": lambda source: owners.catalog_owners(structured.extract(source, "yaml")),
    "shell": commands.shell,
    "makefile": tasks.makefile,
    "justfile": tasks.justfile,
    "procfile": tasks.procfile,
    "tox": tasks.tox,
    "noxfile": tasks.noxfile,
    "env": env.extract,
    "ignores": ignores.extract,
    "secrets": secrets.find,
    "jsonl": lambda source: datasets.extract(source, "jsonl"),
    "csv": lambda source: datasets.extract(source, "csv"),
    "rows": lambda source: datasets.extract(source, "yaml"),
} | {
    f"manifest {kind}": lambda source, kind=kind: manifests.extract(source, kind)
    for kind in ("pyproject", "requirements", "pipfile", "setup.cfg", "package.json")
}

PIECES = st.sampled_from(
    [
        b"\n", b"  ", b"\t", b": ", b"- ", b"= ", b"[", b"]", b"{", b"}", b"(", b")", b"'", b'"', b"`",
        b"\\", b"#", b"|", b"&&", b"||", b";", b"$(", b"${{", b"<<EOF\n", b"&a", b"*a", b"!t", b"---\n",
        b"***", b"```", b".. x::", b"|===", b"key", b"on", b"jobs", b"steps", b"run", b"script",
        b"services", b"environment", b"dependencies", b"a", b"1", b"\xff", b"\x00", b"\xed\xa0\x80",
        b"\xe2\x80\xa8", b"@x/y ", b"FROM ", b"ENV ", b"-r ", b"=", b"<", b">", b"<!--", b"-->", b"cd ",
        b"sh -c ", b"uv run ", b"1e999", b"\\ud800", b"0x", b",", b"tests",
    ]
)  # fmt: skip
SOURCES = st.binary(max_size=200) | st.lists(PIECES, max_size=40).map(b"".join)


@pytest.mark.parametrize("name", EXTRACTORS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(source=SOURCES)
@example(source=b"\xef\xbb\xbfa: 1")
@example(source=b"\xff\xfea\x00:\x00")
@example(source=b"[" * 3000)
@example(source=b"a: " * 3000)
@example(source=b"((" * 2000 + b"'")
def test_any_bytes_give_facts(name: str, source: bytes) -> None:
    extract = EXTRACTORS[name]
    facts = extract(source)
    assert extract(source) == facts
    msgspec.msgpack.encode(facts)


@pytest.mark.parametrize("name", EXTRACTORS)
def test_locks_take_any_bytes(name: str) -> None:
    source = name.encode() * 50 + b'\xff "openai": {\n'
    assert all(locks.locked(source, kind, ["openai"]) == () for kind in locks.LOCK_FILES)


HOSTILE = {
    "open notes": b"# shipsmith: ignore[",
    "open comments": b"x <!-- ",
    "dotted words": b"a.",
    "at signs": b"a@",
    "folders": b"cd a;",
    "swallowed": b"a || true && ",
    "list lines": b"- a\n  b\n",
    "recipe lines": b"a:\n\tx\n\tx\n",
    "open quotes": b'A="\n',
}


@pytest.mark.parametrize("name", EXTRACTORS)
def test_time_grows_with_the_file_only(name: str) -> None:
    for piece in HOSTILE.values():
        started = time.process_time()
        EXTRACTORS[name](piece * (60_000 // len(piece)))
        assert time.process_time() - started < 4
