import boto3
from openai import OpenAI

client = OpenAI()


def answer(question: str) -> str:
    return client.responses.create(model="gpt-5-mini", input=question).output_text


def crawler_key() -> str:
    secrets = boto3.client("secretsmanager")
    return secrets.get_secret_value(SecretId="firecrawl")["SecretString"]
