"""Small trees written for a test, and what the links find in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from shipsmith_controls.judge import Judge
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.calls.reach import reach
from shipsmith_controls.links.calls.settings import SettingName, effective
from shipsmith_controls.queries import Database


@contextmanager
def tree(folder: Path, files: Mapping[str, str]) -> Iterator[Database]:
    """The database of a tree with these files."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text).lstrip("\n"))
    with Judge(folder) as judge:
        judge.update()
        yield judge.db


def entries_in(folder: Path, files: Mapping[str, str]) -> set[str]:
    """AI entry points as `kind path function`."""
    with tree(folder, files) as db:
        return {f"{e.kind} {e.path} {e.function}".strip() for e in ai_entries(db)}


def calls_in(folder: Path, files: Mapping[str, str]) -> dict[str, list[str]]:
    """Model calls as `kind path:line`, each with its clients as `type path:line`, or `?`."""
    with tree(folder, files) as db:
        return {
            f"{call.kind} {call.path}:{call.line}": sorted(client.type for client in call.clients)
            for call in reach(db).calls
        }


def setting_in(folder: Path, files: Mapping[str, str], name: SettingName) -> set[str]:
    """What a setting of the only LLM call may be, as `state number path:line`."""
    with tree(folder, files) as db:
        (call,) = (call for call in reach(db).calls if call.is_llm)
        return {
            f"{e.state.value} {'' if e.number is None else f'{e.number:g} '}{e.path}:{e.line}"
            for e in effective(db, call, name)
        }
