"""Asks the real model."""

import os

import pytest

from app.main import answer

pytestmark = pytest.mark.skipif(not os.getenv("OPENAI_API_KEY"), reason="no key")


def test_answers() -> None:
    assert answer("When?")
