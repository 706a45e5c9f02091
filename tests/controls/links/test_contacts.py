"""Who and what a text names as a contact, and the way to a provider."""

from __future__ import annotations

import pytest
from shipsmith_controls.links.files.governing import contacts, provider_route


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Call @maria, then ops@acme.example.", 2),
        ("Ring +49 30 1234567 or write to #ai-oncall", 2),
        ("https://acme.pagerduty.com/services/desk", 1),
        ("Released on 2026-03-01, see section 3.2", 0),
        ("function calling in five steps", 0),
    ],
)
def test_contacts_are_handles_addresses_phones_and_pager_links(text: str, count: int) -> None:
    assert len(contacts(text)) == count


def test_a_provider_route_needs_the_provider_and_a_way_to_it() -> None:
    assert provider_route("OpenAI status page: https://status.openai.com")
    assert not provider_route("OpenAI answers in English; our own support is slow to reply")
