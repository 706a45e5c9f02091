"""What is new, fixed and inherited since a base, on small repositories that are judged twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Scorecard, Status
from shipsmith_controls.since import ALL, Since, compare, past_of
from shipsmith_controls.tree.commits import CommitTree
from shipsmith_controls.tree.git import Git, open_git

from tests.controls.tree.repo import Repo

CLIENT = "from openai import OpenAI\n\nclient = OpenAI({})\n"
ASK = (
    "from app.llm import client\n\n\ndef ask(question: str) -> str:\n"
    '    reply = client.responses.create(model="gpt-4o-2024-08-06", input=question)\n'
    "    return reply.output_text\n"
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "shop")
    made.write("app/llm.py", CLIENT.format(""))
    made.write("app/ask.py", ASK)
    made.commit()
    return made


def judged(repo: Repo, base: str = "HEAD") -> tuple[Scorecard, Since]:
    """The tree as it is now, and what changed since a revision."""
    with Judge(repo.root) as judge:
        card = judge.update()
        files = judge.workspace.files
    git = open_git(str(repo.root))
    assert isinstance(git, Git)
    with git:
        commit = git.resolve(base)
        assert commit is not None
        with Judge(CommitTree(git, str(repo.root), commit)) as judge:
            past = past_of(judge.update(), commit)
    return card, compare(past, card, files)


def places(card: Scorecard, since: Since, control: str) -> list[str]:
    """Where the new findings of a control are."""
    found = next(c for c in card.controls if c.id == control)
    return [f.path for f in found.verdict.findings if f.fingerprint in since.new]


def test_a_clean_tree_differs_in_nothing_from_its_commit(repo: Repo) -> None:
    card, since = judged(repo)
    assert not since.new
    assert not since.fixed
    assert not since.was
    assert not since.change
    assert since.inherited == sum(len(c.verdict.findings) for c in card.controls)


def test_a_commit_is_judged_exactly_as_its_checkout(repo: Repo) -> None:
    with Judge(repo.root) as judge:
        live = judge.update()
    git = open_git(str(repo.root))
    assert isinstance(git, Git)
    with git:
        commit = git.resolve("HEAD")
        assert commit is not None
        with Judge(CommitTree(git, str(repo.root), commit)) as judge:
            assert judge.update().controls == live.controls


def test_a_gap_that_was_fixed_is_fixed_and_wins_points(repo: Repo) -> None:
    repo.write("app/llm.py", CLIENT.format("timeout=30"))
    card, since = judged(repo)
    assert [f.path for f in since.fixed["RES-01"]] == ["app/llm.py"]
    assert since.was["RES-01"] is Status.MISSING
    assert "RES-01" in since.fixed_controls(card)
    assert since.change["RES"] > 0
    assert since.change[ALL] > 0


def test_a_new_gap_is_new_beside_those_that_were_inherited(repo: Repo) -> None:
    repo.write("app/second.py", CLIENT.format("").replace("client", "second"))
    repo.write("app/sum.py", ASK.replace("app.llm import client", "app.second import second as client"))
    card, since = judged(repo)
    assert places(card, since, "RES-01") == ["app/second.py"]
    assert "RES-01" not in since.was
    assert "RES-01" not in since.fixed
    assert since.inherited > 0
    assert since.count_new(card) >= len(since.new)


def test_a_renamed_file_brings_nothing_new_and_fixes_nothing(repo: Repo) -> None:
    repo.git("mv", "app/llm.py", "app/clients.py")
    repo.write("app/ask.py", ASK.replace("app.llm", "app.clients"))
    card, since = judged(repo)
    assert places(card, since, "RES-01") == []
    assert "RES-01" not in since.fixed


def test_the_same_gap_elsewhere_is_new_while_the_old_file_stands(repo: Repo) -> None:
    repo.write("app/llm.py", CLIENT.format("timeout=30"))
    repo.write("app/other.py", CLIENT.format(""))
    repo.write("app/sum.py", ASK.replace("app.llm", "app.other"))
    card, since = judged(repo)
    assert places(card, since, "RES-01") == ["app/other.py"]
    assert [f.path for f in since.fixed["RES-01"]] == ["app/llm.py"]


def test_an_edit_of_the_line_of_an_old_gap_makes_it_no_new_one(repo: Repo) -> None:
    repo.write("app/llm.py", CLIENT.format("max_retries=1"))
    card, since = judged(repo)
    assert places(card, since, "RES-01") == []
    assert "RES-01" not in since.fixed


def test_a_renamed_file_whose_line_was_edited_brings_nothing_new_either(repo: Repo) -> None:
    repo.git("mv", "app/llm.py", "app/clients.py")
    repo.write("app/clients.py", CLIENT.format("max_retries=1"))
    repo.write("app/ask.py", ASK.replace("app.llm", "app.clients"))
    card, since = judged(repo)
    assert places(card, since, "RES-01") == []
    assert "RES-01" not in since.fixed


def test_a_second_gap_in_the_same_file_is_new(repo: Repo) -> None:
    repo.write("app/llm.py", CLIENT.format("max_retries=1") + "other = OpenAI(max_retries=2)\n")
    repo.write("app/sum.py", ASK.replace("import client", "import other as client"))
    card, since = judged(repo)
    assert len(places(card, since, "RES-01")) == 1


def test_committed_and_uncommitted_changes_count_alike(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    repo.write("app/llm.py", CLIENT.format("timeout=30"))
    repo.commit("a timeout")
    repo.write("app/other.py", CLIENT.format(""))
    repo.write("app/sum.py", ASK.replace("app.llm", "app.other"))
    card, since = judged(repo, "main")
    assert places(card, since, "RES-01") == ["app/other.py"]
    assert [f.path for f in since.fixed["RES-01"]] == ["app/llm.py"]


def test_a_control_that_no_longer_applies_is_not_called_fixed(repo: Repo) -> None:
    (repo.root / "app/llm.py").unlink()
    (repo.root / "app/ask.py").unlink()
    repo.write("app/main.py", "print('no model is called here')\n")
    card, since = judged(repo)
    assert since.was["RES-01"] is Status.MISSING
    assert "RES-01" not in since.fixed
    assert "RES-01" not in since.fixed_controls(card)
    assert since.count_fixed(card) == 0
