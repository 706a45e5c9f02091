"""The dashboard in a browser, for this machine only: who may ask is decided here."""

from __future__ import annotations

import importlib.util
import ipaddress
import shlex
import socket
import sys
from pathlib import Path

import click

_INSTALL = "pip install 'shipsmith-tui[serve]'"


class ServingError(Exception):
    """Nothing can be served; the text is a sentence."""


def serve(root: Path, host: str, port: int) -> int:
    """Serve a read-only dashboard of a tree, one for each page, until interrupted.

    Raises:
        ServingError: a part is missing, the host is reachable from elsewhere, or the port is taken.
    """
    _check_loopback(host)
    if importlib.util.find_spec("textual_serve") is None:
        raise ServingError(f"A dashboard in a browser needs one part more; install it: {_INSTALL}")
    _check_free(port)
    from aiohttp import web

    from shipsmith_tui.served_pages import make_app

    # -P: a tree with a folder named as one of our packages must never be imported.
    command = shlex.join([sys.executable, "-P", "-m", "shipsmith_tui", "served", str(root)])
    click.echo(f"shipsmith is at http://127.0.0.1:{port}/ for this machine only; Ctrl+C ends it.")
    web.run_app(
        make_app(command, root.name, port), host="127.0.0.1", port=port, print=None, access_log=None
    )
    return 0


def _check_loopback(host: str) -> None:
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise ServingError(
            f"{host} can be reached from other machines, and the dashboard shows source code; "
            "it is served on 127.0.0.1 only. To look from elsewhere, forward the port with ssh -L."
        )


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = error.strerror or error
            raise ServingError(f"Port {port} cannot be used ({reason}); name another: --port N") from None
