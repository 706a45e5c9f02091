"""Written documents: what stands under which heading, with its line."""

from __future__ import annotations

from shipsmith_controls.facts.document import Document, Section
from shipsmith_controls.facts.prose import Format, extract


def read(source: str, form: Format = "markdown") -> Document:
    return extract(source.encode(), form)


def section(document: Document, title: str) -> Section:
    return next(one for one in document.sections if one.title == title)


POLICY = """---
title: AI policy
last_reviewed: 2026-01-05
tags:
  - ai
---
<!-- markdownlint-disable -->
# Acceptable *use*

Staff may use [the assistant](https://ai.example.com) for `drafts`.

**Scope**

All employees.

Limits
------
- Never paste customer data
  into prompts.
1. Ask first.

| Class | Allowed |
|-------|---------|
| public | yes |
| secret | never \\| ever |

```python title="x"
# not a heading
```
"""


class TestMarkdown:
    def test_headings_of_every_kind_open_sections(self) -> None:
        found = [(one.level, one.title, one.line) for one in read(POLICY).sections]
        assert found == [(0, "", 1), (1, "Acceptable use", 8), (7, "Scope", 12), (2, "Limits", 16)]

    def test_a_section_with_all_below_it(self) -> None:
        document = read(POLICY)
        assert [one.title for one in document.under(1)] == ["Acceptable use", "Scope", "Limits"]

    def test_front_matter_is_read_with_lines(self) -> None:
        document = read(POLICY)
        assert document.title == "AI policy"
        assert ("last_reviewed", "2026-01-05", 3) in document.front_matter

    def test_text_is_what_a_reader_sees(self) -> None:
        use = section(read(POLICY), "Acceptable use")
        assert use.text == "Staff may use the assistant for drafts."
        assert use.links == (("the assistant", "https://ai.example.com", 10),)

    def test_list_items_and_table_rows_are_rows(self) -> None:
        limits = section(read(POLICY), "Limits")
        assert limits.header == ("Class", "Allowed")
        assert limits.rows == (
            ("Never paste customer data into prompts.",),
            ("Ask first.",),
            ("public", "yes"),
            ("secret", "never | ever"),
        )
        assert limits.row_lines == (18, 20, 24, 25)

    def test_fences_are_kept_apart(self) -> None:
        limits = section(read(POLICY), "Limits")
        assert limits.fences == (("python", "# not a heading", 27),)
        assert "heading" not in limits.text

    def test_comments_and_mdx_imports_are_no_text(self) -> None:
        document = read("import Tabs from '@theme/Tabs'\n\n<!-- TODO\nall -->\n\nHello <b>you</b>.\n")
        assert document.sections[0].text == "Hello you ."
        assert document.words == 3

    def test_an_emphasised_sentence_is_no_heading(self) -> None:
        document = read("**" + "very " * 20 + "long**\n\n**It ends here.**\n")
        assert [one.level for one in document.sections] == [0]

    def test_snake_case_and_code_keep_their_underscores(self) -> None:
        assert read("call my_function_name and `__init__`\n").sections[0].text == (
            "call my_function_name and __init__"
        )


class TestOtherMarkup:
    def test_rst_levels_follow_first_use(self) -> None:
        source = (
            "=====\nGuide\n=====\n\nOne\n---\n\ntext::\n\n    # code\n\n- item\n\n"
            "Two\n---\n.. note::\n   Mind `this <https://a.b>`_.\n"
        )
        document = read(source, "rst")
        assert [(one.level, one.title) for one in document.sections] == [
            (0, ""),
            (1, "Guide"),
            (2, "One"),
            (2, "Two"),
        ]
        assert section(document, "One").rows == (("item",),)
        assert "code" not in section(document, "One").text
        assert section(document, "Two").links == (("this", "https://a.b", 17),)

    def test_asciidoc_headings_tables_and_blocks(self) -> None:
        source = (
            "= Runbook\n\n== On call\n* first: @ops\n\n|===\n|Level|Who\n\n"
            "|1|@dev\n|===\n\n----\nx\n----\n"
        )
        document = read(source, "asciidoc")
        calls = section(document, "On call")
        assert document.title == "Runbook"
        assert calls.header == ("Level", "Who")
        assert calls.rows == (("first: @ops",), ("1", "@dev"))
        assert calls.fences[0][1] == "x"

    def test_plain_text_has_underlined_headings_only(self) -> None:
        document = read("Notes\n=====\n# just text\n", "text")
        assert [one.title for one in document.sections] == ["", "Notes"]

    def test_an_empty_file_has_one_empty_section(self) -> None:
        assert len(read("").sections) == 1
