from celery import Celery
from celery.schedules import crontab
from langchain_community.document_loaders import ConfluenceLoader
from langchain_postgres import PGVector

from app.settings import CONFLUENCE_URL

app = Celery("app")
app.conf.beat_schedule = {
    "sync-confluence": {"task": "app.tasks.sync_confluence", "schedule": crontab(minute=0)},
    # "sync-wiki": {"task": "app.tasks.sync_wiki", "schedule": crontab(minute=0)},
}


def store() -> PGVector:
    return PGVector(connection="postgresql://db/app", embeddings=None, collection_name="pages")


@app.task
def sync_confluence() -> None:
    pages = ConfluenceLoader(url=CONFLUENCE_URL, space_key="HELP").load()
    store().add_documents(pages)


@app.task
def sync_wiki() -> None:
    with open("exports/wiki.jsonl") as rows:
        store().add_texts(list(rows))
