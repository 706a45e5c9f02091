"""The model table: which ids are fixed, which float, which are retired, on which platform."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Pin: TypeAlias = Literal["fixed", "floating"]


class Retirement(msgspec.Struct, frozen=True):
    """When a platform stops answering an id, by the vendor's word, and what it names instead."""

    on: dt.date
    replacement: str
    source: str


class ModelRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table.

    `pattern` is matched against the whole id: `*` is any text, `#` a digit; `.` and `-` are equal,
    case is not. A row may say whether the id is pinned, when it is retired, or both.
    """

    platform: str
    pattern: str
    source: str
    read_on: dt.date
    pin: Pin | None = None
    retired_on: dt.date | None = None
    replacement: str = ""

    @property
    def specificity(self) -> tuple[bool, int]:
        """Whether the pattern is one exact id, and how many characters it fixes."""
        return "*" not in self.pattern, len(self.pattern) - self.pattern.count("*")


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place that serves models. `pins_like`: platforms whose pins hold where it has no row.

    `names_with_slash`: its own ids hold a slash (`org/model`), so no vendor prefix is taken off.
    `gateway`: it serves other vendors' ids under their names; their rows hold.
    """

    name: str
    pins_like: tuple[str, ...] = ()
    names_with_slash: bool = False
    gateway: bool = False


class ModelTable(msgspec.Struct, frozen=True, dict=True):
    """All rows, and how an id written in code is brought to the form they match."""

    rows: tuple[ModelRow, ...]
    prefixes: dict[str, str]
    """Gateway prefix -> the platform that an id behind it belongs to; "" only drops the prefix."""
    regions: dict[str, tuple[str, ...]]
    """Platform -> prefixes inside it that choose a region."""
    suffixes: tuple[str, ...]
    platforms: dict[str, Platform]
    vendors: tuple[str, ...]
    """Platforms whose rows are tried when the platform is unknown or a gateway."""

    def resolve(self, model_id: str, platform: str = "") -> tuple[str, str]:
        """The bare id and the platform whose rows apply.

        Args:
            model_id: as the code has it, gateway prefix and all.
            platform: `ClientType.provider` of the client, "" when unknown. A prefix wins over it,
                unless the platform's own ids hold a slash.
        """
        text = model_id.strip().lower()
        if text.startswith("arn:aws"):
            text, platform = text.rpartition("/")[2], "aws"
        while (step := self._without_prefix(text, platform)) is not None:
            text, platform = step
        for region in self.regions.get(platform, ()):
            text = text.removeprefix(region)
        for suffix in self.suffixes:
            text = text.removesuffix(suffix)
        return text, platform

    def _without_prefix(self, text: str, platform: str) -> tuple[str, str] | None:
        here = self.platforms.get(platform)
        for prefix, target in self.prefixes.items():
            if not text.startswith(prefix) or text == prefix:
                continue
            if here is not None and here.names_with_slash and target not in ("", platform):
                continue
            return text[len(prefix) :], target or platform
        return None

    def pin_of(self, model_id: str, platform: str = "") -> Pin | None:
        """Whether the vendor can change the model behind the id; None when the table does not know."""
        row = self.row_of(model_id, platform, "pin")
        return row.pin if row else None

    def retirement_of(self, model_id: str, platform: str = "") -> Retirement | None:
        """The retirement that the vendor confirmed, past or to come; None when there is none."""
        row = self.row_of(model_id, platform, "retired_on")
        if row is None or row.retired_on is None:
            return None
        return Retirement(row.retired_on, row.replacement, row.source)

    def row_of(
        self, model_id: str, platform: str, column: Literal["pin", "retired_on"]
    ) -> ModelRow | None:
        """The most specific row with a value in `column`; of equals the later one.

        The platform's own rows come first. For pins the platforms that it is like follow, and at
        last the rows of platform `*`.
        """
        text, home = self.resolve(model_id, platform)
        plain = text.replace(".", "-")
        for names in self._order(home, column):
            found = [
                row
                for row in self.rows
                if row.platform in names
                and getattr(row, column) is not None
                and self._matcher(row.pattern).fullmatch(plain)
            ]
            if found:
                return max(reversed(found), key=lambda row: row.specificity)
        return None

    def vendor_of(self, model_id: str) -> str:
        """The vendor that names an id so, "" when none is known to."""
        for column in ("pin", "retired_on"):
            row = self.row_of(model_id, "", column)
            if row is not None and row.platform in self.vendors:
                return row.platform
        return ""

    def _order(self, home: str, column: str) -> tuple[tuple[str, ...], ...]:
        known = self.platforms.get(home)
        if known is None or known.gateway:
            return ((home,), self.vendors, ("*",))
        return ((home,), known.pins_like, ("*",)) if column == "pin" else ((home,),)

    def _matcher(self, pattern: str) -> re.Pattern[str]:
        cache: dict[str, re.Pattern[str]] = self.__dict__.setdefault("_matchers", {})
        if pattern not in cache:
            parts = {"*": ".*", "#": "[0-9]"}
            plain = pattern.lower().replace(".", "-")
            cache[pattern] = re.compile("".join(parts.get(sign, re.escape(sign)) for sign in plain))
        return cache[pattern]


class _RowGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that differ in the pattern only, as they stand in the file."""

    platform: str
    patterns: tuple[str, ...]
    source: str
    read_on: dt.date
    pin: Pin | None = None
    retired_on: dt.date | None = None
    replacement: str = ""


class RetirementFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of `retirements/` as it stands."""

    model: tuple[_RowGroup, ...]


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`models.toml` as it stands."""

    vendors: tuple[str, ...]
    suffixes: tuple[str, ...]
    platform: tuple[Platform, ...]
    prefixes: dict[str, str]
    regions: dict[str, tuple[str, ...]]
    model: tuple[_RowGroup, ...]

    def table(self, retirements: Iterable[RetirementFile] = ()) -> ModelTable:
        """The table of these pins and retirements, with one row a pattern."""
        groups = (*self.model, *(group for file in retirements for group in file.model))
        rows = (
            ModelRow(
                platform=group.platform,
                pattern=pattern,
                source=group.source,
                read_on=group.read_on,
                pin=group.pin,
                retired_on=group.retired_on,
                replacement=group.replacement,
            )
            for group in groups
            for pattern in group.patterns
        )
        return ModelTable(
            rows=tuple(rows),
            prefixes=self.prefixes,
            regions=self.regions,
            suffixes=self.suffixes,
            platforms={platform.name: platform for platform in self.platform},
            vendors=self.vendors,
        )
