"""No test reads or writes the settings and sessions of whoever runs it."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def config(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration folder, as a user has it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    folder = home / "config" / "shipsmith"
    (folder / "themes").mkdir(parents=True)
    return folder
