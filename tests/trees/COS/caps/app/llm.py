from anthropic import Anthropic
from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI
from openai import OpenAI

client = OpenAI(timeout=20)
MODEL = "gpt-4o-2024-08-06"


def branch(text: str, short: bool) -> str:
    return client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": text}],
        max_completion_tokens=256 if short else None,
    ).choices[0].message.content


def collected(text: str) -> str:
    options = {"model": MODEL, "max_output_tokens": 400}
    return client.responses.create(input=text, **options).output_text


def default_of_the_sdk(text: str) -> str:
    return ChatAnthropic(model="claude-sonnet-4-5-20250929").invoke(text).content


def make(name: str, **settings: object) -> ChatOpenAI:
    return ChatOpenAI(model=name, **settings)


def filled_by_caller(text: str) -> str:
    settings: dict[str, object] = {}
    settings["max_tokens"] = 300
    return make(MODEL, **settings).invoke(text).content


def ask(prompt: str, max_tokens: int | None = 4000) -> str:
    return client.responses.create(model=MODEL, input=prompt, max_output_tokens=max_tokens).output_text


def by_default(text: str) -> str:
    return ask(f"Write a summary of this text for the front page: {text}")


def taken_off(text: str) -> str:
    return ask(f"Write a long report about this text for the archive: {text}", max_tokens=None)
