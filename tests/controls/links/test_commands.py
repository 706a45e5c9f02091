"""Commands: what a CI step or script runs in the end."""

from __future__ import annotations

from pathlib import Path

from shipsmith_controls.judge import Judge
from shipsmith_controls.links.files.commands import Target, ci_commands, expand, reached
from shipsmith_controls.queries import Database

TREE = {
    "Makefile": "ingest: check\n\tuv run python -m app.ingest --all\ncheck:\n\truff check .\n",
    "package.json": '{"name": "web", "scripts": {"evals": "pnpm run score && promptfoo eval"}}',
    "web/package.json": '{"name": "ui", "scripts": {"score": "tsx scripts/score.ts"}}',
    "web/scripts/score.ts": "export const score = 1\n",
    "app/ingest.py": "def main(): ...\n",
    "manage.py": "",
    "shop/management/commands/sync_docs.py": "",
    "scripts/load.sh": "set -e\ncd app\npython ingest.py\n",
    "pyproject.toml": '[project]\nname = "app"\n[project.scripts]\nload-docs = "app.ingest:main"\n',
    ".github/workflows/nightly.yml": (
        "on: {schedule: [{cron: '0 1 * * *'}]}\n"
        "jobs:\n  load:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: ./.github/actions/load\n      - run: make ingest\n"
    ),
    ".github/actions/load/action.yml": (
        "runs:\n  using: composite\n  steps:\n    - run: bash scripts/load.sh\n      shell: bash\n"
    ),
}


def tree(root: Path) -> Database:
    for path, text in TREE.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    judge = Judge(root)
    judge.update()
    return judge.db


def targets(db: Database, script: str) -> set[Target]:
    return {t for ran in expand(db, script, "", "ci.yml") for t in reached(db, ran)}


def test_a_make_target_reaches_the_module_it_runs(tmp_path: Path) -> None:
    assert targets(tree(tmp_path), "make ingest") == {Target("app/ingest.py")}


def test_a_package_script_reaches_the_scripts_it_names_in_any_package(tmp_path: Path) -> None:
    db = tree(tmp_path)
    assert targets(db, "pnpm run evals") == {Target("web/scripts/score.ts")}
    programs = [ran.command.target for ran in expand(db, "pnpm run evals", "", "ci.yml")]
    assert "promptfoo" in programs


def test_a_console_script_reaches_its_function(tmp_path: Path) -> None:
    assert targets(tree(tmp_path), "uv run load-docs") == {Target("app/ingest.py", "main")}


def test_a_management_command_reaches_its_module(tmp_path: Path) -> None:
    found = targets(tree(tmp_path), "python manage.py sync_docs")
    assert Target("shop/management/commands/sync_docs.py") in found


def test_what_is_not_of_the_tree_reaches_nothing(tmp_path: Path) -> None:
    assert targets(tree(tmp_path), "pytest -q && python -m http.server") == set()


def test_ci_commands_go_through_local_actions_and_carry_their_triggers(tmp_path: Path) -> None:
    db = tree(tmp_path)
    started = {
        (target.path, trigger.event)
        for command in ci_commands(db)
        for target in reached(db, command.ran)
        for trigger in command.triggers
    }
    assert ("app/ingest.py", "schedule") in started
    assert {command.ran.path for command in ci_commands(db)} >= {"scripts/load.sh", "Makefile"}
