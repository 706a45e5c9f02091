import httpx
from fastapi import FastAPI, UploadFile

from app.answer import answer
from app.store import documents

app = FastAPI()


@app.post("/files")
async def add_file(file: UploadFile) -> dict:
    text = (await file.read()).decode()
    documents().add(ids=[file.filename], documents=[text])
    return {"ok": True}


@app.post("/links")
async def add_link(url: str) -> dict:
    page = httpx.get(url, timeout=10).text
    documents().add(ids=[url], documents=[page])
    return {"ok": True}


@app.get("/ask")
def ask(question: str) -> str:
    found = documents().query(query_texts=[question], n_results=3)
    return answer(question, found["documents"][0])
