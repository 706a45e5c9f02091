"""The reading boundary: regular files below the root, of sensible size, and nothing else."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

from shipsmith_controls.scorecard import Skipped
from shipsmith_controls.tree.reading import (
    MAX_DEPTH,
    READ_CAP,
    Binary,
    Content,
    Reader,
    settled,
)


def read(root: Path, path: str, cap: int = READ_CAP) -> Content:
    with Reader(str(root)) as reader:
        return reader.read(path, cap)


def open_files() -> int:
    """How many files this process holds open, where the system tells."""
    return len(list(Path("/proc/self/fd").glob("*")))


def test_reads_the_bytes_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/a.py").write_bytes(b"x = 1\r\n")
    (tmp_path / "empty.py").touch()
    assert read(tmp_path, "lib/a.py") == b"x = 1\r\n"
    assert read(tmp_path, "empty.py") == b""


def test_a_link_is_not_followed_wherever_it_stands(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "file").symlink_to(outside / "secret.txt")
    (tree / "folder").symlink_to(outside)
    (tree / "loop").symlink_to("loop")
    assert (tree / "folder/secret.txt").read_text() == "secret"
    assert read(tree, "file") == Skipped("file", "a symbolic link, not followed")
    assert read(tree, "loop") == Skipped("loop", "a symbolic link, not followed")
    above = Skipped("folder/secret.txt", "a folder above it is a symbolic link, not followed")
    assert read(tree, "folder/secret.txt") == above


def test_a_folder_swapped_for_a_link_while_reading_never_leads_outside(tmp_path: Path) -> None:
    for place, text in (("real", "inside"), ("outside", "secret")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "a.txt").write_text(text)
    (tmp_path / "link").symlink_to("outside")
    spot = tmp_path / "spot"
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for source in ("real", "link"):
                (tmp_path / source).rename(spot)
                spot.rename(tmp_path / source)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        found = {read(tmp_path, "spot/a.txt") for _ in range(3000)}
    finally:
        stop.set()
        thread.join()
    assert b"secret" not in found


def test_pipes_sockets_devices_and_folders_are_not_read_and_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    server = socket.socket(socket.AF_UNIX)
    with server:
        server.bind(str(tmp_path / "socket"))
        for name in ("pipe", "folder", "socket"):
            assert read(tmp_path, name) == Skipped(name, "not a regular file")


def test_the_size_cap_holds_and_can_be_raised(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_bytes(b"{}\n" * 500_000)
    assert read(tmp_path, "set.jsonl") == Skipped("set.jsonl", "larger than 1 MB")
    assert read(tmp_path, "set.jsonl", cap=2_000_000) == b"{}\n" * 500_000
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    assert read(tmp_path, "sparse") == Binary("sparse", 1 << 40)


def test_a_binary_is_no_gap_but_utf16_text_is(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (tmp_path / "prompt.txt").write_bytes("You are a helpful assistant".encode("utf-16"))
    (tmp_path / "late.txt").write_bytes(b"x" * 9000 + b"\0")
    assert read(tmp_path, "logo.png") == Binary("logo.png", 11)
    assert read(tmp_path, "prompt.txt") == Skipped("prompt.txt", "UTF-16 text; only UTF-8 is read")
    assert isinstance(read(tmp_path, "late.txt"), bytes)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "gone.py") == Skipped("gone.py", "it vanished while it was read")


def test_nesting_deeper_than_the_limit_is_told(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(MAX_DEPTH + 2):
        os.mkdir("d", dir_fd=folder)
        below = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    path = "d/" * (MAX_DEPTH + 1) + "a.py"
    assert read(tmp_path, path) == Skipped(path, f"nested deeper than {MAX_DEPTH} folders")


def test_a_stat_is_trusted_once_the_clock_of_the_file_system_has_ticked() -> None:
    second = 1_000_000_000
    fine, coarse = 5 * second + 250, 4 * second
    assert not settled(fine, fine + 10_000_000)
    assert settled(fine, fine + 60_000_000)
    assert not settled(coarse, coarse + second)
    assert settled(coarse, coarse + 3 * second)
    assert not settled(fine, fine - second), "a clock ahead of ours proves nothing"


def test_one_reader_walks_back_and_forth_and_closes_what_it_opened(tmp_path: Path) -> None:
    paths = ["a/b/c/one.py", "a/b/two.py", "a/bb/three.py", "top.py", "a/b/c/one.py"]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    before = open_files()
    with Reader(str(tmp_path)) as reader:
        assert [reader.read(path) for path in paths] == [path.encode() for path in paths]
    assert open_files() == before
