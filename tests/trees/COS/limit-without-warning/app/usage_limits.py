def check_usage_limit(spent: float, limit: float) -> None:
    if spent > limit:
        raise PermissionError("monthly budget is used up")
