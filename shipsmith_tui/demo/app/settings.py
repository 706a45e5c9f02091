"""Settings of the service, read from the environment."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Every setting has one name, in the environment and here."""

    openai_api_key: str
    anthropic_api_key: str
    database_url: str
    desk_token: str
    answer_model: str = "gpt-4.1-mini-2025-04-14"
    triage_model: str = "gpt-4.1-nano-2025-04-14"
    summary_model: str = "claude-haiku-4-5-20251001"
    embedding_model: str = "text-embedding-3-small"
    articles_per_answer: int = 5


settings = Settings()
