"""Structured files: YAML, JSON, TOML and HCL as nodes with lines, within limits."""

from __future__ import annotations

import json
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipsmith_controls.facts.config import Node
from shipsmith_controls.facts.structured import Format, extract


def root(source: str, form: Format) -> Node:
    config = extract(source.encode(), form)
    assert config.error is None, config.error
    return config.roots[0]


def plain(node: Node) -> object:
    if node.shape == "map":
        return {key: plain(value) for key, value in node.entries}
    if node.shape == "list":
        return [plain(item) for item in node.items]
    return node.scalar


def at(node: Node, *path: str | int) -> Node:
    found = node.get(*path)
    assert found is not None
    return found


class TestYaml:
    def test_an_entry_stands_at_the_line_of_its_key(self) -> None:
        node = root("a:\n  b: 1\n  c:\n    - x\n    - y: z\n", "yaml")
        assert at(node, "a").line == 1
        assert (at(node, "a", "c").line, at(node, "a", "c").end_line) == (3, 5)
        assert at(node, "a", "c", 1, "y").line == 5

    def test_words_are_resolved_as_yaml_1_2_does(self) -> None:
        node = root("on: yes\na: true\nb: ~\nc: 0x1F\nd: 1.5\ne: '1'\nf: 2021-99-99\ng: .nan\n", "yaml")
        assert plain(node) == {
            "on": "yes", "a": True, "b": None, "c": 31, "d": 1.5, "e": "1", "f": "2021-99-99",
            "g": ".nan",
        }  # fmt: skip

    def test_a_number_beyond_64_bits_is_text(self) -> None:
        assert at(root("n: 99999999999999999999", "yaml"), "n").scalar == "99999999999999999999"

    def test_merge_keys_are_kept_and_aliases_stand_at_their_own_line(self) -> None:
        node = root("base: &b {k: 1}\nuse:\n  <<: *b\n  list: [*b]\n", "yaml")
        assert at(node, "use", "<<").line == 3
        assert at(node, "use", "<<", "k").scalar == 1
        assert at(node, "use", "list", 0).line == 4

    def test_custom_tags_stay_visible(self) -> None:
        node = root("a: !Ref Bucket\nb: !Join ['', [x]]\nc: !!str 5\n", "yaml")
        assert plain(node) == {"a": "!Ref Bucket", "b": {"!Join": ["", ["x"]]}, "c": "5"}

    def test_every_document_is_a_root(self) -> None:
        assert len(extract(b"a: 1\n---\nb: 2\n", "yaml").roots) == 2

    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            ("[" * 100_000, "nested deeper"),
            ("a: &a [*a]", "names no finished anchor"),
            ("a: {{ .Values.x }}: y", "line 1"),
            ("a: *missing", "line 1"),
        ],
    )
    def test_what_cannot_be_read_says_why(self, source: str, reason: str) -> None:
        config = extract(source.encode(), "yaml")
        assert config.roots == ()
        assert reason in (config.error or "")

    def test_an_alias_bomb_is_refused_before_it_is_built(self) -> None:
        levels = ["a0: &a0 [x]"] + [
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)
        ]
        started = time.process_time()
        assert "values" in (extract("\n".join(levels).encode(), "yaml").error or "")
        assert time.process_time() - started < 3


class TestJson:
    def test_comments_and_trailing_commas_are_read(self) -> None:
        node = root('// head\n{\n  "a": [1, 2,], /* x */\n  "b": {"c": null,},\n}\n', "json")
        assert plain(node) == {"a": [1, 2], "b": {"c": None}}
        assert at(node, "b", "c").line == 4

    @pytest.mark.parametrize(
        "source", ["", "{", "[1 2]", '{"a" 1}', '{"a":}', "{} {}", "[,]", "[1,,2]", "nope"]
    )
    def test_what_is_no_json_is_an_error(self, source: str) -> None:
        assert extract(source.encode(), "json").error

    def test_a_lone_surrogate_is_replaced(self) -> None:
        assert at(root(r'{"a": "\ud800"}', "json"), "a").scalar == "?"

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=20,
        )
    )
    def test_it_reads_what_json_writes(self, value: object) -> None:
        text = json.dumps(value, indent=1)
        assert plain(root(text, "json")) == json.loads(text.encode("utf-8", "replace"))


class TestToml:
    SOURCE = (
        '[project]\nname = "x"\ndependencies = [\n  "a>=1",  # why\n  "b",\n]\n[tool.y]\nz.w = 1\n'
        '[[tool.y.rows]]\nk = """\nlong"""\n[[tool.y.rows]]\n'
        "k = { p = 0x10, q = [1.5, inf] }\nd = 1979-05-27 07:32:00\n"
    )

    def test_values_and_items_have_their_lines(self) -> None:
        node = root(self.SOURCE, "toml")
        assert [item.line for item in at(node, "project", "dependencies").items] == [4, 5]
        assert at(node, "tool", "y", "z", "w").line == 8
        assert at(node, "tool", "y", "rows", 0, "k").scalar == "long"
        assert at(node, "tool", "y", "rows", 1, "k", "p").scalar == 16

    def test_it_agrees_with_tomllib(self) -> None:
        source = 'a = "x\\u00e9"\nb.c = [1, [2, {d = true}]]\n"q.r" = \'s\'\n[t]\n[t.u]\nv = -1_000\n'
        assert plain(root(source, "toml")) == tomllib.loads(source)

    @pytest.mark.parametrize(
        "source", ["a = ", "a = 1\na = 2", "a." * 20_000 + "b = 1", "a = " + "[" * 5000]
    )
    def test_what_cannot_be_read_says_why_at_once(self, source: str) -> None:
        started = time.process_time()
        assert extract(source.encode(), "toml").error
        assert time.process_time() - started < 3


class TestHcl:
    SOURCE = """
resource "aws_budgets_budget" "ai" {
  limit_amount = "100"
  enabled      = true
  count        = var.on ? 1 : 0
  tags         = { Team = "ai", "k/v" = 3 }
  notification { threshold = 50 }
  notification { threshold = 80 }
  policy = jsonencode({ Statement = [{ Action = ["bedrock:*"] }] })
}
"""

    def test_blocks_nest_by_their_labels(self) -> None:
        budget = at(root(self.SOURCE, "hcl"), "resource", "aws_budgets_budget", "ai")
        assert budget.line == 2
        assert budget.text("limit_amount") == "100"
        assert at(budget, "enabled").scalar is True
        assert budget.text("count") == "var.on ? 1 : 0"
        assert plain(at(budget, "tags")) == {"Team": "ai", "k/v": 3}

    def test_repeated_blocks_are_all_kept(self) -> None:
        budget = at(root(self.SOURCE, "hcl"), "resource", "aws_budgets_budget", "ai")
        assert [at(node, "threshold").scalar for node in budget.all("notification")] == [50, 80]

    def test_encoded_policies_are_looked_into(self) -> None:
        budget = at(root(self.SOURCE, "hcl"), "resource", "aws_budgets_budget", "ai")
        assert at(budget, "policy", "Statement", 0, "Action", 0).scalar == "bedrock:*"

    def test_what_is_no_hcl_is_an_error(self) -> None:
        assert extract(b"}} ]] ((", "hcl").error

    def test_comments_heredocs_and_indexed_values(self) -> None:
        source = 'a = 1 # why\nb = <<-EOT\n  }\n  EOT\nc = ["x"][0]\nd = "${var.a["k"]}-x"\n// end\n'
        assert plain(root(source, "hcl")) == {"a": 1, "b": "  }", "c": '["x"][0]', "d": '${var.a["k"]}-x'}
