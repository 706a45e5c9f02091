from anthropic import AsyncAnthropic
from openai import OpenAI

LIMIT = 30
client = OpenAI(timeout=LIMIT)
claude = AsyncAnthropic(timeout=20.0, max_retries=3)
