from typing import NamedTuple

from openai.types.responses import ResponseUsage


class Price(NamedTuple):
    input: float
    output: float


PRICES = {"gpt-4o-2024-08-06": Price(2.5e-6, 10e-6)}
MODEL_PRICES = {"gpt-4o-2024-08-06": {"input": 2.5e-6, "output": 10e-6}}


def price_of(model: str, usage: ResponseUsage) -> float:
    paid = usage.input_tokens * MODEL_PRICES.get(model, {}).get("input", 0)
    return paid + usage.output_tokens * MODEL_PRICES.get(model, {}).get("output", 0)


def known_price(usage: ResponseUsage) -> float:
    price = PRICES["gpt-4o-2024-08-06"]
    return usage.input_tokens * price.input + usage.output_tokens * price.output
