from google import genai
from tenacity import retry

client = genai.Client(http_options={"timeout": 30_000})


def bare(question: str) -> str:
    return client.models.generate_content(model="gemini-2.5-flash", contents=question).text


@retry
def endless(question: str) -> str:
    return client.models.generate_content(model="gemini-2.5-flash", contents=question).text
