import requests
from openai import OpenAI


class ModelsLabImages:
    def __init__(self, key: str) -> None:
        self.key = key

    def draw(self, prompt: str) -> str:
        url = "https://modelslab.com/api/v6/images/text2img"
        return requests.post(url, json={"prompt": prompt, "key": self.key}, timeout=30).json()["output"]


class OpenAIImages:
    def __init__(self) -> None:
        self.client = OpenAI()

    def draw(self, prompt: str) -> str:
        return self.client.images.generate(model="gpt-image-1", prompt=prompt).data[0].b64_json


def provider(settings: object) -> object:
    provider_name = getattr(settings, "image_provider", "openai")
    if provider_name == "modelslab":
        return ModelsLabImages(settings.key)
    return OpenAIImages()
