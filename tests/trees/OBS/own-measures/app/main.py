import logging
import time

from fastapi import FastAPI
from openai import OpenAI
from prometheus_client import Histogram

log = logging.getLogger(__name__)
app = FastAPI()
client = OpenAI(timeout=20)
DURATION = Histogram("gen_ai_client_operation_duration", "Seconds of a call", ["workflow"])
TOKENS = Histogram("gen_ai_client_token_usage", "Tokens of a call", ["workflow"])


@app.post("/ask")
def ask(text: str) -> str:
    start = time.perf_counter()
    reply = client.responses.create(model="gpt-4o-2024-08-06", input=text)
    DURATION.labels("ask").observe(time.perf_counter() - start)
    TOKENS.labels("ask").observe(reply.usage.total_tokens)
    log.info("llm call", extra={"input": text, "output": reply.output_text})
    return reply.output_text


@app.post("/told")
def told(text: str) -> str:
    start = time.perf_counter()
    reply = client.responses.create(model="gpt-4o-2024-08-06", input=text)
    log.info(f"took {time.perf_counter() - start} seconds")
    log.info("answer", extra={"output": reply.output_text})
    return reply.output_text


@app.post("/plain")
def plain(text: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=text).output_text


@app.post("/timed")
def timed(text: str):
    start = time.perf_counter()
    first = True
    for part in client.responses.create(model="gpt-4o-2024-08-06", input=text, stream=True):
        if first:
            DURATION.labels("first_token").observe(time.perf_counter() - start)
            first = False
        yield part


@app.post("/logged")
def logged(text: str):
    start = time.perf_counter()
    first_chunk = None
    for part in client.responses.create(model="gpt-4o-2024-08-06", input=text, stream=True):
        if first_chunk is None:
            first_chunk = part
            log.info(f"first token after {time.perf_counter() - start} s")
        yield part


@app.post("/untimed")
def untimed(text: str):
    first_chunk = text[:200]
    log.info(f"first chunk of the document: {first_chunk}")
    yield from client.responses.create(model="gpt-4o-2024-08-06", input=text, stream=True)
