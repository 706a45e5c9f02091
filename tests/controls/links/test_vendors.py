"""Who is sent prompts: told by the address, else by the client, and whoever keeps the traces."""

from __future__ import annotations

from pathlib import Path

from shipsmith_controls.links.access.vendors import vendors

from tests.controls.links.written import tree

APP = """
from fastapi import FastAPI
from langsmith import traceable
from openai import OpenAI

app = FastAPI()
client = OpenAI({base_url})


@app.post("/ask")
{decorator}
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o", messages=[{{"role": "user", "content": question}}]
    )
    return reply.choices[0].message.content or ""
"""


def vendors_of(folder: Path, base_url: str = "", decorator: str = "") -> dict[str, tuple[str, int]]:
    text = APP.format(base_url=base_url, decorator=decorator).replace("\n\ndef", "\ndef")
    with tree(folder, {"app.py": text}) as db:
        return vendors(db)


def test_a_client_without_an_address_goes_to_the_vendor_of_its_sdk(tmp_path: Path) -> None:
    assert vendors_of(tmp_path) == {"openai": ("app.py", 6)}


def test_an_address_tells_another_vendor(tmp_path: Path) -> None:
    groq = vendors_of(tmp_path / "known", 'base_url="https://api.groq.com/openai/v1"')
    assert list(groq) == ["groq"]
    morph = vendors_of(tmp_path / "unknown", 'base_url="https://api.morphllm.com/v1"')
    assert list(morph) == ["morphllm"]


def test_a_resource_with_azures_path_is_azure(tmp_path: Path) -> None:
    found = vendors_of(tmp_path, "base_url=f\"{os.environ['ENDPOINT']}/openai/v1/\"")
    assert list(found) == ["azure"]


def test_a_host_of_ones_own_is_no_vendor(tmp_path: Path) -> None:
    assert vendors_of(tmp_path / "here", 'base_url="http://localhost:8000/v1"') == {}
    assert vendors_of(tmp_path / "cluster", 'base_url="http://vllm.models.svc:8000/v1"') == {}


def test_a_service_that_keeps_the_traces_is_one(tmp_path: Path) -> None:
    found = vendors_of(tmp_path, decorator="@traceable")
    assert list(found) == ["openai", "langsmith"]
