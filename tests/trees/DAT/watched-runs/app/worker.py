import datetime as dt
import time

import httpx
import sentry_sdk
from celery import Celery
from celery.schedules import crontab
from prometheus_client import Gauge
from qdrant_client import QdrantClient
from qdrant_client.models import PointStruct

from app.models import Product
from app.state import sources

sentry_sdk.init(dsn="https://key@errors.acme.dev/1")
app = Celery("worker")
app.conf.beat_schedule = {"products": {"task": "app.worker.sync_products", "schedule": crontab(hour=3)}}
INGEST_RECORDS = Gauge("ingest_records_total", "records of the last run")
INGEST_SECONDS = Gauge("ingest_seconds", "seconds of the last run")
PRODUCTS = "https://catalog.acme.dev/products.json"


@app.task(soft_time_limit=900)
def sync_products() -> None:
    started = time.monotonic()
    rows = httpx.get(PRODUCTS, timeout=30).json()
    if len(rows) < 100 or len(rows) < 0.5 * sources.last_record_count:
        raise ValueError("far fewer products than in the last run")
    store = QdrantClient("http://qdrant:6333")
    for row in rows:
        product = Product.model_validate(row)
        store.upsert("products", points=[PointStruct(id=product.sku, vector=product.vector)])
    INGEST_RECORDS.set(len(rows))
    INGEST_SECONDS.set(time.monotonic() - started)
    sources.last_success_at = dt.datetime.now(dt.UTC)


@app.task
def watch() -> None:
    if dt.datetime.now(dt.UTC) - sources.last_success_at > dt.timedelta(days=2):
        raise RuntimeError("the products are stale")
