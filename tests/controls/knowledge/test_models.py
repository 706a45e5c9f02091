"""The model table: which ids are pinned, which float, and when they are retired."""

import datetime as dt

import pytest
from shipsmith_controls.knowledge import ModelTable, load
from shipsmith_controls.knowledge.models import ModelRow, Platform


@pytest.fixture(scope="module")
def models() -> ModelTable:
    return load().models


@pytest.mark.parametrize(
    ("model_id", "platform", "pin"),
    [
        ("gpt-4o", "openai", "floating"),
        ("gpt-4o", "", "floating"),
        ("gpt-4o-2024-08-06", "openai", "fixed"),
        ("gpt-4-0613", "openai", "fixed"),
        ("gpt-4.1-mini", "openai", "floating"),
        ("o3-mini", "openai", "floating"),
        ("o3-mini-2025-01-31", "openai", "fixed"),
        ("gpt-image-1", "openai", "floating"),
        ("text-embedding-3-small", "openai", "fixed"),
        ("ft:gpt-4o-mini-2024-07-18:acme::abc", "openai", "fixed"),
        ("claude-sonnet-4-6", "anthropic", "fixed"),
        ("claude-opus-5", "anthropic", "fixed"),
        ("claude-sonnet-4-5", "anthropic", "floating"),
        ("claude-sonnet-4-5-20250929", "anthropic", "fixed"),
        ("claude-3-5-sonnet-latest", "anthropic", "floating"),
        ("claude-3-5-sonnet-20241022", "", "fixed"),
        ("claude-sonnet-4@20250514", "vertex", "fixed"),
        ("gemini-2.5-flash", "google", "fixed"),
        ("gemini-2.5-flash", "vertex", "fixed"),
        ("gemini-flash-latest", "google", "floating"),
        ("gemini-3-pro-preview", "google", "floating"),
        ("gemini-2.5-pro-preview-05-06", "google", "fixed"),
        ("mistral-large-latest", "mistral", "floating"),
        ("mistral-large-2411", "mistral", "fixed"),
        ("command-r", "cohere", "floating"),
        ("command-r-08-2024", "cohere", "fixed"),
        ("grok-4", "xai", "floating"),
        ("grok-4-0709", "xai", "fixed"),
        ("deepseek-chat", "deepseek", "floating"),
        ("amazon.titan-embed-text-v2:0", "aws", "fixed"),
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "aws", "fixed"),
        ("gpt-4o-2024-08-06", "azure", "fixed"),
        ("gpt-4o", "azure", "floating"),
        ("llama3.2", "ollama", "floating"),
        ("Qwen/Qwen3-8B", "huggingface", "floating"),
        ("Qwen/Qwen3-8B@9c925d6", "huggingface", "fixed"),
        ("some-model-latest", "unheard-of", "floating"),
        ("some-model-2025-01-31", "unheard-of", "fixed"),
        ("some-model", "unheard-of", None),
    ],
)
def test_pin(models: ModelTable, model_id: str, platform: str, pin: str | None) -> None:
    assert models.pin_of(model_id, platform) == pin


@pytest.mark.parametrize(
    ("written", "platform", "bare"),
    [
        ("anthropic/claude-sonnet-4.5", "openrouter", ("claude-sonnet-4.5", "anthropic")),
        ("openrouter/anthropic/claude-3.5-sonnet:beta", "", ("claude-3.5-sonnet", "anthropic")),
        ("openai/gpt-4o", "vercel", ("gpt-4o", "openai")),
        ("x-ai/grok-4", "openrouter", ("grok-4", "xai")),
        ("azure/my-deployment", "", ("my-deployment", "azure")),
        ("openai:gpt-4o", "", ("gpt-4o", "openai")),
        ("google_genai:gemini-2.5-flash", "", ("gemini-2.5-flash", "google")),
        ("models/gemini-2.5-flash", "google", ("gemini-2.5-flash", "google")),
        ("vertex_ai/gemini-2.5-pro", "", ("gemini-2.5-pro", "vertex")),
        ("bedrock/eu.anthropic.claude-opus-4-6-v1", "", ("anthropic.claude-opus-4-6-v1", "aws")),
        ("openai/gpt-oss-120b", "groq", ("openai/gpt-oss-120b", "groq")),
        ("google/gemma-3-4b-it", "huggingface", ("google/gemma-3-4b-it", "huggingface")),
        ("GPT-4o ", "openai", ("gpt-4o", "openai")),
        (
            "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-pro-v1:0",
            "",
            ("amazon.nova-pro-v1:0", "aws"),
        ),
    ],
)
def test_gateway_prefixes_name_the_platform(
    models: ModelTable, written: str, platform: str, bare: tuple[str, str]
) -> None:
    assert models.resolve(written, platform) == bare


@pytest.mark.parametrize(
    ("model_id", "platform", "on"),
    [
        ("gpt-4-vision-preview", "openai", dt.date(2024, 12, 6)),
        ("gpt-4o", "openai", dt.date(2027, 1, 14)),
        ("openai/gpt-4o", "openrouter", dt.date(2027, 1, 14)),
        ("claude-3-opus-20240229", "anthropic", dt.date(2026, 1, 5)),
        ("anthropic.claude-3-sonnet-20240229-v1:0", "aws", dt.date(2026, 7, 30)),
        ("gemini-2.0-flash", "google", dt.date(2026, 6, 1)),
        ("gemini-1.5-pro-002", "vertex", dt.date(2025, 9, 24)),
        ("gpt-4o-2024-05-13", "azure", dt.date(2026, 10, 1)),
        ("deepseek-reasoner", "deepseek", dt.date(2026, 7, 24)),
    ],
)
def test_retirement(models: ModelTable, model_id: str, platform: str, on: dt.date) -> None:
    retirement = models.retirement_of(model_id, platform)
    assert retirement is not None
    assert retirement.on == on
    assert retirement.source


@pytest.mark.parametrize(
    ("model_id", "platform"),
    [
        ("claude-sonnet-4-6", "anthropic"),
        ("gpt-6-luna", "openai"),
        # The vendor's own API and Azure retire on dates of their own.
        ("gpt-4-vision-preview", "azure"),
        ("claude-3-opus-20240229", "vertex"),
        ("unheard-of", ""),
    ],
)
def test_without_a_confirmed_date_there_is_no_retirement(
    models: ModelTable, model_id: str, platform: str
) -> None:
    assert models.retirement_of(model_id, platform) is None


def _example(row: ModelRow) -> str:
    """An id that this row alone is about."""
    return row.pattern.replace("*", "zzzz").replace("#", "7")


def test_every_row_can_be_reached(models: ModelTable) -> None:
    for row in models.rows:
        column = "pin" if row.pin else "retired_on"
        platform = "unheard-of" if row.platform == "*" else row.platform
        assert models.row_of(_example(row), platform, column) is row, row.pattern  # type: ignore[arg-type]


def test_every_row_says_something_with_a_source(models: ModelTable) -> None:
    for row in models.rows:
        assert row.pin or row.retired_on, row.pattern
        assert row.source, row.pattern
        assert row.read_on == dt.date(2026, 11, 23)


def _table(*rows: ModelRow) -> ModelTable:
    return ModelTable(
        rows=rows, prefixes={}, regions={}, suffixes=(), platforms={"p": Platform("p")}, vendors=("p",)
    )


def _row(pattern: str, pin: str) -> ModelRow:
    return ModelRow(
        platform="p",
        pattern=pattern,
        source="s",
        read_on=dt.date(2026, 1, 1),
        pin=pin,  # type: ignore[arg-type]
    )


def test_an_exact_id_wins_over_a_longer_pattern() -> None:
    table = _table(_row("m-1-*", "floating"), _row("m-1-turbo", "fixed"), _row("m-1-turb*", "floating"))
    assert table.pin_of("m-1-turbo", "p") == "fixed"


def test_of_equal_patterns_the_later_wins() -> None:
    assert _table(_row("a-*", "fixed"), _row("a-*", "floating")).pin_of("a-b", "p") == "floating"


def test_a_hash_is_one_digit_and_a_dot_equals_a_dash() -> None:
    table = _table(_row("m-#.#", "fixed"))
    assert table.pin_of("m-4-5", "p") == "fixed"
    assert table.pin_of("m-4.5", "p") == "fixed"
    assert table.pin_of("m-4.55", "p") is None
