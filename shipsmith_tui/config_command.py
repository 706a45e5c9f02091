"""`shipsmith config`: what the settings are, where they are, whether they are right."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def config() -> None:
    """Show and check the settings: config.toml and themes/ in your configuration folder."""


@config.command()
def path() -> int:
    """Print where config.toml is, or would be."""
    from shipsmith_tui import settings

    click.echo(settings.file())
    return 0


@config.command()
def show() -> int:
    """Print all settings as they hold now, as a config.toml with what each is for."""
    from shipsmith_tui import settings
    from shipsmith_tui.dashboard.keymap import bound, every_binding, keymap
    from shipsmith_tui.dashboard.keys import sentence

    loaded = settings.load()
    keys = keymap(loaded.settings.keys, settings.FILE_NAME).keys
    for name in loaded.settings.__struct_fields__:
        if name != "keys":
            origin = "" if name in loaded.given else "  (default)"
            click.echo(f"# {settings.about(name)}{origin}")
            click.echo(f"{name} = {json.dumps(getattr(loaded.settings, name), ensure_ascii=False)}\n")
    click.echo(f"# {settings.about('keys')}\n[keys]")
    for binding in every_binding():
        mark = "" if binding.id in keys else "# "
        key = json.dumps(bound(binding, keys).key)
        click.echo(f"{f'{mark}{binding.id} = {key}':<40}  # {sentence(binding)}")
    return _complain()


@config.command()
@click.argument("path", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False))
def validate(path: Path) -> int:
    """Check config.toml, your themes, and the settings of the tree PATH; exit 2 on a mistake."""
    from shipsmith_tui import tree_settings

    try:
        code = _complain(tree_settings.mistakes(path))
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
    if code == 0:
        click.echo("all right")
    return code


@config.command()
@click.argument("file", type=click.Choice(["config", "tree"]), default="config")
def schema(file: str) -> int:
    """Print the JSON schema of config.toml, or of the tree's shipsmith.toml, for editors."""
    from shipsmith_controls import ledger_entries

    from shipsmith_tui import settings

    shape = settings.schema() if file == "config" else ledger_entries.schema()
    click.echo(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **shape}, indent=2))
    return 0


def mistakes() -> list[str]:
    """Everything that is wrong with the user's files, a sentence each."""
    import shipsmith_themes

    from shipsmith_tui import settings
    from shipsmith_tui.dashboard.keymap import keymap

    loaded = settings.load()
    found = [*loaded.problems, *keymap(loaded.settings.keys, settings.FILE_NAME).problems]
    own, errors = shipsmith_themes.load_folder(settings.themes_folder())
    themes = (*shipsmith_themes.load(), *own)
    if shipsmith_themes.find(loaded.settings.theme, themes) is None:
        sentence = settings.no_theme(loaded.settings.theme, [theme.name for theme in themes])
        found.append(f"{settings.FILE_NAME}: {sentence}")
    return [*found, *(f"themes/{error}" for error in errors)]


def _complain(others: Sequence[str] = ()) -> int:
    from shipsmith_widgets.showing import show as shown

    found = [*mistakes(), *others]
    for sentence in found:
        click.echo(f"shipsmith: {shown(sentence, limit=2_000)}", err=True)
    sys.stderr.flush()
    return 2 if found else 0
