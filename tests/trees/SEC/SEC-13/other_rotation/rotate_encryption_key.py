def rotate_refresh_token(token: str) -> str:
    return token[::-1]
