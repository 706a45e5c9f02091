import re

import redis
from openai import OpenAI

client = OpenAI()
store = redis.Redis()
WORDS = re.compile(r"\w+")


def summarise(text: str, model: object) -> str:
    store.eval("return redis.call('get', KEYS[1])", 1, "k")
    model.eval()
    response = client.responses.create(model="gpt-4o-mini", input=text)
    return response.output_text
