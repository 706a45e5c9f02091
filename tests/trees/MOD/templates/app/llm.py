import json
import os
from pathlib import Path

from openai import OpenAI

from app.wording import TONE

client = OpenAI()
PROMPTS = Path(__file__).parent / "prompts"
FAST = os.getenv("FAST_MODEL", "gpt-5.2")


def complete(model: str, system: str, text: str) -> str:
    reply = client.chat.completions.create(
        model=model,
        messages=[{"role": "system", "content": system}, {"role": "user", "content": text}],
        response_format={"type": "json_object"},
    )
    return reply.choices[0].message.content


def triage(ticket: str) -> dict:
    system = (PROMPTS / "triage.md").read_text()
    try:
        return json.loads(complete("gpt-4.1-2025-04-14", system, ticket))
    except json.JSONDecodeError:
        return {}


def rewrite(ticket: str) -> str:
    return complete(FAST, TONE.format(ticket=ticket), ticket)


def summarise(ticket: str) -> str:
    return complete(FAST, open(PROMPTS / "summary.v2.md").read(), ticket)
