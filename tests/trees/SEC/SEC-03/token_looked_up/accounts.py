import sqlite3


class Users:
    def by_token(self, token: str) -> object | None:
        rows = sqlite3.connect("accounts.db").execute("select * from users where token = ?", (token,))
        return rows.fetchone()


users = Users()
