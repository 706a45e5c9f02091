import logging

import schedule
from elasticsearch import Elasticsearch

from app.feed import read
from app.models import Entry

logger = logging.getLogger(__name__)
client = Elasticsearch("http://elastic:9200")


@schedule.repeat(schedule.every().day.at("02:00"))
def nightly() -> None:
    try:
        rows = [Entry(**row) for row in read()]
        for row in rows:
            client.index(index="entries", id=row.url, document=row.model_dump())
        client.index(index="runs", document={"last_indexed_at": "now"})
        logger.info("done", extra={"record_count": len(rows)})
    except OSError:
        logger.exception("the nightly run failed")
