"""The system's own clipboard tool, for terminals that do not take copies themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from shipsmith_controls.tree.runner import find_program

_SECONDS = 2.0


def tool(environ: Mapping[str, str], tree: Path) -> tuple[str, ...] | None:
    """The command that reads a copy from its standard input, never one from inside the tree.

    None over SSH, where it would fill another machine's clipboard, and where there is none.
    """
    if "SSH_CONNECTION" in environ:
        return None
    candidates: list[tuple[str, ...]] = [("clip.exe",)]
    if sys.platform == "darwin":
        candidates = [("pbcopy",)]
    elif "WAYLAND_DISPLAY" in environ:
        candidates = [("wl-copy",)]
    elif "DISPLAY" in environ:
        candidates = [("xclip", "-selection", "clipboard"), ("xsel", "--input", "--clipboard")]
    for name, *arguments in candidates:
        if program := find_program(name, str(tree)):
            return (program, *arguments)
    return None


def copy(command: tuple[str, ...], text: str) -> bool:
    """Hand a text to a clipboard tool; False when it failed."""
    try:
        done = subprocess.run(  # noqa: S603 - an absolute program and fixed arguments
            command,
            input=text.encode(),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
