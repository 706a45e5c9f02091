from fastapi import APIRouter

from app.store import db

router = APIRouter(prefix="/admin/llm")


@router.put("/default")
def set_default_model(model: str, user: str) -> None:
    db.session.add({"default": model})
