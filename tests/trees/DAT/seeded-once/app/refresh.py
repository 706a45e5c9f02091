import schedule

from app.store import add, page


@schedule.repeat(schedule.every().day)
def refresh() -> None:
    for name in ("start.md", "leave.md"):
        add(name, page(name))
