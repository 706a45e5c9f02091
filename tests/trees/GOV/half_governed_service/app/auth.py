from fastapi import Header, HTTPException

from app.settings import settings

if not settings().server.auth.enabled:

    def authenticated() -> bool:
        return True

else:

    def authenticated(authorization: str = Header("")) -> bool:
        if authorization != settings().server.auth.secret:
            raise HTTPException(status_code=401)
        return True


def with_key(x_api_key: str = Header("")) -> None:
    if not x_api_key:
        raise HTTPException(status_code=401, detail="Send a key.")
