"""The shipped knowledge files load, and say what the checks rely on."""

import pytest
from shipsmith_controls.knowledge import Knowledge, load
from shipsmith_controls.knowledge.schema import CallShape, ClientType, Sdk


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def _calls(sdk: Sdk) -> tuple[CallShape, ...]:
    return (*sdk.functions, *(call for kind in sdk.types for call in kind.calls))


def _type(sdk: Sdk, constructor: str) -> ClientType:
    return next(kind for kind in sdk.types if constructor in kind.constructors)


def test_knowledge_is_read_once(knowledge: Knowledge) -> None:
    assert load() is knowledge


def test_every_sdk_has_a_call_a_module_and_a_source(knowledge: Knowledge) -> None:
    for sdk in knowledge.sdks:
        assert _calls(sdk), sdk.key
        assert sdk.modules, sdk.key
        assert sdk.packages, sdk.key
        assert sdk.source, sdk.key


def test_keys_of_sdks_are_unique(knowledge: Knowledge) -> None:
    keys = [sdk.key for sdk in knowledge.sdks]
    assert len(keys) == len(set(keys))


def test_generation_calls_know_where_their_prompt_stands(knowledge: Knowledge) -> None:
    without = {
        sdk.key
        for sdk in knowledge.sdks
        for kind in sdk.types
        for call in kind.calls
        if call.kind == "generation" and not call.prompt and not kind.prompt
    }
    # Tokens go in already encoded, or the signature's own fields are the prompt.
    assert without <= {"transformers", "dspy"}


@pytest.mark.parametrize(
    ("key", "constructor", "timeout", "unit", "retries"),
    [
        ("openai-python", "OpenAI", 600, "s", 2),
        ("openai-js", "OpenAI", 600_000, "ms", 2),
        ("anthropic-python", "AsyncAnthropic", 600, "s", 2),
        ("anthropic-js", "Anthropic", 600_000, "ms", 2),
        ("google-genai-python", "Client", None, "ms", None),
        ("cohere-python", "ClientV2", 300, "s", 2),
        ("groq-python", "Groq", 60, "s", 2),
        ("ollama-python", "Client", None, "s", None),
        ("huggingface-hub", "InferenceClient", None, "s", None),
        ("haystack", "OpenAIChatGenerator", 30, "s", 5),
    ],
)
def test_clients_have_the_defaults_of_their_sdk(
    knowledge: Knowledge,
    key: str,
    constructor: str,
    timeout: float | None,
    unit: str,
    retries: float | None,
) -> None:
    kind = _type(knowledge.sdk(key), constructor)
    assert kind.timeout is not None
    assert kind.retries is not None
    assert (kind.timeout.default, kind.timeout.unit, kind.retries.default) == (timeout, unit, retries)


def test_chat_openai_passes_none_on_and_so_has_no_timeout(knowledge: Knowledge) -> None:
    chat = _type(knowledge.sdk("langchain-python"), "ChatOpenAI")
    assert chat.timeout is not None
    assert chat.timeout.default is None
    assert not chat.timeout.inherits
    assert any("ainvoke" in call.path for call in chat.calls)
    assert chat.derives["with_structured_output"] == "structured chat model"


def test_the_ai_sdk_has_no_timeout_and_stops_after_one_step(knowledge: Knowledge) -> None:
    sdk = knowledge.sdk("ai-sdk")
    generate = next(call for call in sdk.functions if "generateText" in call.path)
    assert generate.timeout is not None
    assert generate.steps is not None
    assert (generate.timeout.default, generate.steps.default) == (None, 1)
    steps = _type(sdk, "ToolLoopAgent").steps
    assert steps is not None
    assert steps.default == 20
    assert _type(sdk, "createOpenAI").derives["()"] == "model"


def test_a_boto3_client_is_a_model_client_only_for_bedrock_runtime(knowledge: Knowledge) -> None:
    kinds = [kind for kind in knowledge.sdk("bedrock-python").types if "client" in kind.constructors]
    assert all(kind.requires for kind in kinds)
    runtime = next(kind for kind in kinds if kind.name == "bedrock-runtime")
    assert runtime.requires is not None
    assert runtime.requires.values == ("bedrock-runtime",)


def test_older_langgraph_stops_after_25_steps(knowledge: Knowledge) -> None:
    ranges = {entry.versions: entry.steps for entry in knowledge.sdk("langgraph-python").defaults}
    assert ranges["<1.0.6"] == 25


def test_tracers_cover_known_sdks(knowledge: Knowledge) -> None:
    keys = [sdk.key for sdk in knowledge.sdks]
    for tracer in knowledge.tables.tracer:
        for covered in set(tracer.covers) - {"*", "wrapped"}:
            assert any(key == covered or key.startswith(f"{covered}-") for key in keys), covered


def test_pricing_tracers_are_those_that_compute_money(knowledge: Knowledge) -> None:
    pricing = {tracer.key for tracer in knowledge.tables.tracer if tracer.pricing}
    assert {
        "langfuse",
        "langsmith",
        "helicone",
        "braintrust",
        "weave",
        "opik",
        "portkey",
        "logfire",
    } <= pricing
    assert "vercel-otel" not in pricing


def test_no_table_is_empty(knowledge: Knowledge) -> None:
    tables = knowledge.tables
    assert all(getattr(tables, name) for name in tables.__struct_fields__)


@pytest.mark.parametrize(
    "source",
    [
        b"from openai import AsyncOpenAI\n",
        b"import openai\n",
        b"import os, litellm\n",
        b"from google import genai\n",
        b"from google import (\n    genai,\n)\n",
        b"from langchain_openai.chat_models import ChatOpenAI\n",
        b"from agents import Agent, Runner\n",
        b"import { streamText } from 'ai';\n",
        b'import { openai } from "@ai-sdk/openai";\n',
        b'const OpenAI = require("openai");\n',
        b'requests.post("https://api.openai.com/v1/chat/completions")\n',
        b"fetch(`${base}/chat/completions`)\n",
        b'url = f"https://{name}.openai.azure.com/"\n',
    ],
)
def test_a_file_with_a_call_holds_a_marker(knowledge: Knowledge, source: bytes) -> None:
    assert any(marker in source for marker in knowledge.markers())


@pytest.mark.parametrize(
    "source",
    [
        b"from fastapi import FastAPI\nimport requests\n",
        b'import { useState } from "react";\nconst main = "maintain";\n',
        b"# our agents and the openai api\n",
    ],
)
def test_an_ordinary_file_holds_none(knowledge: Knowledge, source: bytes) -> None:
    assert not any(marker in source for marker in knowledge.markers())


def test_word_lists_are_known_by_key(knowledge: Knowledge) -> None:
    assert "faithfulness" in knowledge.words("scoring")
    assert "question" in knowledge.words("request-text")
    with pytest.raises(KeyError):
        knowledge.words("no such list")
