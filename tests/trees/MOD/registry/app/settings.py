from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    answer_model: str = "claude-sonnet-4-6"


settings = Settings()
