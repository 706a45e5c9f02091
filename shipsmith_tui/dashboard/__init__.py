"""The dashboard: panes that show what a worker says of a tree. `run` is its door."""

from __future__ import annotations

from pathlib import Path

__all__ = ["run"]


def run(
    root: Path,
    *,
    theme: str | None = None,
    base: str = "",
    first_start: bool = False,
    read_only: bool = False,
) -> int:
    """Show the dashboard for a tree until the user leaves; returns the exit code.

    143 and 129 after SIGTERM and SIGHUP. Needs a terminal: the caller asks `isatty` first.
    `base` is the revision whose merge base is compared with, "" for the default branch's.
    `first_start` shows the five most used keys until one is pressed. `read_only` switches off the
    editor and the ledger, for a screen that others may reach.
    """
    from shipsmith_tui import sessions, settings
    from shipsmith_tui.dashboard.app import Dashboard
    from shipsmith_tui.dashboard.transport import WorkerProcess

    root = root.resolve()
    user = settings.load()
    app = Dashboard(
        lambda: WorkerProcess(root, base=base),
        root=root,
        theme=theme or "",
        user=user,
        session=sessions.recall(root) if user.settings.resume else None,
        first_start=first_start,
        read_only=read_only,
    )
    app.run()
    if app.user.resume:
        sessions.keep(root, app.session)
    return app.return_code or 0
