from app.store import add, page, pages


def already_seeded() -> bool:
    return pages.count() > 0


def seed() -> None:
    if already_seeded():
        return
    add("start.md", page("start.md"))


if __name__ == "__main__":
    seed()
