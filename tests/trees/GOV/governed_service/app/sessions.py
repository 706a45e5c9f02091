def find_user(token: str) -> dict | None:
    return {"id": token} if token else None
