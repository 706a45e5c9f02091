"""The dashboard: panes that show what a worker says of a tree. `run` is its door."""

from __future__ import annotations

from pathlib import Path

__all__ = ["run"]


def run(root: Path, *, theme: str | None = None, first_start: bool = False) -> int:
    """Show the dashboard for a tree until the user leaves; returns the exit code.

    143 and 129 after SIGTERM and SIGHUP. Needs a terminal: the caller asks `isatty` first.
    `first_start` shows the five most used keys until one is pressed.
    """
    import shipsmith_themes

    from shipsmith_tui.dashboard.app import Dashboard
    from shipsmith_tui.dashboard.transport import WorkerProcess

    root = root.resolve()
    app = Dashboard(
        lambda: WorkerProcess(root),
        root=root,
        theme=theme or shipsmith_themes.DEFAULT,
        first_start=first_start,
    )
    app.run()
    return app.return_code or 0
