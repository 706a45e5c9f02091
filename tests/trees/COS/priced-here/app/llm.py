import logging

from openai import OpenAI

from app.prices import PRICES, known_price, price_of

log = logging.getLogger(__name__)
client = OpenAI(timeout=20)


def answer(text: str, request_id: str) -> str:
    reply = client.responses.create(model="gpt-4o-2024-08-06", input=text)
    price = PRICES[reply.model]
    cost = reply.usage.input_tokens * price.input + reply.usage.output_tokens * price.output
    log.info("llm cost", extra={"cost": cost, "request_id": request_id})
    return reply.output_text


def guess(text: str, request_id: str) -> str:
    reply = client.responses.create(model="gpt-4o-2024-08-06", input=text)
    cost = price_of(reply.model, reply.usage)
    log.info("llm cost", extra={"cost": cost, "request_id": request_id})
    return reply.output_text


class Session:
    def __init__(self) -> None:
        self.total_cost = 0.0

    def ask(self, text: str) -> str:
        reply = client.responses.create(model="gpt-4o-2024-08-06", input=text)
        self.total_cost += known_price(reply.usage)
        return reply.output_text
