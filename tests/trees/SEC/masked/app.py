from fastapi import FastAPI
from langfuse import Langfuse
from langfuse.openai import OpenAI
from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine

app = FastAPI()
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()


def masked(text: str) -> str:
    found = analyzer.analyze(text=text, language="en")
    return anonymizer.anonymize(text=text, analyzer_results=found).text


def mask_trace(data: object, **_: object) -> object:
    return masked(data) if isinstance(data, str) else data


langfuse = Langfuse(mask=mask_trace)
client = OpenAI()


@app.post("/chat")
def chat(question: str) -> str:
    text = masked(question)
    response = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
    return response.choices[0].message.content
