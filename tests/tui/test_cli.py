"""The command line: data on standard output, sentences on standard error, exit codes that scripts use."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from shipsmith_tui.demo_tree import copy_demo
from tests.controls.test_workflows import TWO

COMMAND = [sys.executable, "-P", "-m", "shipsmith_tui"]


def shipsmith(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": ""}
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_demo(tmp_path_factory.mktemp("cli") / "harbor-helpdesk")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text("print('no model is called here')\n")
    return tmp_path


def test_a_tree_is_judged_as_text_by_default(demo: Path) -> None:
    done = shipsmith("scan", demo)
    assert done.returncode == 0
    assert "controls failing, worst first" in done.stdout
    assert "deploy/staging.env:2" in done.stdout
    assert "T3Blbk" not in done.stdout
    assert done.stderr == ""


def test_without_a_terminal_the_dashboard_command_prints_the_same(demo: Path) -> None:
    bare, scanned = shipsmith(cwd=demo), shipsmith("scan", cwd=demo)
    assert bare.returncode == 0
    assert bare.stdout.splitlines()[:-1] == scanned.stdout.splitlines()[:-1]


def test_json_goes_alone_to_standard_output(demo: Path) -> None:
    done = shipsmith("scan", demo, "--format", "json")
    document = json.loads(done.stdout)
    assert document["schema"] == 1
    assert document["tree"]["branch"] == "main"
    assert document["tree"]["dirty"] is False
    assert done.stderr == ""
    assert "T3Blbk" not in done.stdout


def test_fail_under_decides_between_0_and_1(demo: Path) -> None:
    score = json.loads(shipsmith("scan", demo, "--format", "json").stdout)["score"]
    assert shipsmith("scan", demo, "--fail-under", str(score)).returncode == 0
    below = shipsmith("scan", demo, "--fail-under", str(score + 1))
    assert below.returncode == 1
    assert below.stderr == f"shipsmith: the score {score} is below {score + 1}\n"


def test_a_tree_without_ai_is_exit_code_3(plain: Path) -> None:
    for form in ("text", "json"):
        done = shipsmith("scan", plain, "--format", form, "--fail-under", "50")
        assert done.returncode == 3
        assert done.stderr.startswith("shipsmith: No AI workflow found: ")
    assert json.loads(done.stdout)["score"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("no-such-folder",), "shipsmith: no-such-folder does not exist\n"),
        (("scna",), "shipsmith: scna does not exist; did you mean `shipsmith scan`?\n"),
        (("scan", "no\x1bsuch"), "shipsmith: no␛such does not exist\n"),
        (("main.py",), "shipsmith: main.py is no folder; name the folder of the tree to judge\n"),
        (("controls", "RES-1"), "shipsmith: no control is called RES-1; did you mean RES-1"),
        (("scan", "--format", "xml"), "'xml' is not one of 'text', 'json'"),
        (("scan", "--fail-under", "101"), "101 is not in the range"),
        (("scan", "a", "b"), "unexpected extra argument (b)"),
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_code_2(
    plain: Path, words: tuple[str, ...], sentence: str
) -> None:
    done = shipsmith(*words, cwd=plain)
    assert done.returncode == 2
    assert done.stdout == ""
    assert sentence in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_exit_code_2(plain: Path) -> None:
    plain.chmod(0)
    try:
        done = shipsmith("scan", plain)
    finally:
        plain.chmod(0o755)
    assert (done.returncode, "may not be read" in done.stderr) == (2, True)


def test_a_broken_ledger_is_named_and_nothing_is_judged(plain: Path) -> None:
    (plain / "shipsmith.toml").write_text('exclude = []\n[[acknowledged]]\ncontrol = "RES-03"\n')
    done = shipsmith("scan", plain)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("shipsmith: shipsmith.toml:2: [[acknowledged]] lacks `reason`")
    assert "Nothing was judged" in done.stderr


def test_controls_are_listed_and_explained() -> None:
    listed = shipsmith("controls")
    assert listed.returncode == 0
    assert sum("-" in line.split("  ")[1] for line in listed.stdout.splitlines() if "  " in line) == 115
    explained = shipsmith("controls", "res-01")
    assert explained.stdout.startswith("RES-01 Every LLM call has an explicit timeout\n")
    assert "References" in explained.stdout


def test_the_version_is_printed() -> None:
    assert shipsmith("--version").stdout.startswith("shipsmith 0.")


def test_help_answers_at_once_and_imports_no_engine_and_no_screen() -> None:
    code = (
        "import sys\nfrom shipsmith_tui.cli import app\napp(['--help'], standalone_mode=False)\n"
        "heavy = {'textual', 'rich', 'ast_grep_py', 'git', 'shipsmith_controls', 'tomlkit', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        # Processor time: what else the machine does must not count.
        "import time\nassert time.process_time() < 2, time.process_time()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "scan" in done.stdout


def test_a_reader_that_goes_away_is_no_error(demo: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{sys.executable}' -m shipsmith_tui controls | head -1"],
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr


def test_a_fault_of_our_own_is_not_taken_for_a_low_score() -> None:
    code = "from shipsmith_tui import cli\ncli.app = None\ncli.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 70
    assert "Traceback" in done.stderr


def test_a_terminal_gets_colour_unless_no_color(plain: Path, demo: Path) -> None:
    for extra, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        assert (b"\x1b[31m" in _on_a_terminal("scan", str(demo), **extra)) is coloured


def _on_a_terminal(*words: str, **environment: str) -> bytes:
    parent, child = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *words],
        stdin=child,
        stdout=child,
        stderr=child,
        env={key: value for key, value in os.environ.items() if key != "NO_COLOR"} | environment,
    ) as running:
        os.close(child)
        seen = b""
        while True:
            try:
                piece = os.read(parent, 65_536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            seen += piece
        running.wait(60)
    os.close(parent)
    return seen


def test_config_shows_what_holds_as_a_file_that_can_be_kept(config: Path) -> None:
    (config / "config.toml").write_text('notify = "bell"\nkeys.act.edit = "o"\n')
    shown = shipsmith("config", "show")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert 'notify = "bell"' in shown.stdout
    assert '\nact.edit = "o"' in shown.stdout
    assert '\n# act.copy = "y"' in shown.stdout
    (config / "config.toml").write_text(shown.stdout)
    assert shipsmith("config", "show").stdout.replace("  (default)", "") == shown.stdout.replace(
        "  (default)", ""
    )


def test_config_validate_tells_every_mistake_and_exits_with_2(config: Path) -> None:
    assert shipsmith("config", "validate").stdout == "all right\n"
    (config / "config.toml").write_text('theme = "lihgt"\nmuose = true\nkeys.act.edit = "y"\n')
    (config / "themes" / "mine.toml").write_text("acent = 1")
    done = shipsmith("config", "validate")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "shipsmith: config.toml:2: no key is called `muose`; did you mean `mouse`?",
        "shipsmith: config.toml: keys: `act.edit` cannot be y, which is `act.copy`; "
        "give that another key, too.",
        "shipsmith: config.toml: no theme is called lihgt; did you mean `shipsmith-light`?",
        "shipsmith: themes/mine.toml: no key is called acent; did you mean accent?",
    ]


def test_config_path_and_schemas(config: Path) -> None:
    assert shipsmith("config", "path").stdout == f"{config / 'config.toml'}\n"
    assert "notify" in json.loads(shipsmith("config", "schema").stdout)["$defs"]["Settings"]["properties"]
    ledger = json.loads(shipsmith("config", "schema", "tree").stdout)["$defs"]["Ledger"]["properties"]
    assert {"exclude", "acknowledged", "attested"} <= set(ledger)


@pytest.fixture
def two_services(tmp_path: Path) -> Path:
    """A tree with a chat service and a summariser."""
    for name, text in TWO.items():
        path = tmp_path / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "shop"


def test_scan_tells_each_workflow_with_its_score(two_services: Path) -> None:
    text = shipsmith("scan", two_services).stdout
    table = text.split("2 workflows\n")[1].splitlines()
    assert [line.split()[0] for line in table[:2]] == ["chat", "summary"]
    told = json.loads(shipsmith("scan", two_services, "--format", "json").stdout)
    assert told["workflow"] is None
    assert [(w["name"], w["paths"], w["declared"]) for w in told["workflows"]] == [
        ("chat", ["services/chat"], False),
        ("summary", ["services/summary"], False),
    ]
    assert [line.split()[1] for line in table[:2]] == [str(w["score"]) for w in told["workflows"]]


def test_scan_judges_one_workflow(two_services: Path) -> None:
    whole = json.loads(shipsmith("scan", two_services, "--format", "json").stdout)
    told = json.loads(shipsmith("scan", two_services, "--format", "json", "--workflow", "summary").stdout)
    assert told["workflow"] == "summary"
    assert told["score"] == whole["workflows"][1]["score"]
    paths = {finding["path"] for control in told["controls"] for finding in control["findings"]}
    assert "services/chat/main.py" not in paths


def test_an_unknown_workflow_is_refused_with_the_nearest(two_services: Path) -> None:
    done = shipsmith("scan", two_services, "--workflow", "sumary")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no workflow is called sumary; did you mean summary?" in done.stderr
