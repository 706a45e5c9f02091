"""Which command opens a file at a line in the user's editor. Never a shell, never inside the tree."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from shipsmith_tui.dashboard.presets import Editor, editors

_UNKNOWN = Editor(names=(), place=("{path}",))


class EditorError(ValueError):
    """No editor can be started; the sentence says what to set."""


class EditorCommand(NamedTuple):
    """A command, and whether it needs the terminal for itself."""

    argv: tuple[str, ...]
    in_terminal: bool


def editor_command(
    environ: Mapping[str, str], path: Path, line: int, preferred: str = ""
) -> EditorCommand:
    """How the `preferred` editor, else `$VISUAL`, else `$EDITOR`, opens `path` (absolute) at `line`.

    An editor in whose own terminal the dashboard runs opens the place itself, with no second one inside.

    Raises:
        EditorError: none is set, or it cannot be read as a command.
    """
    candidates = {"editor": preferred, "$VISUAL": environ.get("VISUAL"), "$EDITOR": environ.get("EDITOR")}
    name, text = next(
        ((key, value) for key, value in candidates.items() if value and value.strip()), ("", "")
    )
    if not text:
        raise EditorError("No editor is set: put its command into $VISUAL or $EDITOR.")
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise EditorError(f"{name} cannot be read ({error}): {text}") from error
    if not words:
        raise EditorError(f"{name} holds no command: {text}")
    editor = editors().get(Path(words[0]).name.removesuffix(".exe"), _UNKNOWN)
    server = environ.get(editor.server, "") if editor.server else ""
    if server and editor.inside:
        return EditorCommand((words[0], *_filled(editor.inside, path, line, server)), in_terminal=False)
    return EditorCommand(
        (*words, *_filled(editor.place, path, line)),
        in_terminal=not editor.window or not set(editor.terminal).isdisjoint(words),
    )


def _filled(arguments: tuple[str, ...], path: Path, line: int, server: str = "") -> tuple[str, ...]:
    """Arguments of a preset for a place; `{path_quoted}` is the path as a Vim string."""
    values = {
        "path": str(path),
        "line": str(max(line, 1)),
        "server": server,
        "path_quoted": "'" + str(path).replace("'", "''") + "'",
    }
    return tuple(argument.format_map(values) for argument in arguments)
