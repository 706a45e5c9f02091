from enum import StrEnum

from langfuse.openai import OpenAI

from app.wrapper import ask

client = OpenAI(timeout=20)


class Flow(StrEnum):
    TITLE = "title"


def titled(text: str) -> str:
    return ask(f"Write a title for this text, at most six words: {text}", flow=Flow.TITLE)


def tagged(text: str) -> str:
    return client.responses.create(
        model="gpt-4o-2024-08-06", input=text, metadata={"workflow": "summary"}
    ).output_text


def named(text: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=text, name="support-reply").output_text


def named_again(text: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=text, name="support-reply").output_text


def named_by_api(text: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=text, name="chat-completion").output_text


def plain(text: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=text).output_text
