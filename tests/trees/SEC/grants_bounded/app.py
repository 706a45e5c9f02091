import boto3
from fastapi import FastAPI

app = FastAPI()
bedrock = boto3.client("bedrock-runtime")


@app.post("/chat")
def chat(question: str) -> str:
    answer = bedrock.converse(
        modelId="anthropic.claude-3-5-sonnet-20241022-v2:0",
        messages=[{"role": "user", "content": [{"text": question}]}],
    )
    return answer["output"]["message"]["content"][0]["text"]
