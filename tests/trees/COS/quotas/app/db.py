def rows(user: str) -> list:
    return []
