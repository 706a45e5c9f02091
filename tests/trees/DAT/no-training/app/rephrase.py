import json
from pathlib import Path

from openai import OpenAI
from rich.panel import Panel

client = OpenAI(timeout=20)
EXAMPLES = json.loads(Path("data/rephrase_question_train.json").read_text())


def rephrase(question: str) -> Panel:
    shots = [{"role": "user", "content": f"{row['question']} means {row['meaning']}"} for row in EXAMPLES]
    reply = client.chat.completions.create(
        model="gpt-4o-mini", messages=[*shots, {"role": "user", "content": question}]
    )
    return Panel.fit(reply.choices[0].message.content or "")
