"""Byte strings that make a file a candidate for an LLM call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shipsmith_controls.knowledge.schema import Sdk
    from shipsmith_controls.knowledge.tables import Tables


class Marker(msgspec.Struct, frozen=True):
    """What a byte string stands for: an SDK's key, a host's provider, or an API's wire form."""

    kind: Literal["sdk", "host", "endpoint"]
    key: str


def markers_of(sdks: Iterable[Sdk], tables: Tables) -> dict[bytes, tuple[Marker, ...]]:
    """Every marker of these SDKs, hosts and endpoints, with all that it may mean."""
    found: dict[bytes, dict[Marker, None]] = {}
    for sdk in sdks:
        for module in sdk.modules:
            words = _python(module) if sdk.language == "python" else _typescript(module)
            for word in words:
                found.setdefault(word.encode(), {})[Marker("sdk", sdk.key)] = None
    for host in tables.host:
        found.setdefault(host.name.removeprefix("*").encode(), {})[Marker("host", host.provider)] = None
    for endpoint in tables.endpoint:
        found.setdefault(endpoint.suffix.encode(), {})[Marker("endpoint", endpoint.api)] = None
    return {word: tuple(meanings) for word, meanings in found.items()}


def _python(module: str) -> Iterator[str]:
    """How a Python import names the module: `import m`, `from m`, `import a, m`, `from a import b`."""
    yield f"import {module}"
    yield f"from {module}"
    yield f", {module}"
    package, _, name = module.rpartition(".")
    if package and name:
        # The imported names may stand on lines of their own, so the package alone has to do.
        yield f"from {package} import"


def _typescript(module: str) -> Iterator[str]:
    """How `import … from`, `import()` and `require()` quote the module or a path below it."""
    for quote in ("'", '"', "`"):
        yield f"{quote}{module}{quote}"
        yield f"{quote}{module}/"
