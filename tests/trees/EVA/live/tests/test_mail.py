"""Mocks everything but the model."""

from unittest.mock import patch

from app.main import answer


@patch("smtplib.SMTP")
def test_mail(smtp: object) -> None:
    assert answer
