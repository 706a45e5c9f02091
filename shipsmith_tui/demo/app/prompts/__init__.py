"""Prompts live in versioned files beside this module; code names them, it never holds them."""

from pathlib import Path
from string import Template

_HERE = Path(__file__).parent


def load_prompt(name: str, **values: str) -> str:
    """The text of a prompt such as `answer.v3`, with `$values` filled in."""
    text = (_HERE / f"{name}.md").read_text(encoding="utf-8")
    return Template(text.split("---", 2)[2].strip()).safe_substitute(values)
