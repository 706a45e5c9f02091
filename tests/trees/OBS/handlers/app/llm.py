import logging
from collections.abc import Callable, Iterator

import openai
from openai import OpenAI

from app.limits import is_token_limit_exceeded

logger = logging.getLogger(__name__)
client = OpenAI(timeout=20)


def ask(prompt: str) -> str:
    reply = client.responses.create(model="gpt-4o-2024-08-06", input=prompt)
    return reply.output_text


def logged(prompt: str) -> str:
    try:
        return ask(f"Answer briefly: {prompt}")
    except openai.APIError:
        logger.exception("llm call failed")
        return ""


def raised(prompt: str) -> str:
    try:
        return ask(f"Answer at length: {prompt}")
    except Exception as error:
        raise RuntimeError("no answer") from error


def called_back(prompt: str, callback: Callable[[str, Exception | None], None]) -> str | None:
    try:
        return ask(f"Answer in verse: {prompt}")
    except Exception as e:
        callback(prompt, e)
        return None


def yielded(prompt: str) -> Iterator[dict[str, str]]:
    try:
        yield {"text": ask(f"Answer in prose: {prompt}")}
    except Exception as e:
        yield {"error": str(e)}


def unrelated(prompt: str, rows: dict[str, str]) -> str:
    try:
        return ask(f"Explain {rows[prompt]} in plain words")
    except KeyError:
        return ""


def swallowed(prompt: str) -> str:
    try:
        return ask(f"Answer in one word: {prompt}")
    except Exception as e:
        if is_token_limit_exceeded(e) or True:
            return "I do not know."
    return ""


def printed(prompt: str) -> str:
    try:
        return ask(f"Answer in two words: {prompt}")
    except:
        print("failed")
        return ""


def kept(prompt: str) -> str:
    last: Exception | None = None
    for _ in range(3):
        try:
            return ask(f"Answer in three words: {prompt}")
        except Exception as error:
            last = error
    raise RuntimeError("no answer") from last
