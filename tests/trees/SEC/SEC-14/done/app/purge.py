from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import delete

from app.db import SessionLocal
from app.models import Message

KEPT = timedelta(days=90)


def purge_old_messages() -> None:
    cutoff = datetime.now() - KEPT
    with SessionLocal() as db:
        db.execute(delete(Message).where(Message.created_at < cutoff))
        db.commit()


scheduler = BackgroundScheduler()
scheduler.add_job(purge_old_messages, "cron", hour=3)
