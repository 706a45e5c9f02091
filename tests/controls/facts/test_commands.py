"""Commands: scripts taken apart, wrappers seen through, tasks with their lines."""

from __future__ import annotations

import pytest
from shipsmith_controls.facts.commands import split_command
from shipsmith_controls.facts.tasks import justfile, makefile, noxfile, procfile, tox


@pytest.mark.parametrize(
    ("text", "kind", "target", "args"),
    [
        ("python -m pytest -x", "module", "pytest", ("-x",)),
        ("uv run --with rich python -m evals.run", "module", "evals.run", ()),
        ("uv run -m evals.run", "module", "evals.run", ()),
        ("poetry run python scripts/eval.py --all", "file", "scripts/eval.py", ("--all",)),
        ("python3.12 -u app.py", "file", "app.py", ()),
        ("npx -y promptfoo@latest eval -c a.yaml", "program", "promptfoo", ("eval", "-c", "a.yaml")),
        ("pnpm exec playwright test", "program", "playwright", ("test",)),
        ("npm run evals -- --ci", "task", "evals", ("--", "--ci")),
        ("npm test", "task", "test", ()),
        ("npm ci", "program", "npm", ("ci",)),
        ("pnpm --filter web evals", "task", "evals", ()),
        ("yarn build", "task", "build", ()),
        ("bun run x.ts", "file", "x.ts", ()),
        ("make -j4 test", "task", "test", ()),
        ("tox -e evals", "task", "evals", ()),
        ("bash ./deploy.sh prod", "file", "./deploy.sh", ("prod",)),
        ("timeout 60 ./run.sh", "file", "./run.sh", ()),
        ("env A=1 node dist/x.js", "file", "dist/x.js", ()),
        ("gunicorn app.main:app", "program", "gunicorn", ("app.main:app",)),
        ("deepeval test run t.py", "program", "deepeval", ("test", "run", "t.py")),
    ],
)
def test_what_a_command_runs_in_the_end(text: str, kind: str, target: str, args: tuple[str, ...]) -> None:
    (found,) = split_command(text)
    assert (found.kind, found.target, found.args) == (kind, target, args)


class TestScripts:
    def test_commands_have_lines_folders_and_variables(self) -> None:
        script = "cd web && npm run a\n# note\n(cd deep && ls)\nKEY=1 poetry run evals \\\n  --fast\n"
        found = split_command(script, line=10)
        assert [(one.target, one.line, one.directory) for one in found] == [
            ("a", 10, "web"),
            ("ls", 12, "web/deep"),
            ("evals", 13, "web"),
        ]
        assert (found[2].env, found[2].args, found[2].via) == (
            (("KEY", "1"),),
            ("--fast",),
            ("poetry run",),
        )

    @pytest.mark.parametrize(
        "text", ["evals || true", "evals || echo failed", "set +e\nevals", "a && evals || :"]
    )
    def test_a_swallowed_failure_is_seen(self, text: str) -> None:
        assert next(one for one in split_command(text) if one.target == "evals").tolerated

    @pytest.mark.parametrize("text", ["evals || exit 1", "a || true\nevals", "a || true; evals"])
    def test_other_failures_count(self, text: str) -> None:
        assert not next(one for one in split_command(text) if one.target == "evals").tolerated

    def test_a_pipe_hides_the_exit_status(self) -> None:
        first, second = split_command("evals 2>&1 | tee out.txt")
        assert (first.piped, first.args, second.piped) == (True, (), False)

    def test_shells_are_looked_into(self) -> None:
        found = split_command('sh -c "alembic upgrade head && uvicorn app:app"')
        assert [one.target for one in found] == ["alembic", "uvicorn"]

    def test_quotes_heredocs_and_expressions_are_no_commands(self) -> None:
        script = "echo \"a && b\" '; c'\ncat <<EOF > f\nrm -rf x\nEOF\nrun ${{ a && b || c }} $(x; y)\n"
        assert [one.target for one in split_command(script)] == ["echo", "cat", "run"]
        assert split_command(script)[2].line == 5

    def test_control_words_are_skipped(self) -> None:
        script = "if [ -f x ]; then\n  evals\nelse\n  other\nfi\n"
        assert [one.target for one in split_command(script)] == ["evals", "other"]


class TestTasks:
    def test_make_targets_with_variables_filled_in(self) -> None:
        source = (
            b"PY := uv run python\n.PHONY: eval\neval test: deps | dir\n"
            b"\t@$(PY) -m evals \\\n\t  --all\n\t-rm x\ndeps: ; pip install .\n"
        )
        evals, test, deps = makefile(source)
        assert (evals.name, evals.needs, evals.line) == ("eval", ("deps", "dir"), 3)
        assert evals.commands == (("uv run python -m evals  --all", 4), ("rm x || true", 6))
        assert (test.commands, deps.commands) == (evals.commands, (("pip install .", 7),))

    def test_just_recipes(self) -> None:
        (lint, evals) = justfile(
            b"x := '1'\nlint:\n  ruff check\n@evals name='a' *args: lint (b 'c')\n  promptfoo eval\n"
        )
        assert (lint.commands, evals.needs) == ((("ruff check", 3),), ("lint", "b"))

    def test_procfiles_tox_and_nox(self) -> None:
        assert procfile(b"web: uvicorn app:app\n# x: y\n")[0].commands == (("uvicorn app:app", 1),)
        assert tox(b"[testenv:evals]\ncommands =\n  pytest evals\n  - flake8\n")[0].commands == (
            ("pytest evals", 3),
            ("flake8 || true", 4),
        )
        source = b'@nox.session(name="ev")\ndef evals(session):\n    session.run("pytest", "evals")\n'
        assert (noxfile(source)[0].name, noxfile(source)[0].commands) == ("ev", (("pytest evals", 3),))
