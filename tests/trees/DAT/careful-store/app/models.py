from pydantic import BaseModel, Field


class Ticket(BaseModel):
    id: str
    subject: str = Field(min_length=3)
    body: str
