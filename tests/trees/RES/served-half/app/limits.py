limiter = None
