class Failures:
    def insert(self, record: str, reason: str) -> None:
        print(record, reason)


failures = Failures()
