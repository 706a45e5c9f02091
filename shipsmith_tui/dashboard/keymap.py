"""Rebinding: keys that a user gave to actions, by binding id; what cannot be is refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from shipsmith_controls.knowledge.reading import nearest
from shipsmith_widgets.control_list import ControlList
from shipsmith_widgets.lines import Lines
from textual.binding import Binding, BindingType
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

from shipsmith_tui.dashboard.keys import GROUPS, SCREEN_KEYS

_RESERVED = {"ctrl+c": "quits", "ctrl+q": "quits", "ctrl+p": "opens the palette"}
_MODIFIERS = re.compile(r"(?:(?:ctrl|shift|alt|super)\+)*")
_NAMED = {key.value for key in Keys if not key.value.startswith("<")} | {*KEY_NAME_REPLACEMENTS.values()}


class Keymap(NamedTuple):
    """Keys by binding id, as Textual takes them, and what was refused."""

    keys: dict[str, str]
    problems: tuple[str, ...] = ()


@cache
def every_binding() -> tuple[Binding, ...]:
    """All bindings that do something on the main screen, in the order of the help."""
    bound = [*_bindings(Lines.BINDINGS), *_bindings(ControlList.BINDINGS), *SCREEN_KEYS]
    order = list(GROUPS)
    known = [b for b in bound if b.id and b.id.split(".")[0] in GROUPS]
    return tuple(sorted(known, key=lambda b: order.index(str(b.id).split(".")[0])))


def bound(binding: Binding, keys: Mapping[str, str]) -> Binding:
    """A binding with the keys that a user gave it."""
    given = keys.get(binding.id or "")
    return replace(binding, key=given, key_display=None) if given else binding


def keymap(wanted: Mapping[str, str], source: str) -> Keymap:
    """What can be bound of `wanted`, keys by binding id. Two actions never share a key."""
    usual = {str(binding.id): binding for binding in every_binding()}
    keys: dict[str, str] = {}
    problems: list[str] = []
    for name, text in wanted.items():
        if name not in usual:
            hint = nearest(name, usual) or "; `?` lists the actions."
            problems.append(f"{source}: keys: no action is called `{name}`{hint}")
        elif wrong := next((key for key in _split(text) if not _is_key(key)), None):
            hint = nearest(wrong, _NAMED) or "; write it as o, ctrl+o, f5 or space."
            problems.append(f"{source}: keys: `{name}`: no key is called `{wrong}`{hint}")
        elif not _split(text):
            problems.append(f"{source}: keys: `{name}` has no key.")
        else:
            keys[name] = ",".join(_split(text))
    while clash := _clash(usual, keys):
        name, key, owner = clash
        del keys[name]
        if owner in _RESERVED:
            problems.append(f"{source}: keys: `{name}` cannot be {key}, which {_RESERVED[owner]}.")
        else:
            why = f"which is `{owner}`; give that another key, too."
            problems.append(f"{source}: keys: `{name}` cannot be {key}, {why}")
    return Keymap(keys, tuple(problems))


def _clash(usual: Mapping[str, Binding], keys: Mapping[str, str]) -> tuple[str, str, str] | None:
    """A rebound action, the key it may not have, and who has it."""
    taken = {key: key for key in _RESERVED}
    # What nobody rebound comes first: a rebound action gives way to it.
    for name in sorted(usual, key=lambda name: name in keys):
        for one in Binding.make_bindings([bound(usual[name], keys)]):
            owner = taken.setdefault(one.key, name)
            if owner != name:
                return name, one.key, owner
    return None


def _split(text: str) -> list[str]:
    if text.strip() == ",":
        return ["comma"]
    return [key.strip() for key in text.split(",") if key.strip()]


def _is_key(key: str) -> bool:
    last = _MODIFIERS.sub("", key, count=1)
    return len(last) == 1 or last in _NAMED or key_to_character(last) is not None


def _bindings(bound: Iterable[BindingType]) -> Iterator[Binding]:
    return (binding for binding in bound if isinstance(binding, Binding))
