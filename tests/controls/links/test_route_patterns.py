"""Which routes the matcher of a Next.js middleware covers."""

from __future__ import annotations

import pytest
from shipsmith_controls.links.access.guards_next import covers

EVERYTHING_BUT_API = r"/((?!api|static|.*\..*|_next|auth).*)"


@pytest.mark.parametrize(
    ("pattern", "route", "covered"),
    [
        ("/api/:path*", "/api/chat", True),
        ("/api/:path*", "/api", True),
        ("/api/:path*", "/chat", False),
        ("/chat/:id", "/chat/7", True),
        ("/chat/:id", "/chat/7/edit", False),
        ("/dashboard(.*)", "/dashboard/costs", True),
        (EVERYTHING_BUT_API, "/api/chat", False),
        (EVERYTHING_BUT_API, "/chat", True),
        (EVERYTHING_BUT_API, "/logo.png", False),
        ("/((?!_next/static|favicon.ico).*)", "/api/chat", True),
    ],
)
def test_a_pattern_covers_a_route(pattern: str, route: str, covered: bool) -> None:
    assert covers(pattern, route) is covered
