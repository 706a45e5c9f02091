"""Settings of the service, read from the environment."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Every setting has one name, in the environment and here."""

    openai_api_key: str
    anthropic_api_key: str
    database_url: str
    desk_token: str
    answer_model: str = "gpt-5.4-mini-2026-03-17"
    triage_model: str = "gpt-5.4-mini-2026-03-17"
    summary_model: str = "claude-haiku-4-5-20251001"
    embedding_model: str = "text-embedding-3-small"
    articles_per_answer: int = 5


settings = Settings()
