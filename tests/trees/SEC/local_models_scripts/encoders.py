import pickle

import torch
from openai import OpenAI
from sentence_transformers import SentenceTransformer

client = OpenAI()


class Session:
    def save(self, cookies: list[str]) -> None:
        with open("cookies.pkl", "wb") as file:
            pickle.dump(cookies, file)

    def restore(self) -> list[str]:
        with open("cookies.pkl", "rb") as file:
            return pickle.load(file)


def encoder(name: str) -> SentenceTransformer:
    return SentenceTransformer(name, trust_remote_code=False)


def weights(path: str) -> dict[str, torch.Tensor]:
    return torch.load(path, weights_only=True)


def ask(question: str) -> str:
    return client.responses.create(model="gpt-4o", input=question).output_text
