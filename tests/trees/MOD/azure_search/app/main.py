from pathlib import Path

import prompty
import prompty.azure
from fastapi import FastAPI

from app.products import products

app = FastAPI()
FOLDER = Path(__file__).parent.as_posix()


@app.post("/ask")
def ask(text: str) -> str:
    return prompty.execute(FOLDER + "/answer.prompty", inputs={"text": text, "products": products(text)})
