"""Writes articles for the magazine."""

from fastapi import FastAPI
from pydantic import BaseModel

from app.writer import write

app = FastAPI()


class Order(BaseModel):
    """An order of an article."""

    research: str
    products: str
    language: str = "en"
    session_id: str = ""


@app.post("/articles")
def create(order: Order) -> str:
    """A draft of an article."""
    return write(order.research, order.products, order.language)
