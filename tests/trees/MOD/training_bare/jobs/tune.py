from openai import OpenAI

client = OpenAI()


def tune(file_id):
    return client.fine_tuning.jobs.create(training_file=file_id, model="gpt-4.1-mini-2025-04-14")


def answer(text):
    return client.chat.completions.create(
        model="ft:gpt-4.1-mini-2025-04-14:shop::abc123", messages=[{"role": "user", "content": text}]
    )
