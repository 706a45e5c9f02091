def is_token_limit_exceeded(error: Exception) -> bool:
    return "token" in str(error)
