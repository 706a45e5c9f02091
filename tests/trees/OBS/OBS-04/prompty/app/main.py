import contextlib
import json

import prompty
import prompty.azure
from azure.monitor.opentelemetry import configure_azure_monitor
from fastapi import FastAPI
from opentelemetry import trace
from prompty.tracer import Tracer

app = FastAPI()
configure_azure_monitor()


@contextlib.contextmanager
def spans(name: str):
    with trace.get_tracer("prompty").start_as_current_span(name) as span:
        yield lambda key, value: span.set_attribute(key, json.dumps(value))


Tracer.add("OpenTelemetry", spans)


@app.post("/article")
def article(topic: str) -> str:
    return prompty.execute("writer.prompty", inputs={"topic": topic})
