from celery import Celery
from openai import OpenAI

from app.store import already_done, keep

celery_app = Celery("app", broker="redis://")
client = OpenAI(timeout=30)


@celery_app.task(acks_late=True, max_retries=5)
def summarise(document_id: str, texts: list[str]) -> None:
    if already_done(document_id):
        return
    for text in texts:
        answer = client.responses.create(model="gpt-4.1-2025-04-14", input=text)
        keep(document_id, answer.output_text)
