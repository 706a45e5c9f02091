"""Which calls are calls to a model, through the ways in which Python hides them."""

from __future__ import annotations

from pathlib import Path

from tests.controls.links.written import calls_in


def test_a_file_named_after_a_package_still_imports_the_package(tmp_path: Path) -> None:
    files = {
        "services/openai.py": """
            import openai

            def complete(messages):
                return openai.ChatCompletion.create(model="gpt-4", messages=messages)
            """,
    }
    assert calls_in(tmp_path, files) == {"generation services/openai.py:4": []}


def test_a_sibling_in_a_package_does_not_hide_the_package_either(tmp_path: Path) -> None:
    files = {
        "core/embedder/__init__.py": "",
        "core/embedder/openai.py": "class OpenAIEmbedder: ...",
        "core/embedder/azure.py": """
            from openai import AsyncAzureOpenAI

            client = AsyncAzureOpenAI()

            async def embed(text):
                return await client.embeddings.create(model="text-embedding-3-small", input=text)
            """,
    }
    assert calls_in(tmp_path, files) == {"embedding core/embedder/azure.py:6": ["AzureOpenAI"]}


def test_a_class_with_a_type_argument_makes_a_client(tmp_path: Path) -> None:
    files = {
        "desk.py": """
            from agents import Agent, Runner

            faq = Agent[dict](name="FAQ", instructions="Answer.", model="gpt-5.2")

            async def answer(text):
                return await Runner.run(faq, text)
            """,
    }
    assert list(calls_in(tmp_path, files)) == ["agent desk.py:6"]


def test_a_loop_over_pairs_gives_each_target_its_part(tmp_path: Path) -> None:
    files = {
        "guard.py": """
            from langchain.chat_models import init_chat_model

            class Guard:
                def __init__(self, name):
                    self.llm = init_chat_model(name)
                    self.all = [(name, self.llm)]

                def classify(self, text):
                    for position, (name, llm) in enumerate(self.all):
                        return llm.with_structured_output(dict).invoke(text)
            """,
    }
    assert calls_in(tmp_path, files) == {"generation guard.py:10": ["structured chat model"]}


def test_what_is_handed_in_says_more_than_its_declared_type(tmp_path: Path) -> None:
    files = {
        "summary.py": """
            from langchain_core.runnables import Runnable

            class Summary:
                def __init__(self, model: Runnable) -> None:
                    self.model = model

                def write(self, text):
                    return self.model.invoke(text)
            """,
        "main.py": """
            from langchain_openai import ChatOpenAI
            from summary import Summary

            summary = Summary(model=ChatOpenAI(model="gpt-5.2", timeout=20))
            """,
    }
    assert calls_in(tmp_path, files) == {"generation summary.py:8": ["ChatOpenAI"]}


def test_the_declared_result_tells_where_the_value_does_not(tmp_path: Path) -> None:
    files = {
        "models.py": """
            from llama_index.core.llms.function_calling import FunctionCallingLLM

            class Models:
                def __init__(self, registry) -> None:
                    self.registry = registry

                def get(self, name) -> FunctionCallingLLM:
                    return self.registry.find(name).llm
            """,
        "links.py": """
            from models import Models

            class Links:
                def __init__(self, models: Models) -> None:
                    self.models = models

                async def select(self, text):
                    llm = self.models.get("small")
                    return await llm.acomplete(text)
            """,
    }
    assert calls_in(tmp_path, files) == {"generation links.py:9": ["LLM"]}
