"""The dashboard in a browser: for this machine, for its own page, read only."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipsmith_tui.demo_tree import copy_demo
from shipsmith_tui.serving import ServingError, serve
from tests.tui.dashboards import stage

_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
"""Colours and places of the cursor, which cut words."""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The demo, served; the port."""
    pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")
    root = copy_demo(tmp_path_factory.mktemp("served") / "harbor-helpdesk")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    command = [sys.executable, "-P", "-m", "shipsmith_tui", "serve", str(root), "--port", str(free)]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere) as server:
        try:
            _wait_for(free)
            yield free
        finally:
            server.kill()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail(f"nothing listens on {port}")


def answer(port: int, path: str, **headers: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


SOCKET = {
    "Connection": "Upgrade", "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "c2hpcHNtaXRoLXNhbXBsZQ==",
}  # fmt: skip


def test_a_name_that_another_site_points_here_is_refused(port: int) -> None:
    assert answer(port, "/") == 200
    assert answer(port, "/", Host=f"rebound.example:{port}") == 403


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1"])
def test_another_page_may_not_open_the_socket(port: int, origin: str) -> None:
    assert answer(port, "/ws", **SOCKET, Origin=origin) == 403
    assert answer(port, "/ws", **SOCKET) == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.com"])
def test_hosts_that_others_can_reach_are_refused_in_a_sentence(tmp_path: Path, host: str) -> None:
    with pytest.raises(ServingError, match=r"can be reached from other machines.*ssh -L"):
        serve(tmp_path, host, 8000)


def test_without_the_extra_a_sentence_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ServingError, match=r"pip install 'shipsmith-tui\[serve\]'"):
        serve(tmp_path, "127.0.0.1", 8000)


async def test_keys_that_edit_or_decide_are_off_and_say_why() -> None:
    async with stage() as scene:
        scene.app.read_only = True
        scene.app.main.show_keys()
        for key in ("e", "a", "v", "u"):
            scene.app.clear_notifications()
            await scene.press("2", "down", key)
            [told] = [str(note.message) for note in scene.app._notifications]
            assert "Read only in a browser" in told
            assert scene.app.screen is scene.app.main
        assert scene.script.sent == [m for m in scene.script.sent if type(m).__name__ == "WantSource"]


def test_a_browser_shows_the_demo_and_takes_keys(port: int, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        heard: list[bytes] = []
        elsewhere: list[str] = []
        page.on("request", lambda request: elsewhere.append(request.url))
        page.on("websocket", lambda ws: ws.on("framereceived", lambda data: heard.append(_bytes(data))))

        def wait_for(text: bytes) -> None:
            for _ in range(300):
                if text in _CONTROL.sub(b"", b"".join(heard)):
                    return
                page.wait_for_timeout(100)
            pytest.fail(f"the page never got {text!r}")

        page.goto(f"http://127.0.0.1:{port}/")
        wait_for(b"failing of")
        page.wait_for_selector("textarea:focus", state="attached")
        page.keyboard.press("a")
        wait_for(b"Read only in a browser")
        page.screenshot(path=str(tmp_path / "page.png"))
        browser.close()
    assert {
        url for url in elsewhere if not url.startswith((f"http://127.0.0.1:{port}/", "data:"))
    } == set()


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data
