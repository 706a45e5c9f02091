from fastapi import FastAPI
from llama_index.core import StorageContext, load_index_from_storage

from app.agent import answer

app = FastAPI()


@app.post("/ask")
def ask(question: str) -> str:
    return answer(load_index_from_storage(StorageContext.from_defaults(persist_dir="filings")), question)
