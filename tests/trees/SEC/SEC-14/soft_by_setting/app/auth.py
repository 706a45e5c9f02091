from fastapi import Header


def current_user(authorization: str = Header()) -> int:
    return int(authorization)
