"""What people think of an answer."""

import sqlite3

from fastapi import APIRouter

router = APIRouter()
database = sqlite3.connect("votes.db")


@router.post("/feedback")
def feedback(answer_id: str, up: bool) -> None:
    """Keep a vote."""
    database.execute("INSERT INTO votes VALUES (?, ?)", (answer_id, up))
