from openai import OpenAI
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Keys(BaseSettings):
    OPENAI_API_KEY: SecretStr


class Settings(Keys):
    name: str = "support"


settings = Settings()
client = OpenAI(api_key=settings.OPENAI_API_KEY.get_secret_value())


def answer(question: str) -> str:
    return client.responses.create(model="gpt-5-mini", input=question).output_text
