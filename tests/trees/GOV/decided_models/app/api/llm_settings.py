from fastapi import APIRouter

from app.audit import audit_log
from app.store import db

router = APIRouter(prefix="/admin/llm")


@router.put("/default")
def set_default_model(model: str, user: str) -> None:
    db.session.add({"default": model})
    audit_log(actor=user, change=f"default model {model}")
