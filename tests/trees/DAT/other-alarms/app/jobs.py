import logging
from datetime import datetime, timedelta

import feedparser
import schedule
from qdrant_client import QdrantClient
from qdrant_client.models import PointStruct
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.tables import Source

logger = logging.getLogger(__name__)
store = QdrantClient("http://qdrant:6333")
engine = create_engine("postgresql://db/app")
EVERY = timedelta(hours=6)


@schedule.repeat(schedule.every(10).minutes)
def sync() -> None:
    with Session(engine) as session:
        source = session.get(Source, "status")
        if datetime.now() - source.last_indexed_at < EVERY:
            return
        entries = feedparser.parse("https://status.acme.dev/feed.xml").entries
        for entry in entries:
            store.upsert("status", points=[PointStruct(id=entry.id, vector=[0.1], payload={"url": entry.link})])
        source.last_indexed_at = datetime.now()
        session.commit()
    logger.info(f"Processed {len(entries)} entries")
