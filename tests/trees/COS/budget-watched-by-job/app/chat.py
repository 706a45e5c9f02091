import httpx


def send_slack_message(text: str) -> None:
    httpx.post("https://hooks.slack.com/services/x", json={"text": text}, timeout=10)
