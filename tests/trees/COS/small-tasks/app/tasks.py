from openai import OpenAI

client = OpenAI(timeout=20)
LARGE = "gpt-4-turbo"
SMALL = "gpt-4o-mini"


def write_title(text: str) -> str:
    return client.responses.create(model=LARGE, input=text).output_text


def classify(text: str) -> str:
    return client.responses.create(model=SMALL, input=text).output_text


def label(text: str) -> str:
    return client.responses.create(model=SMALL, input=text, max_output_tokens=20).output_text


def build_agent(text: str) -> str:
    return client.responses.create(model=LARGE, input=text).output_text
