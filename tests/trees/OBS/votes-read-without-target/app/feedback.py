from app.db import session, Feedback


def save_feedback(question: str, score: int | None) -> None:
    session.add(Feedback(question=question, score=score))
    session.commit()
