import json
import logging

import anthropic
from langfuse import Langfuse
from pydantic import BaseModel, ValidationError

from app.settings import settings

client = anthropic.Anthropic()
langfuse = Langfuse()
log = logging.getLogger(__name__)


class Invoice(BaseModel):
    number: str
    total: float


def ask(text: str) -> str:
    prompt = langfuse.get_prompt("invoice", label="production")
    reply = client.messages.create(
        model=settings.answer_model,
        max_tokens=500,
        system=prompt.compile(),
        messages=[{"role": "user", "content": text}],
    )
    log.info("llm call", extra={"prompt_version": prompt.version})
    if reply.stop_reason == "max_tokens":
        raise RuntimeError("the answer was cut off")
    return reply.content[0].text


def read_invoice(text: str) -> Invoice | None:
    answer = ask(text)
    try:
        return Invoice.model_validate(json.loads(answer))
    except (ValidationError, json.JSONDecodeError):
        return None
