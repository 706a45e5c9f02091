from app.store import AuditEntry, Session


def record(actor: str, action: str, details: dict) -> None:
    with Session() as session:
        session.add(AuditEntry(actor=actor, action=action, details=details))
        session.commit()
