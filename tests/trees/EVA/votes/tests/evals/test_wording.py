"""Words that the prompt must keep."""

from app.main import SYSTEM_PROMPT


def test_no_promises():
    assert "Never promise" in SYSTEM_PROMPT, "see trace 3f1c9e52: the assistant promised a refund"
