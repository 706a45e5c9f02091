from app.answer import client


def tune() -> str:
    rows = client.files.create(file=open("data/train.jsonl", "rb"), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(training_file=rows.id, model="gpt-4o-mini-2024-07-18")
    return job.id


if __name__ == "__main__":
    tune()
