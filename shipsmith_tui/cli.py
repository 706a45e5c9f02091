"""The command line. Data goes to standard output, everything else to standard error.

Exit codes: 0 judged, 1 below `--fail-under` or new failures with `--fail-on-new`, 2 usage, 3 nothing to
judge; 70 a fault of shipsmith.
The engine and the screen are imported inside commands, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shipsmith_tui.config_command import config
from shipsmith_tui.tree_settings import init

if TYPE_CHECKING:
    from types import TracebackType
    from typing import IO, Any

    from shipsmith_controls.catalogue import Control

BELOW, USAGE, NOTHING_TO_JUDGE, FAULT, INTERRUPTED = 1, 2, 3, 70, 130

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Refusal(click.ClickException):
    """Something a person can put right, told in a sentence on standard error."""

    exit_code = USAGE

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence; it may quote names from the tree."""
        from shipsmith_widgets.showing import show

        click.echo(f"shipsmith: {show(self.message, limit=2_000)}", file=file or sys.stderr)


class _Commands(click.Group):
    """A group whose first word may be a path: then the dashboard opens there."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {*self.commands, "-h", "--help", "--version"}
        if not args or args[0] not in own:
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage("shipsmith", "[--theme NAME] [--base REF] [--plain] [PATH]")
        formatter.write_usage("shipsmith", "COMMAND …")


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(package_name="shipsmith-tui", prog_name="shipsmith", message="%(prog)s %(version)s")
def app() -> None:
    """Judge the production readiness of an AI application while you code.

    Without a command the dashboard opens on PATH (here by default). Without a terminal, in a pipe or
    in CI, the scorecard is printed as text. Nothing of the tree is run, sent or changed.
    """


@app.command("open", hidden=True)
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--theme", metavar="NAME", help="Theme to start with.")
@click.option("--plain", is_flag=True, help="A line per change instead of panes, for screen readers.")
@click.option("--base", metavar="REF", help="Compare with where the branch left REF.")
def open_dashboard(path: Path, theme: str | None, plain: bool, base: str | None) -> int:
    """Open the dashboard on PATH; without a terminal, print the scorecard as text."""
    return _open(tree_at(path), theme, plain=plain, base=base)


@app.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report."
)
@click.option("--fail-under", type=click.IntRange(0, 100), metavar="N", help="Exit 1 below a score of N.")
@click.option("--base", metavar="REF", help="Say what is new and fixed since the branch left REF.")
@click.option(
    "--fail-on-new",
    is_flag=True,
    help="Exit 1 when something fails that did not at the base (by default where the branch left "
    "the default branch) and is not acknowledged.",
)
@click.option("--workflow", metavar="NAME", help="Judge one AI workflow of the tree.")
def scan(
    path: Path,
    form: str,
    fail_under: int | None,
    base: str | None,
    fail_on_new: bool,
    workflow: str | None,
) -> int:
    """Judge PATH once and print the scorecard.

    Exit codes: 0 judged, 1 below --fail-under or new failures with --fail-on-new, 2 usage or no
    base, 3 nothing to judge.
    """
    since = "" if fail_on_new and base is None else base
    return _print_scan(tree_at(path), form, fail_under, since, fail_on_new=fail_on_new, workflow=workflow)


@app.command()
@click.argument("control", metavar="[ID]", required=False)
def controls(control: str | None) -> int:
    """List the controls, or explain the one called ID."""
    from shipsmith_controls import catalogue

    known = catalogue.load()
    if control is None:
        _list_controls(list(known.controls))
        return 0
    found = known.get(control.upper())
    if found is None:
        near = difflib.get_close_matches(control.upper(), [c.id for c in known.controls], n=1)
        hint = f"did you mean {near[0]}?" if near else "`shipsmith controls` lists them all."
        raise Refusal(f"no control is called {control}; {hint}")
    _explain_control(found)
    return 0


@app.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port.")
@click.option("--host", default="127.0.0.1", hidden=True)
def serve(path: Path, port: int, host: str) -> int:
    """Show the dashboard in a browser on this machine, read only.

    The editor and the ledger are switched off there. Needs the extra `shipsmith-tui[serve]`.
    """
    from shipsmith_tui import serving

    try:
        return serving.serve(tree_at(path).resolve(), host, port)
    except serving.ServingError as error:
        raise Refusal(str(error)) from None


@app.command(hidden=True)
@click.argument("path", type=click.Path(path_type=Path))
def served(path: Path) -> int:
    """One dashboard of `serve`, which speaks to a page instead of a terminal."""
    from shipsmith_tui import dashboard

    return dashboard.run(tree_at(path), read_only=True)


@app.command()
@click.option("--theme", metavar="NAME", help="Theme to start with.")
@click.option("--to", type=click.Path(path_type=Path), help="Copy the demo here and keep it.")
def demo(theme: str | None, to: Path | None) -> int:
    """Open the dashboard on a copy of the bundled demo, an AI help desk with nine gaps to close."""
    from shipsmith_tui.demo_tree import DemoError, copy_demo, temporary_demo

    try:
        if to is not None:
            return _show_demo(copy_demo(to), theme)
        with temporary_demo() as root:
            return _show_demo(root, theme)
    except DemoError as error:
        raise Refusal(str(error)) from None


app.add_command(config)
app.add_command(init)


def tree_at(path: Path) -> Path:
    """The folder to judge.

    Raises:
        Refusal: it does not exist, is no folder, or may not be read.
    """
    if not os.path.lexists(path):
        near = difflib.get_close_matches(str(path), app.commands, n=1)
        hint = f"; did you mean `shipsmith {near[0]}`?" if near else ""
        raise Refusal(f"{path} does not exist{hint}")
    if not path.is_dir():
        raise Refusal(f"{path} is no folder; name the folder of the tree to judge")
    if not os.access(path, os.R_OK | os.X_OK):
        raise Refusal(f"{path} may not be read; check its permissions")
    return path


def _show_demo(root: Path, theme: str | None) -> int:
    click.echo(f"The demo stands in {root}: edit it there and watch the score.", err=True)
    return _open(root, theme)


def _open(root: Path, theme: str | None, *, plain: bool = False, base: str | None = None) -> int:
    """Watch a tree: in panes, in lines where that is wanted, else only once."""
    from shipsmith_tui import settings

    on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if plain or (on_terminal and (os.environ.get("TERM") == "dumb" or settings.load().settings.plain)):
        from shipsmith_tui import plain as lines

        return lines.run(root)
    if not on_terminal:
        return _print_scan(root, "text", None, base)
    if theme is not None:
        _known_theme(theme)
    from shipsmith_tui import dashboard

    return dashboard.run(root, theme=theme, base=base or "", first_start=_first_start())


def _known_theme(name: str) -> None:
    import shipsmith_themes

    from shipsmith_tui import settings

    themes = (*shipsmith_themes.load(), *shipsmith_themes.load_folder(settings.themes_folder())[0])
    if shipsmith_themes.find(name, themes) is None:
        raise Refusal(settings.no_theme(name, [theme.name for theme in themes]))


def _first_start() -> bool:
    """Whether the dashboard never ran for this user; remembered in the user's state folder."""
    import platformdirs

    marker = Path(platformdirs.user_state_dir("shipsmith")) / "started"
    if marker.exists():
        return False
    with contextlib.suppress(OSError):
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    return True


def _print_scan(
    root: Path,
    form: str,
    fail_under: int | None,
    since: str | None = None,
    *,
    fail_on_new: bool = False,
    workflow: str | None = None,
) -> int:
    """Judge and print; `since` is a revision to compare with, "" for the default branch.

    `workflow` is the one to tell of, None for the whole tree.
    """
    from shipsmith_controls.ledger import LedgerError
    from shipsmith_controls.tree.base import BaseError
    from shipsmith_controls.workflows import NoWorkflowError

    from shipsmith_tui import headless, report, since_report
    from shipsmith_tui.ledger_file import LedgerFileError

    try:
        card, view, compared = headless.judge_since(root, since, workflow=workflow)
    except (BaseError, NoWorkflowError) as error:
        raise Refusal(str(error)) from None
    except (LedgerError, LedgerFileError) as error:
        raise Refusal(f"{error}. Nothing was judged, because the file says what to leave out.") from None
    except OSError as error:
        raise Refusal(f"{root} cannot be judged: {error.strerror or error}") from None
    if form == "json":
        click.echo(report.as_json(card, view, compared), nl=False)
    else:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        click.echo(report.as_text(card, view, compared, colour=colour), nl=False)
    if card.score is None:
        click.echo(f"shipsmith: {report.nothing_to_judge(card)}", err=True)
        return NOTHING_TO_JUDGE
    if fail_under is not None and card.score < fail_under:
        click.echo(f"shipsmith: the score {card.score} is below {fail_under}", err=True)
        return BELOW
    if fail_on_new and compared is not None:
        new = len(since_report.open_new(card, view, compared.since))
        if new:
            gaps = "1 new gap" if new == 1 else f"{new:,} new gaps"
            click.echo(f"shipsmith: {gaps} since {compared.name}", err=True)
            return BELOW
    return 0


def _list_controls(known: list[Control]) -> None:
    dimension = ""
    for control in known:
        if control.dimension != dimension:
            dimension = control.dimension
            click.echo(f"{'' if control is known[0] else chr(10)}{_dimension_name(dimension)}")
        mark = "" if control.check else "  (not built)"
        click.echo(f"  {control.id}  {control.severity.value:<8}  {control.title}{mark}")


def _explain_control(control: Control) -> None:
    click.echo(f"{control.id} {control.title}")
    click.echo(f"{_dimension_name(control.dimension)} · {control.severity.value}")
    parts = [
        ("Question", control.question),
        ("Why", control.why),
        ("Looks for", control.looks_for),
        ("Applies", control.applies_note),
        ("Fix", control.fix),
        ("References", "; ".join(control.refs)),
    ]
    for title, text in parts:
        if text:
            click.echo(f"\n{title}")
            click.echo(click.wrap_text(text, 80, "  ", "  ", preserve_paragraphs=True))
    for language, snippet in control.snippets.items():
        click.echo(f"\n{language}")
        click.echo(textwrap.indent(snippet.strip("\n"), "  "))
    if not control.check:
        click.echo("\nIts check is not built yet: it is listed, never judged, and leaves the score.")


def _dimension_name(key: str) -> str:
    from shipsmith_controls.scorecard import DIMENSIONS

    return f"{key} {DIMENSIONS[key]}"


def main() -> None:
    """Entry point of the `shipsmith` command."""
    sys.excepthook = _report_fault
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot draw a character gets a question mark, never a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = app.main(prog_name="shipsmith", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader went away; what is left in the buffer must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code or 0)


def _report_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Python's own exit code for an error is 1, which scripts would take for a low score."""
    sys.__excepthook__(kind, error, trace)
    sys.stderr.flush()
    os._exit(FAULT)
