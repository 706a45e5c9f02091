from app.db import session


def cancel_order(number: str) -> None:
    session.execute("UPDATE orders SET state = 'cancelled' WHERE number = :n", {"n": number})
    session.commit()


def save_credit(amount: float) -> None:
    session.execute("INSERT INTO credits (amount) VALUES (:a)", {"a": amount})


def limit_of_agent() -> float:
    return 50.0
