import openai


def embed(text, model):
    return openai.Embedding.create(input=text, model=model)["data"][0]["embedding"]


def answer(text, model):
    return openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": text}])
