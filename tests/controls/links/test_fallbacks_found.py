"""A second model on the error path, where it is laid over a composition or over an agent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shipsmith_controls.links.calls.wrappers import generations
from shipsmith_controls.links.failures.fallbacks import fallback

from tests.controls.links.written import tree


def fallbacks_in(folder: Path, files: Mapping[str, str]) -> list[str]:
    """For each place that asks a model where its fallback stands, "" when it has none."""
    with tree(folder, files) as db:
        found = (fallback(db, each) for each in generations(db))
        return [f"{f.path}:{f.line}" if f else "" for f in found]


def test_a_composition_keeps_what_is_laid_over_it(tmp_path: Path) -> None:
    files = {
        "chat.py": """
            from langchain.chat_models import init_chat_model
            from langchain_core.runnables import RunnableLambda

            def checked(name):
                return (init_chat_model(model=name) | RunnableLambda(str)).with_retry()

            model = checked("openai:gpt-5.2").with_fallbacks(
                [checked("anthropic:claude-sonnet-4-6")]
            )

            def answer(text):
                return model.invoke(text)
            """,
    }
    assert fallbacks_in(tmp_path, files) == ["chat.py:7"]


def test_a_middleware_of_an_agent_names_a_second_model(tmp_path: Path) -> None:
    files = {
        "desk.py": """
            from langchain.agents import create_agent
            from langchain.agents.middleware import ModelFallbackMiddleware

            fallback = ModelFallbackMiddleware("anthropic:claude-sonnet-4-6")
            around = [fallback]
            agent = create_agent(model="openai:gpt-5.2", tools=[], middleware=around)

            def answer(text):
                return agent.invoke({"messages": text})
            """,
    }
    assert fallbacks_in(tmp_path, files) == ["desk.py:4"]
