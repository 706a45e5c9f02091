"""The effective value of a limit: where it is given, left out, forwarded, chosen by a factory."""

from __future__ import annotations

from pathlib import Path

from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.settings import effective
from shipsmith_controls.links.traits import traits

from tests.controls.links.written import setting_in, tree


def test_not_given_leaves_the_limit_to_the_client(tmp_path: Path) -> None:
    files = {
        "provider.py": """
            import openai

            client = openai.Client(max_retries=4)

            def generate(text, timeout: float | None = None):
                return client.responses.create(
                    model="gpt-5.2",
                    input=text,
                    timeout=timeout or openai.NotGiven(),
                )
            """,
    }
    assert setting_in(tmp_path, files, "timeout") == {"default 600 provider.py:9"}


def test_what_comes_after_or_holds_where_nothing_is_given(tmp_path: Path) -> None:
    files = {
        "provider.py": """
            import anthropic

            client = anthropic.Anthropic(timeout=30)

            def generate(text, max_tokens: int | None = None):
                return client.messages.create(
                    model="claude-sonnet-4-6", messages=[], max_tokens=max_tokens or 8192
                )
            """,
    }
    assert setting_in(tmp_path, files, "cap") == {"set 8192 provider.py:7"}


def test_agents_go_through_the_default_client_of_their_sdk(tmp_path: Path) -> None:
    files = {
        "desk.py": """
            from agents import Agent, Runner

            faq = Agent(name="FAQ", instructions="Answer.", model="gpt-5.2")
            agents = {faq.name: faq}

            async def answer(name, text):
                return await Runner.run(agents.get(name, faq), text)
            """,
    }
    assert setting_in(tmp_path, files, "retries") == {"default 2 desk.py:3"}


def test_a_base_class_stands_for_the_model_that_the_default_supplier_selects(tmp_path: Path) -> None:
    files = {
        "config.py": """
            from enum import Enum

            class Supplier(str, Enum):
                OPENAI = "openai"
                ANTHROPIC = "anthropic"

            class EndpointConfig:
                supplier: Supplier = Supplier.OPENAI
            """,
        "endpoint.py": """
            from langchain_anthropic import ChatAnthropic
            from langchain_core.language_models.chat_models import BaseChatModel
            from langchain_openai import ChatOpenAI
            from config import EndpointConfig, Supplier

            class Endpoint:
                def __init__(self, llm: BaseChatModel) -> None:
                    self._llm = llm

                @classmethod
                def from_config(cls, config: EndpointConfig):
                    if config.supplier == Supplier.ANTHROPIC:
                        llm = ChatAnthropic(model="claude-sonnet-4-6", timeout=None)
                    elif config.supplier == Supplier.OPENAI:
                        llm = ChatOpenAI(model="gpt-5.2")
                    return cls(llm=llm)
            """,
        "chat.py": """
            from endpoint import Endpoint

            class Chat:
                def __init__(self, endpoint: Endpoint) -> None:
                    self.endpoint = endpoint

                def route(self, text):
                    return self.endpoint._llm.with_structured_output(dict).invoke(text)
            """,
    }
    assert setting_in(tmp_path, files, "timeout") == {"unset endpoint.py:15"}


def test_a_forced_tool_is_a_schema_and_no_agent(tmp_path: Path) -> None:
    files = {
        "extract.py": """
            import anthropic

            client = anthropic.Anthropic()

            def make_tool(schema):
                return [{"name": "answer", "input_schema": schema}], {"type": "tool", "name": "answer"}

            def extract(text, schema):
                tools, tool_choice = make_tool(schema)
                result = client.messages.create(
                    model="claude-sonnet-4-6",
                    max_tokens=1000,
                    messages=[{"role": "user", "content": text}],
                    tools=tools,
                    tool_choice=tool_choice,
                )
                return next(part.input for part in result.content if part.type == "tool_use")
            """,
    }
    with tree(tmp_path, files) as db:
        assert "agent" not in traits(db)


def test_a_post_without_session_waits_as_long_as_its_library(tmp_path: Path) -> None:
    files = {
        "ask.py": """
            import requests

            URL = "https://api.openai.com/v1/chat/completions"

            def ask(text):
                return requests.post(URL, json={"messages": text})
            """,
    }
    assert setting_in(tmp_path, files, "timeout") == {"unset ask.py:6"}


def test_what_httpx_makes_counts_in_seconds_wherever_it_is_given(tmp_path: Path) -> None:
    files = {
        "gemini.py": """
            import httpx
            from google import genai
            from google.genai import types

            client = genai.Client()

            def ask(text):
                options = types.HttpOptions(client_args={"timeout": httpx.Timeout(30.0)})
                config = types.GenerateContentConfig(http_options=options)
                return client.models.generate_content(model="m", contents=text, config=config)
            """,
    }
    with tree(tmp_path, files) as db:
        (call,) = llm_calls(db)
        assert {(e.number, e.unit) for e in effective(db, call, "timeout")} == {(30.0, "s")}
