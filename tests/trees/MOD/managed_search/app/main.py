from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=20)
SEARCH = {
    "type": "file_search",
    "vector_store_ids": ["vs_68a1"],
    "max_num_results": 6,
    "ranking_options": {"score_threshold": 0.5},
}


@app.post("/ask")
def ask(text: str) -> str:
    return client.responses.create(model="gpt-4.1-2025-04-14", input=text, tools=[SEARCH]).output_text
