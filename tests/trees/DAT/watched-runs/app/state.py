import datetime as dt


class Sources:
    last_success_at = dt.datetime.now(dt.UTC)
    last_record_count = 0


sources = Sources()
