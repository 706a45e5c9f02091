from app.db import rows


def tokens_used_today(user: str) -> int:
    return sum(row.tokens for row in rows(user))


def messages_today(user: str) -> int:
    return len(rows(user))
