from fastapi import FastAPI

from app.sync import forget

app = FastAPI()


@app.delete("/tickets/{ticket_id}")
def deleted(ticket_id: str) -> None:
    forget(ticket_id)
