from datetime import timedelta

import redis
from cachetools import TTLCache

TOKEN_TTL = timedelta(hours=1)
models = TTLCache(maxsize=10, ttl=300)
store = redis.Redis()


def keep_token(user: int, token: str) -> None:
    store.set(f"token:{user}", token, ex=int(TOKEN_TTL.total_seconds()))
