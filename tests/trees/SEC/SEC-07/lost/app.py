from fastapi import FastAPI
from openai import OpenAI
from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine

app = FastAPI()
client = OpenAI()
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()


@app.post("/chat")
def chat(question: str) -> str:
    found = analyzer.analyze(text=question, language="en")
    shown = anonymizer.anonymize(text=question, analyzer_results=found).text
    response = client.responses.create(model="gpt-5-mini", input=question)
    return f"You asked: {shown}. {response.output_text}"
