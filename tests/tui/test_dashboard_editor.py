"""Which command opens a file at a line."""

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from shipsmith_tui.dashboard.editor import EditorError, editor_command
from shipsmith_tui.dashboard.presets import editors

PATH = Path("/srv/support bot/app.py")
TEXT = str(PATH)


@pytest.mark.parametrize(
    ("editor", "argv", "in_terminal"),
    [
        ("vim", ("vim", "+42", TEXT), True),
        ("nvim -p", ("nvim", "-p", "+42", TEXT), True),
        ("/usr/bin/vi", ("/usr/bin/vi", "+42", TEXT), True),
        ("nano", ("nano", "+42", TEXT), True),
        ("emacs -nw", ("emacs", "-nw", "+42", TEXT), True),
        ("emacsclient -t", ("emacsclient", "-t", "+42", TEXT), True),
        ("emacsclient", ("emacsclient", "+42", TEXT), False),
        ("hx", ("hx", f"{TEXT}:42"), True),
        ("zed --wait", ("zed", "--wait", f"{TEXT}:42"), False),
        ("subl", ("subl", f"{TEXT}:42"), False),
        ("code --wait", ("code", "--wait", "-g", f"{TEXT}:42"), False),
        ("cursor", ("cursor", "-g", f"{TEXT}:42"), False),
        ("pycharm", ("pycharm", "--line", "42", TEXT), False),
        ("my-editor", ("my-editor", TEXT), True),
        ("'/opt/my editors/vim'", ("/opt/my editors/vim", "+42", TEXT), True),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(
    editor: str, argv: tuple[str, ...], in_terminal: bool
) -> None:
    assert editor_command({"EDITOR": editor}, PATH, 42) == (argv, in_terminal)


def test_inside_the_terminal_of_nvim_the_place_opens_there() -> None:
    environ = {"VISUAL": "nvim", "NVIM": "/run/nvim.sock"}
    command = editor_command(environ, Path("/srv/it's/app.py"), 42)
    assert command.argv[:4] == ("nvim", "--server", "/run/nvim.sock", "--remote-expr")
    assert "fnameescape('/srv/it''s/app.py')" in command.argv[4]
    assert "'42'" in command.argv[4]
    assert not command.in_terminal
    assert editor_command({**environ, "VISUAL": "vim"}, PATH, 42).argv == ("vim", "+42", TEXT)


def test_no_command_has_two_presets() -> None:
    text = (resources.files("shipsmith_tui.dashboard.presets") / "editors.toml").read_text()
    names = [name for editor in tomllib.loads(text)["editor"] for name in editor["names"]]
    assert sorted(names) == sorted(editors())


def test_visual_goes_before_editor() -> None:
    command = editor_command({"VISUAL": "nvim", "EDITOR": "nano"}, PATH, 1)
    assert command.argv[0] == "nvim"


def test_a_name_that_looks_like_a_command_stays_one_word() -> None:
    path = Path("/srv/$(touch x); `y` && z")
    assert editor_command({"EDITOR": "vim"}, path, 1).argv == ("vim", "+1", str(path))


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [({}, "No editor is set"), ({"EDITOR": "  "}, "No editor"), ({"EDITOR": "vim 'x"}, "cannot be read")],
)
def test_what_cannot_be_started_is_a_sentence(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(EditorError, match=sentence):
        editor_command(environ, PATH, 1)


def test_the_editor_of_the_settings_comes_first() -> None:
    environ = {"VISUAL": "vim", "EDITOR": "nano"}
    assert editor_command(environ, PATH, 7, "code -w").argv == ("code", "-w", "-g", f"{PATH}:7")
    with pytest.raises(EditorError, match="editor cannot be read"):
        editor_command(environ, PATH, 7, "vim 'x")
