"""The service's endpoints."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, Field

from app.answers import AnswerUnavailable, answer
from app.auth import current_caller
from app.summaries import summarise
from app.telemetry import start_tracing
from app.triage import Triage, triage


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Start tracing before the first request."""
    start_tracing()
    yield


app = FastAPI(title="Harbor helpdesk", lifespan=lifespan, dependencies=[Depends(current_caller)])


class Question(BaseModel):
    """What a customer asks."""

    text: str = Field(min_length=3, max_length=2000)


class Ticket(BaseModel):
    """A ticket as it comes in."""

    subject: str = Field(max_length=200)
    body: str = Field(max_length=8000)


@app.post("/answers")
def post_answer(question: Question) -> dict[str, str]:
    """Answer a question; when that fails, tell the customer how to reach a person."""
    try:
        return {"answer": answer(question.text), "made_by": "ai"}
    except AnswerUnavailable:
        raise HTTPException(503, "No answer right now. Write to help@harbor.example.") from None


@app.post("/triage")
def post_triage(ticket: Ticket) -> Triage:
    """Sort a ticket; one that cannot be sorted goes to a person."""
    return triage(ticket.subject, ticket.body) or Triage(topic="other", urgent=False, needs_person=True)


@app.post("/summaries")
def post_summary(tickets: list[str]) -> dict[str, str]:
    """Summarise the day's tickets."""
    return {"summary": summarise(tickets[:500])}
