from langfuse.openai import OpenAI

client = OpenAI(timeout=20)


def answer(question: str) -> str:
    reply = client.responses.create(model="gpt-4o-2024-08-06", input=question, max_output_tokens=800)
    return reply.output_text


def stream(messages: list[dict[str, str]]):
    return client.chat.completions.create(
        model="gpt-4o-2024-08-06",
        messages=messages,
        max_completion_tokens=800,
        stream=True,
        stream_options={"include_usage": True},
    )
