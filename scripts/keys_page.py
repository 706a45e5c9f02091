"""Write docs/keys.md from the bindings themselves; `--check` only says whether it is current."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from shipsmith_tui.dashboard.keymap import every_binding
from shipsmith_tui.dashboard.keys import GROUPS, key_name, sentence

PAGE = Path(__file__).resolve().parents[1] / "docs" / "keys.md"
_HEAD = """\
# Keys

Made by `python scripts/keys_page.py` from the bindings. Every action has an id, by which `config.toml`
gives it other keys ([configuration.md](configuration.md)); `?` shows the keys as they are bound.
"""
_TAIL = """
`ctrl+p` opens the palette and `ctrl+c` quits, wherever the keys are.

## In the dialogs

| key | does |
|---|---|
| `↑` `↓` | Go through the reasons that are offered, then back to your own words |
| `tab` | Next field |
| `←` `→` | What an acknowledgement covers: a place, a control, a control in a file, a whole file |
| `enter` | Write it into `shipsmith.toml` |
| `esc` | Leave, nothing is written |

## The filter

Words that must all match, in id, title, severity, status or place. `!x` leaves out what matches x.

| word | shows |
|---|---|
| `sev:high` `sev:critical,high` | controls of these severities; `sev:h` is enough |
| `is:failing` `is:todo` `is:missing` `is:partial` `is:ask` `is:done` | by verdict |
| `is:low` | verdicts of low confidence |
| `path:app/` | findings in these files only |

## The orders

`s` goes through them; the palette names them.

| order | first stands |
|---|---|
| severity | the worst |
| next best fix | most for least: points (2 missing, 1 partial) × severity (4 to 1) / open places |
| dimension | Data, then Model, and so on |
| file | the first path, each file named at its first control |
| effort | the fewest open places; a gap without a place counts as eight |
"""


def page() -> str:
    """The text of the page."""
    lines = [_HEAD]
    for group, bindings in groupby(every_binding(), key=lambda b: str(b.id).split(".")[0]):
        lines.append(f"## {GROUPS[group]}\n\n| key | does | id |\n|---|---|---|")
        for binding in bindings:
            keys = " ".join(f"`{name}`" for name in key_name(binding.key).split(" "))
            lines.append(f"| {keys} | {sentence(binding)} | `{binding.id}` |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n" + _TAIL


def main() -> int:
    """Write the page; 1 when it was only to be checked and is not current."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/keys.md is not current: run python scripts/keys_page.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
