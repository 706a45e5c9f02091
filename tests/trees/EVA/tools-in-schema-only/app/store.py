"""Orders in the database."""

from sqlalchemy import create_engine, text

engine = create_engine("postgresql://orders")


class Orders:
    """The table of orders."""

    def find(self, number: str) -> object:
        """One order."""
        with engine.connect() as connection:
            return connection.execute(text("SELECT * FROM orders WHERE number = :n"), {"n": number}).one()

    def delete(self, number: str) -> None:
        """Remove an order."""
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM orders WHERE number = :n"), {"n": number})


orders = Orders()
