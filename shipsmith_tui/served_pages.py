"""What a browser is given by `shipsmith serve`: one page, its static files and a websocket.

textual-serve answers every Host and every Origin, so that any page that is open in the same browser could
drive the dashboard and read the source that it shows. Both are checked here, and its page, which takes a
font from another host, is replaced.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from textual_serve.server import Server

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>shipsmith · {title}</title>
<link rel="stylesheet" href="/static/css/xterm.css">
<script src="/static/js/textual.js" nonce="{nonce}"></script>
<style>
@font-face {{ font-family: "Roboto Mono"; font-weight: 100 700;
  src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf"); }}
body {{ background: #0c181f; color: #eee; font-family: "Roboto Mono", monospace; margin: 0; }}
#ended {{ display: none; padding: 2em; }}
body.-closed #ended {{ display: block; }}
body.-closed #terminal {{ display: none; }}
</style>
</head>
<body>
<p id="ended">The dashboard was left. Reload the page to open it again.</p>
<div id="terminal" class="textual-terminal"
  data-session-websocket-url="ws://{host}/ws" data-font-size="14"></div>
<script nonce="{nonce}">
new MutationObserver(() => document.querySelector(".xterm-helper-textarea")?.focus())
  .observe(document.body, {{attributes: true}});
</script>
</body>
</html>
"""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(command: str, title: str, port: int) -> web.Application:
    """The web application; `command` is a shell's, run once for each page that is opened."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if port == 80:
        hosts |= {"127.0.0.1", "localhost"}

    @web.middleware
    async def only_our_page(request: web.Request, handler: _Handler) -> web.StreamResponse:
        """A name that another site points at this machine is refused, and so is another site's page."""
        if request.host not in hosts:
            raise web.HTTPForbidden(text="This dashboard answers on 127.0.0.1 and localhost only.\n")
        origin = request.headers.get("Origin")
        opens_socket = request.path == "/ws"
        if (opens_socket or origin is not None) and origin != f"http://{request.host}":
            raise web.HTTPForbidden(text="Another page may not use this dashboard.\n")
        return await handler(request)

    async def index(request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        page = _PAGE.format(title=html.escape(title), host=request.host, nonce=nonce)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
            f"font-src 'self' data:; img-src 'self' data:; connect-src ws://{request.host}; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return web.Response(text=page, content_type="text/html", headers=headers)

    server = Server(command, host="127.0.0.1", port=port, title=title)
    app = web.Application(middlewares=[only_our_page])
    app.add_routes(
        [
            web.get("/", index),
            web.get("/ws", server.handle_websocket),
            web.static("/static", server.statics_path),
        ]
    )
    return app
