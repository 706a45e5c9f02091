import logging

from anthropic import Anthropic
from langchain_openai import ChatOpenAI
from openai import OpenAI

log = logging.getLogger(__name__)
proxy = OpenAI(base_url="https://llm.example.com/v1", timeout=20)
claude = Anthropic(timeout=20)
model = ChatOpenAI(model="gpt-4o-2024-08-06", base_url="https://llm.example.com/v1", timeout=20)
MESSAGES = list[dict[str, str]]


def counted(messages: MESSAGES):
    options = {"include_usage": True}
    stream = proxy.chat.completions.create(
        model="gpt-4o-2024-08-06", messages=messages, stream=True, stream_options=options
    )
    for chunk in stream:
        if chunk.usage:
            log.info("llm usage", extra=chunk.usage.model_dump())
        yield chunk


def blind(messages: MESSAGES):
    stream = proxy.chat.completions.create(
        model="gpt-4o-2024-08-06",
        messages=messages,
        stream=True,
    )
    for chunk in stream:
        log.info("llm usage", extra={"usage": chunk.usage})
        yield chunk


def claude_stream(messages: MESSAGES):
    with claude.messages.stream(
        model="claude-sonnet-4-5-20250929", max_tokens=500, messages=messages
    ) as stream:
        yield from stream.text_stream
        final = stream.get_final_message()
    log.info("llm usage", extra=final.usage.model_dump())


async def through_proxy(messages: MESSAGES):
    async for chunk in model.astream(messages):
        log.info("llm usage", extra={"usage": chunk.usage_metadata})
        yield chunk.content
