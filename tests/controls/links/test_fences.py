"""Fences around a value: literal delimiters on both sides."""

from __future__ import annotations

import pytest
from shipsmith_controls.links.prompts.fences import is_fenced


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Read this.\n<document>\n", "\n</document>\nAnswer."),
        ('<item id="1">', "</item>"),
        ("Explain:\n```python\n", "\n```"),
        ('Use """', '""" to answer.'),
    ],
)
def test_delimiters_on_both_sides_fence(before: str, after: str) -> None:
    assert is_fenced(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Documents: ", ""),
        ("<rules>Be kind.</rules> ", " </rules>"),
        ("```\ncode\n```\n", "\n```"),
        ("<document>", ""),
    ],
)
def test_a_label_or_one_side_is_no_fence(before: str, after: str) -> None:
    assert not is_fenced(before, after)
