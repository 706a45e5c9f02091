import pytest
from pydantic import ValidationError

from ingest.load_articles import Article


def test_an_article_needs_a_body() -> None:
    with pytest.raises(ValidationError):
        Article.model_validate({"slug": "dns", "title": "DNS records", "body": "short"})
