"""Which command opens a file at a line in the user's editor. Never a shell, never inside the tree."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_PLUS = frozenset(
    {"vi", "vim", "nvim", "view", "nano", "emacs", "micro", "kak", "joe", "jed", "ne", "mg"}
)
_COLON = frozenset({"hx", "helix", "zed", "subl", "sublime_text", "zeditor"})
_GOTO = frozenset({"code", "code-insiders", "codium", "cursor", "windsurf"})
_JETBRAINS = frozenset({"idea", "pycharm", "webstorm", "goland"})
_WINDOWED = _GOTO | _JETBRAINS | {"zed", "zeditor", "subl", "sublime_text", "gvim", "gedit", "kate"}


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
    editor = Path(words[0]).name.removesuffix(".exe")
    graphical_emacs = editor == "emacsclient" and not {"-t", "-nw", "--tty"} & set(words)
    return EditorCommand(
        (*words, *_place(editor, str(path), max(line, 1))),
        in_terminal=editor not in _WINDOWED and not graphical_emacs,
    )


def _place(editor: str, path: str, line: int) -> tuple[str, ...]:
    if editor in _PLUS or editor in ("gvim", "emacsclient", "gedit"):
        return (f"+{line}", path)
    if editor in _COLON:
        return (f"{path}:{line}",)
    if editor in _GOTO:
        return ("-g", f"{path}:{line}")
    if editor in _JETBRAINS or editor == "kate":
        return ("--line", str(line), path)
    return (path,)
