import httpx
from openai import APIConnectionError, OpenAI, RateLimitError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

client = OpenAI(max_retries=0, timeout=20)


@retry(
    stop=stop_after_attempt(4),
    wait=wait_random_exponential(max=20),
    retry=retry_if_exception_type((APIConnectionError, RateLimitError)),
)
def careful(question: str) -> str:
    return client.responses.create(model="gpt-4o-2024-08-06", input=question).output_text


def raw(question: str) -> str:
    body = {"model": "gpt-4o-2024-08-06", "messages": [{"role": "user", "content": question}]}
    reply = httpx.post("https://api.openai.com/v1/chat/completions", json=body, timeout=30)
    return reply.json()["choices"][0]["message"]["content"]
