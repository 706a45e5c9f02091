"""Structured data files as one shape: YAML, JSON, TOML and HCL, each value with its line.

Nothing is constructed, no tag or merge key is acted upon, and depth and size are bounded before
anything is built, so that no file can stall or crash its reader.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from shipsmith_controls.facts import _hcl, _json, _toml, _yaml
from shipsmith_controls.facts._nodes import Malformed
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.facts.text import decode

Format: TypeAlias = Literal["yaml", "json", "toml", "hcl"]

_READERS: dict[str, Callable[[str], tuple[Node, ...]]] = {
    "yaml": _yaml.read,
    "json": _json.read,
    "toml": _toml.read,
    "hcl": _hcl.read,
}


def extract(source: bytes, format: Format) -> Config:  # noqa: A002 - the word of the contract
    """The values of a structured file; one that cannot be read has `error` and no roots.

    JSON may hold comments and trailing commas. In YAML a plain `on` or `yes` is text, a merge key
    stays an entry `<<`, and a custom tag stays visible: `!Ref X` is the text `!Ref X`, a tagged
    list or mapping is a mapping of one entry, the tag. Numbers beyond 64 bits are text.
    """
    try:
        return Config(format, _READERS[format](decode(source)))
    except Malformed as error:
        return Config(format, (), str(error))
