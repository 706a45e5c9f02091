"""Write docs/screenshot.svg: the dashboard on the demo, with a real worker and a real scorecard.

Run it with `make screenshot`, or name another tree, theme or file: see --help.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from shipsmith_tui.dashboard.app import Dashboard
from shipsmith_tui.dashboard.transport import WorkerEnded, WorkerProcess
from shipsmith_tui.demo_tree import temporary_demo

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "screenshot.svg"
MOST_SECONDS = 60
SETTLE_SECONDS = 0.5


async def draw(
    root: Path, theme: str, size: tuple[int, int], keys: list[str], *, compared: bool = False
) -> str:
    """The dashboard on a tree as SVG, once it was judged and the source preview is there.

    `compared` waits for what is new since the base, too.

    Raises:
        TimeoutError: the worker did not judge the tree in time.
        WorkerEnded: the worker ended with an error.
    """
    app = Dashboard(lambda: WorkerProcess(root), root=root, theme=theme)
    async with app.run_test(size=size) as pilot:
        async with asyncio.timeout(MOST_SECONDS):
            while (
                app.board.scorecard is None or app.board.stale or (compared and app.board.since is None)
            ):
                if app.board.ended:
                    raise WorkerEnded(app.board.ended)
                await pilot.pause(0.05)
        await pilot.press(*keys)
        await pilot.pause(SETTLE_SECONDS)
        return app.export_screenshot(title="shipsmith")


@contextlib.contextmanager
def tree(path: Path | None) -> Iterator[Path]:
    """The tree that was named, else a copy of the demo."""
    if path is not None:
        yield path.resolve()
    else:
        with temporary_demo() as root:
            yield root


def edit(root: Path) -> None:
    """Lose one limit and gain one timeout, as an afternoon's work may."""
    for name, before, after in (
        ("app/summaries.py", "        max_tokens=500,\n", ""),
        (
            "app/llm.py",
            "api_key=settings.openai_api_key)",
            "api_key=settings.openai_api_key, timeout=20.0)",
        ),
    ):
        file = root / name
        text = file.read_text(encoding="utf-8")
        if before not in text:
            raise SystemExit(f"{name} of the demo no longer holds {before.strip()!r}")
        file.write_text(text.replace(before, after), encoding="utf-8")


def main() -> int:
    """Draw and write; 1 when the tree could not be judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, help="draw this tree instead of the demo")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--size", default="150x36", help="columns x lines")
    parser.add_argument("--keys", default="2 down", help="keys to press first, separated by spaces")
    parser.add_argument(
        "--edited", action="store_true", help="with an edit of the demo that is not committed, for `b`"
    )
    parser.add_argument("--to", type=Path, default=PICTURE)
    options = parser.parse_args()
    columns, lines = map(int, options.size.split("x"))
    os.environ.pop("NO_COLOR", None)
    with tree(options.tree) as root:
        if options.edited and options.tree is None:
            edit(root)
        try:
            picture = asyncio.run(
                draw(
                    root,
                    options.theme,
                    (columns, lines),
                    options.keys.split(),
                    compared=options.edited,
                )
            )
        except TimeoutError:
            print(f"{root} was not judged within {MOST_SECONDS} s", file=sys.stderr)
            return 1
        except WorkerEnded as error:
            print(error, file=sys.stderr)
            return 1
    options.to.parent.mkdir(parents=True, exist_ok=True)
    options.to.write_text(picture, encoding="utf-8")
    print(options.to)
    return 0


if __name__ == "__main__":
    sys.exit(main())
