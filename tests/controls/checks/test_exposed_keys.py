"""SEC-01: no key in tree or client code. Keys are put together here, so that none stands in a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Verdict

ANTHROPIC = "sk-" + "ant-api03-" + "aB3dE6gH9jK2mN5pQ8sT" * 4 + "wX7zA4cF1iL-" + "rAA"
RANDOM = "q7Zp2Lx9Vb4Nc8Kw1Ty6Rd3M"

CALLS = """
from openai import OpenAI

reply = OpenAI().chat.completions.create(model="gpt-4.1", messages=[])
"""


def judged(tree: Path, files: dict[str, str], tracked: bool = False) -> Verdict:
    """The verdict of SEC-01 on a tree; `tracked`: all but `.env` is added to a git repository."""
    for name, text in {"app.py": CALLS, **files}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    if tracked:
        subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
        names = [name for name in ("app.py", *files) if name != ".env"]
        subprocess.run(["git", "add", *names], cwd=tree, check=True)
    with Judge(tree) as judge:
        return next(c.verdict for c in judge.update().controls if c.id == "SEC-01")


def test_a_vendor_key_in_code_is_missing_and_never_shown(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"app/llm.py": f'KEY = "{ANTHROPIC}"\n'})
    assert verdict.status == "missing"
    assert [(f.path, f.line) for f in verdict.findings] == [("app/llm.py", 1)]
    assert ANTHROPIC[10:20] not in repr(verdict)


def test_a_random_literal_in_a_test_leaves_it_partial(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"tests/test_app.py": f'api_key = "{RANDOM}"\n'})
    assert verdict.status == "partial"


def test_a_vendor_key_in_a_test_is_missing_all_the_same(tmp_path: Path) -> None:
    assert judged(tmp_path, {"tests/test_app.py": f'KEY = "{ANTHROPIC}"\n'}).status == "missing"


def test_an_untracked_env_file_is_no_finding_but_a_tracked_prompt_is(tmp_path: Path) -> None:
    line = f"ANTHROPIC_API_KEY={ANTHROPIC}\n"
    assert judged(tmp_path / "a", {".env": line}, tracked=True).status == "done"
    assert judged(tmp_path / "b", {"prompts/answer.txt": line}, tracked=True).status == "missing"


@pytest.mark.parametrize(
    "text",
    [
        'id = "task-prompt-input"\ntoken = "sk-prompt-input"\n',
        'key = "sk-test-key-0000000000000000000000000000"\n',
        'ANTHROPIC_API_KEY = "sk-ant-your_api_key_goes_here"\n',
        'api_key = "nokeyneeded"\n',
        'SECRET = "OPENAI_API_KEY_OF_THE_TEAM_ACCOUNT"\n',
        f'FAKE_PUSH_KEY = "{RANDOM}"',
        f'website_token = "{RANDOM}"',
    ],
)
def test_placeholders_and_names_are_no_keys(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, {"app/settings.py": text}).status == "done"


@pytest.mark.parametrize(
    ("read", "status"),
    [
        ("process.env.NEXT_PUBLIC_LANGGRAPH_AUTH_KEY", "missing"),
        ("import.meta.env.VITE_OPENAI_API_KEY", "missing"),
        ("process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY", "done"),
        ("process.env.NEXT_PUBLIC_POSTHOG_KEY", "done"),
        ("process.env.NEXT_PUBLIC_GOOGLE_MAPS_API_KEY", "done"),
        ("process.env.OPENAI_API_KEY", "done"),
    ],
)
def test_public_variables_that_hold_a_vendors_key(tmp_path: Path, read: str, status: str) -> None:
    assert judged(tmp_path, {"web/client.ts": f"export const key = {read};\n"}).status == status


def test_a_client_that_may_run_in_the_browser_sends_its_key_there(tmp_path: Path) -> None:
    code = 'import OpenAI from "openai";\nconst a = new OpenAI({\n  dangerouslyAllowBrowser: true,\n});\n'
    verdict = judged(tmp_path, {"web/ai.ts": code})
    assert [(f.path, f.line) for f in verdict.findings] == [("web/ai.ts", 3)]
