from circuitbreaker import circuit


@circuit(failure_threshold=5)
def charge(amount: int) -> None:
    print("charged", amount)
