"""Run by hand: python -m app.ingest"""

import json
from pathlib import Path

import boto3
from qdrant_client import QdrantClient
from qdrant_client.models import PointStruct

BUCKET = "acme-tickets"
store = QdrantClient("http://qdrant:6333")


def tickets() -> list[dict]:
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key="tickets.json")["Body"]
    return json.loads(body.read())


def extra() -> list[dict]:
    return json.loads(Path("data/macros.json").read_text())


def main() -> None:
    for row in [*tickets(), *extra()]:
        store.upsert("tickets", points=[PointStruct(id=row["id"], vector=row["vector"])])


if __name__ == "__main__":
    main()
