from fastapi import APIRouter

from app import audit
from app.agent import answer

router = APIRouter()


@router.post("/login")
def login(user_id: str) -> dict:
    audit.record(user_id, "login", {"method": "password"})
    return {"ok": True}


@router.post("/chat")
def chat(text: str) -> str:
    return answer(text)
