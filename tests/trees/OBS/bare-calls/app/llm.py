from openai import OpenAI
from opentelemetry import trace

client = OpenAI(timeout=20)
tracer = trace.NoOpTracer()


def answer(question: str) -> str:
    with tracer.start_as_current_span("llm.generate"):
        reply = client.responses.create(model="gpt-4o-2024-08-06", input=question)
    return reply.output_text


def chat(messages: list[dict[str, str]], limit: int | None = None) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o-2024-08-06", messages=messages, max_completion_tokens=None
    )
    return reply.choices[0].message.content
