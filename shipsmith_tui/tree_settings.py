"""The settings of a tree: `shipsmith.toml` and `.shipsmith/controls`, checked, and begun by `init`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from shipsmith_controls.scorecard import Scorecard

_HEAD = """\
# What people decided about this tree; shipsmith reads it and writes acknowledgements into it.
# `shipsmith config schema tree` prints its schema for editors, `shipsmith config validate` checks it.

# Files that are not judged, as globs.
# exclude = ["vendor/**"]
"""
_REST = """
# A control that has no place here: it leaves the score and stays in sight.
# [[off]]
# control = "ADO-07"
# reason = "we have no users outside of the team"
# by = "dev@example.com"
# on = 2026-11-23

# A control that matters more or less here.
# [[severity]]
# control = "RES-03"
# severity = "low"
# reason = "nightly batch; a re-run is enough"
# by = "dev@example.com"
# on = 2026-11-23

# Your own controls stand in .shipsmith/controls/*.toml, in the words of shipsmith's catalogue.
"""


def mistakes(root: Path) -> list[str]:
    """Everything that is wrong with the settings of the tree at `root`, a sentence each.

    Raises:
        OSError: the folder cannot be opened.
    """
    from shipsmith_controls import own_controls
    from shipsmith_controls.judge import Judge
    from shipsmith_controls.scorecard import Status

    from shipsmith_tui import remembered

    with Judge(root, remembered.facts_folder(root)) as engine:
        card = engine.update()
        found = [str(engine.trouble)] if engine.trouble is not None else []
        own = {rule.control.id for rule in engine.own.rules}
    idle = [
        f"{control.id}: {control.verdict.note}"
        for control in card.controls
        if control.id in own
        and control.verdict.status is Status.NOT_APPLICABLE
        and "of the tree" in control.verdict.note
    ]
    return [*found, *map(str, card.mistakes), *(f"{own_controls.FOLDER}: {said}" for said in idle)]


def template(card: Scorecard) -> str:
    """A commented `shipsmith.toml` for a tree as it was judged; it changes nothing by itself."""
    lines = [_HEAD, "# What the tree was taken for. Take the # away to correct a line; true or false."]
    lines.append("# [traits]")
    for trait in card.seen:
        shown = f"{trait.evidence[0].path}:{trait.evidence[0].line}" if trait.evidence else "not seen"
        setting = f"{trait.name} = {json.dumps(trait.holds)}"
        # A line end in a path would end the comment.
        lines.append(f"# {setting:<20} # {trait.meaning} ({json.dumps(shown, ensure_ascii=False)[1:-1]})")
    return "\n".join([*lines, _REST])


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False))
def init(path: Path) -> int:
    """Begin a commented shipsmith.toml in PATH with what was detected there; never overwrites one."""
    from shipsmith_controls.ledger import FILE_NAME, LedgerError

    from shipsmith_tui import headless, ledger_file

    try:
        if ledger_file.read(path) is not None:
            raise click.UsageError(f"{path / FILE_NAME} is there already; it was left as it is.")
        card, _ = headless.judge(path)
        ledger_file.create(path, template(card).encode("utf-8", "replace"))
    except (LedgerError, ledger_file.LedgerFileError) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be judged: {error.strerror or error}.") from None
    click.echo(f"{path / FILE_NAME} is written; every line of it is a comment until you change it.")
    return 0
