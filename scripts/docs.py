"""Write the made pages of docs/: keys.md and controls/. `--check` only says which are not current."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from keys_page import PAGE as KEYS
from keys_page import page as keys_page
from shipsmith_controls import catalogue
from shipsmith_controls.catalogue import Control
from shipsmith_controls.scorecard import DIMENSIONS

CONTROLS = Path(__file__).resolve().parents[1] / "docs" / "controls"
_MADE = "Made by `make docs` from `controls/shipsmith_controls/catalogue/`."
_ATTESTED = {
    "done": "A person may attest it: it then counts as done.",
    "not_applicable": "A person may attest that it does not apply: it then leaves the score.",
}


def control_section(control: Control) -> str:
    """One control: its words as the catalogue has them."""
    parts = [f"## {control.id} {control.title}", f"{control.severity.value}, for `{control.applies}`"]
    told = (
        ("", control.question),
        ("Why", control.why),
        ("Looks for", control.looks_for),
        ("Applies to", control.applies_note),
        ("Fix", control.fix),
        ("Attestation", _ATTESTED.get(control.attestable, "")),
        ("References", "; ".join(control.refs)),
        ("Check", "" if control.check else "Not built yet: it is listed, never judged."),
    )
    parts += [f"**{title}.** {text}" if title else f"*{text}*" for title, text in told if text]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Every made page, with its text."""
    made = {KEYS: keys_page()}
    index = [f"# Controls\n\n{_MADE}\n"]
    for key, group in groupby(catalogue.load().controls, key=lambda control: control.dimension):
        controls = list(group)
        title = f"{key} {DIMENSIONS[key]}"
        sections = "\n".join(map(control_section, controls))
        made[CONTROLS / f"{key}.md"] = f"# {title}\n\n{_MADE}\n\n{sections}"
        rows = "\n".join(f"| {c.id} | {c.title} | {c.severity.value} |" for c in controls)
        index.append(f"## [{title}]({key}.md)\n\n| id | control | severity |\n|---|---|---|\n{rows}\n")
    made[CONTROLS / "README.md"] = "\n".join(index)
    return made


def main() -> int:
    """Write the pages; 1 when they were only to be checked and one is not current."""
    made = pages()
    unknown = set(CONTROLS.glob("*.md")) - set(made)
    stale = [page for page, text in made.items() if not page.exists() or page.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for page in sorted([*stale, *unknown]):
            print(
                f"docs/{page.relative_to(CONTROLS.parent)} is not current: run make docs", file=sys.stderr
            )
        return 1 if stale or unknown else 0
    CONTROLS.mkdir(exist_ok=True)
    for page in stale:
        page.write_text(made[page], encoding="utf-8")
    for page in unknown:
        page.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
