"""The clients that everything in the service shares."""

from anthropic import Anthropic
from openai import OpenAI

from app.settings import settings

openai_client = OpenAI(api_key=settings.openai_api_key)

anthropic_client = Anthropic(api_key=settings.anthropic_api_key, timeout=30.0, max_retries=2)
