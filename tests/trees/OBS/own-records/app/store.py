from app.db import session, Answer


def save_answer(text: str) -> None:
    session.add(Answer(text=text))
    session.commit()
