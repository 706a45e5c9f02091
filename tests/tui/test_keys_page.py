"""docs/keys.md is made from the bindings."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_on_the_keys_is_current() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "keys_page.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
