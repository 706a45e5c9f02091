from typing import Annotated

from fastapi import Depends, HTTPException, Request

from app.sessions import find_user


def current_user(request: Request) -> dict:
    token = request.headers.get("Authorization", "")
    user = find_user(token.removeprefix("Bearer "))
    return check(user)


def check(user: dict | None) -> dict:
    if user is None:
        raise HTTPException(status_code=401, detail="Sign in first.")
    return user


CurrentUser = Annotated[dict, Depends(current_user)]
