"""Ownership: the last matching rule decides, and a rule without owners clears."""

from __future__ import annotations

import pytest
from shipsmith_controls.facts.owners import catalog_owners, codeowners, contacts, owner_of
from shipsmith_controls.facts.structured import extract


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b/c.py", True),
        ("*.js", "a/b.js", True),
        ("*.js", "a/b.jsx", False),
        ("/docs/", "docs/a/b.md", True),
        ("/docs/", "x/docs/a.md", False),
        ("docs/", "x/docs/a.md", True),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/a/b.md", False),
        ("apps/web", "apps/web/x.ts", True),
        ("apps/web", "x/apps/web/x.ts", False),
        ("**/logs", "build/logs/x", True),
        ("**/logs", "logs/x", True),
        ("a/**/b.py", "a/x/y/b.py", True),
        ("a/**/b.py", "a/b.py", True),
        ("/README.md", "README.md", True),
        ("secret?.txt", "secret1.txt", True),
        ("my\\ file.txt", "my file.txt", True),
    ],
)
def test_patterns_are_read_as_github_does(pattern: str, path: str, matches: bool) -> None:
    rules = codeowners(f"{pattern} @a\n".encode())
    assert (owner_of(rules, path) is not None) is matches


def test_the_last_matching_rule_wins_and_none_clears() -> None:
    rules = codeowners(b"* @org/all\n/src/ai/ @org/ai dev@example.com # AI\n/src/ai/gen.py\n")
    ai, generated = owner_of(rules, "src/ai/x.py"), owner_of(rules, "src/ai/gen.py")
    assert ai is not None
    assert (ai.owners, ai.line) == (("@org/ai", "dev@example.com"), 2)
    assert generated is not None
    assert generated.owners == ()


def test_a_team_without_a_pattern_owns_nothing() -> None:
    assert codeowners(b"@org/team\n") == ()


def test_gitlab_sections_pass_their_owners_on() -> None:
    rules = codeowners(b"[AI][2] @org/ai\nprompts/\n^[Docs]\n*.md @writer\n")
    assert [rule.owners for rule in rules] == [("@org/ai",), ("@writer",)]


def test_a_hostile_pattern_costs_no_time() -> None:
    rules = codeowners(("*a" * 200 + "b @x\n").encode())
    assert owner_of(rules, "a" * 5000) is None


def test_owners_and_maintainers_files() -> None:
    assert [one.name for one in contacts(b"# Team\n* Jane <jane@corp.io> (@jane)\n")] == [
        "jane@corp.io",
        "@jane",
    ]
    assert [one.name for one in contacts(b"approvers:\n  - alice\n  - bob\nlabels:\n  - area/x\n")] == [
        "alice",
        "bob",
    ]


def test_service_catalogues() -> None:
    config = extract(b"kind: Component\nspec:\n  type: service\n  owner: team-ai\n", "yaml")
    assert [(one.name, one.line) for one in catalog_owners(config)] == [("team-ai", 4)]
