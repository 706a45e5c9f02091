import httpx
from qdrant_client import QdrantClient
from qdrant_client.models import FieldCondition, Filter, MatchValue, PointStruct

from app.embedding import embed
from app.failures import failures
from app.models import Ticket

store = QdrantClient("http://qdrant:6333")
TICKETS = "https://desk.acme.dev/api/tickets"


def sync() -> None:
    for row in httpx.get(TICKETS, timeout=20).json():
        try:
            ticket = Ticket.model_validate(row)
            point = PointStruct(
                id=ticket.id, vector=embed(ticket.body), payload={"ticket_url": f"{TICKETS}/{ticket.id}"}
            )
            store.upsert("tickets", points=[point])
        except ValueError as error:
            failures.insert(row.get("id"), str(error))


def forget(ticket_id: str) -> None:
    match = FieldCondition(key="ticket_id", match=MatchValue(value=ticket_id))
    store.delete("tickets", points_selector=Filter(must=[match]))


if __name__ == "__main__":
    sync()
