"""Lets only the desk and the web site in."""

import secrets
from typing import Annotated

from fastapi import Header, HTTPException

from app.settings import settings


def current_caller(authorization: Annotated[str, Header()] = "") -> str:
    """The caller's name; raises 401 for anybody without the desk's token."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secrets.compare_digest(token, settings.desk_token):
        raise HTTPException(status_code=401, detail="not signed in")
    return "desk"
