"""A client of the application whose model is replayed."""

import pytest
import respx
from fastapi.testclient import TestClient
from httpx import Response

from app.main import app

REPLY = {"choices": [{"message": {"role": "assistant", "content": "In two days."}}]}


@pytest.fixture
def replayed_model():
    """The provider answers with a fixed reply."""
    with respx.mock() as mock_openai:
        mock_openai.post("https://api.openai.com/v1/chat/completions").mock(Response(200, json=REPLY))
        yield mock_openai


@pytest.fixture
def caller(replayed_model):
    """A client of the application."""
    return TestClient(app)
