"""What is known of SDKs, models and packages: data, and its loader."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from shipsmith_controls.knowledge.markers import Marker, markers_of
from shipsmith_controls.knowledge.models import ModelFile, ModelTable, Pin, Retirement, RetirementFile
from shipsmith_controls.knowledge.reading import KnowledgeError, build, folder, parse
from shipsmith_controls.knowledge.schema import Sdk
from shipsmith_controls.knowledge.sdk_files import assemble
from shipsmith_controls.knowledge.tables import Tables, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

__all__ = ["Knowledge", "KnowledgeError", "Marker", "ModelTable", "Pin", "Retirement", "load"]

_OTHERS = frozenset({"models.toml", "key_shapes.toml", "languages.toml"})


class Knowledge(msgspec.Struct, frozen=True, dict=True):
    """Everything the release knows; one value for the life of the process."""

    sdks: tuple[Sdk, ...]
    models: ModelTable
    tables: Tables

    def sdk(self, key: str) -> Sdk:
        """The SDK of that key.

        Raises:
            KeyError: there is none.
        """
        return next(sdk for sdk in self.sdks if sdk.key == key)

    def words(self, key: str) -> frozenset[str]:
        """A list of words by its key.

        Raises:
            KeyError: there is none.
        """
        for each in self.tables.words:
            if each.key == key:
                return frozenset(each.names)
        raise KeyError(key)

    def markers(self) -> dict[bytes, tuple[Marker, ...]]:
        """Byte strings whose presence makes a file a candidate for an LLM call, and what they mean.

        Import statements of the SDKs' modules, provider hosts and path suffixes of model APIs. For
        a prefilter: no file with a call lacks them all, many files with one hold no call.
        """
        if "_markers" not in self.__dict__:
            self.__dict__["_markers"] = markers_of(self.sdks, self.tables)
        found: dict[bytes, tuple[Marker, ...]] = self.__dict__["_markers"]
        return found


@cache
def load() -> Knowledge:
    """The knowledge shipped with this release, read once.

    Raises:
        KnowledgeError: a file has a mistake; the message names file, entry, key and the nearest
            valid word.
    """
    here = folder()
    models = build(_read(here / "models.toml", "models.toml"), ModelFile, "models.toml")
    retirements = (build(raw, RetirementFile, name) for name, raw in _files(here, "retirements"))
    return Knowledge(
        sdks=assemble(_files(here, "sdks")),
        models=models.table(retirements),
        tables=tables_of((name, raw) for name, raw in _files(here) if name not in _OTHERS),
    )


def _files(here: Traversable, inside: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    where = here / inside if inside else here
    for file in sorted(where.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            name = f"{inside}/{file.name}" if inside else file.name
            yield name, _read(file, name)


def _read(file: Traversable, name: str) -> dict[str, Any]:
    return parse(file.read_text(encoding="utf-8"), name)
