import sqlite3

connection = sqlite3.connect("chat.db")


def read_history(session: str) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT role, content FROM messages WHERE session = ?", (session,))
    return [(row[0], row[1]) for row in rows]
