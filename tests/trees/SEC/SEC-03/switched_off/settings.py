from pathlib import Path
from types import SimpleNamespace

import yaml


def read() -> SimpleNamespace:
    data = yaml.safe_load(Path("settings.yaml").read_text())
    return SimpleNamespace(auth=SimpleNamespace(**data["auth"]))


settings = read()
