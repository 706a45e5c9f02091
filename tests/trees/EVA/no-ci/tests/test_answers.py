"""Answers without a live model."""

from unittest.mock import MagicMock, patch

from app.main import answer


@patch("app.main.client")
def test_no_answer(mock_client: MagicMock) -> None:
    mock_client.chat.completions.create.return_value.choices[0].message.content = None
    assert answer("When?") is None
