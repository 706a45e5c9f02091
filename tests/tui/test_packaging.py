"""What an installation puts on a machine, and what it never imports."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"shipsmith_tui", "shipsmith_controls", "shipsmith_widgets", "shipsmith_themes"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    built = next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))
    return zipfile.ZipFile(built)


def test_the_wheel_puts_only_our_four_packages_into_an_environment(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES


def test_the_wheel_holds_all_data_and_the_demo_whole(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for dimension in ("dat", "mod", "eva", "obs", "res", "sec", "cos", "ado", "gov"):
        assert f"shipsmith_controls/catalogue/{dimension}.toml" in names
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
    demo = ROOT / "shipsmith_tui" / "demo"
    files = {
        f"shipsmith_tui/demo/{file.relative_to(demo)}"
        for file in demo.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert files <= names
    assert "shipsmith_tui/demo/.github/workflows/evals.yml" in names


def test_the_wheel_names_command_licence_and_python(wheel: zipfile.ZipFile) -> None:
    [info] = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    assert b"shipsmith = shipsmith_tui.cli:main" in wheel.read(f"{info}/entry_points.txt")
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert "License-Expression: MIT" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert f"{info}/licenses/LICENSE" in wheel.namelist()


def run(code: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_engine_imports_no_screen(tmp_path: Path) -> None:
    code = (
        "import importlib, pkgutil, sys, shipsmith_controls as engine\n"
        "for module in pkgutil.walk_packages(engine.__path__, 'shipsmith_controls.'):\n"
        "    importlib.import_module(module.name)\n"
        "print(sorted({'textual', 'rich', 'tomlkit', 'watchfiles', 'shipsmith_tui'} & set(sys.modules)))"
    )
    assert run(code, tmp_path) == "[]"


def test_a_tree_with_packages_of_our_folders_names_is_never_imported(tmp_path: Path) -> None:
    names = ("widgets", "controls", "themes", "tests", "shipsmith_tui", "click", "json")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the tree was imported')\n")
    command = Path(sys.executable).with_name("shipsmith")
    if not command.exists():
        pytest.skip("the command is not installed in this environment")
    done = subprocess.run(
        [command, "controls", "RES-01"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("RES-01 ")
