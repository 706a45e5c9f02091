def canned(text: str) -> dict:
    return {"error": "the model failed"}
