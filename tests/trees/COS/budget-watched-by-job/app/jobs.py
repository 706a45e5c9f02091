from apscheduler.schedulers.background import BackgroundScheduler

from app.costs import spent_today
from app.chat import send_slack_message

DAILY_BUDGET = 40.0
scheduler = BackgroundScheduler()


@scheduler.scheduled_job("cron", hour=8)
def watch_spend() -> None:
    spent = spent_today()
    if spent > 0.8 * DAILY_BUDGET:
        send_slack_message(f"AI spend is {spent:.2f} USD of {DAILY_BUDGET}")
