import torch


def convert(path: str) -> object:
    return torch.load(path)
