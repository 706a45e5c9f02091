"""Words of the checks on datasets and training data."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Hit, Place, hit, when
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.data.data_files import dataset, dataset_files, declared
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.queries import Database

_SHOWN = 20
_KINDS = {
    "email": "an e-mail address outside the reserved domains",
    "phone": "a phone number",
    "card": "a card number with a valid checksum",
    "iban": "an IBAN with a valid checksum",
    "national-id": "a number in the form of a social security number",
}


@when("a dataset or training")
def _has_data(db: Database) -> bool:
    return bool(dataset_files(db) or trainer_calls(db))


@hit("row with personal data, or training rows that pass no detector")
def _personal(db: Database) -> tuple[Hit, ...]:
    """DAT-02: one hit a row; a file that a document declares gives weak ones."""
    return (*_rows(db), *_unscreened(db))


def _rows(db: Database) -> list[Hit]:
    found: list[Hit] = []
    for path in dataset_files(db):
        data = dataset(db, path)
        lines: dict[int, list[str]] = {}
        for each in data.personal if data is not None else ():
            lines.setdefault(each.line, []).append(_KINDS[each.kind])
        named = declared(db, path) if lines else None
        for i, (line, kinds) in enumerate(lines.items()):
            if i >= _SHOWN:
                break
            more = len(lines) - _SHOWN if i == _SHOWN - 1 else 0
            said = f"the row holds {' and '.join(kinds)}"
            said += f"; {named[0]}:{named[1]} declares the file" if named else "; nothing declares it"
            said += f" (and {more} more rows)" if more > 0 else ""
            found.append(Hit(Place(path, line), said, weak=named is not None))
    return found


def _unscreened(db: Database) -> list[Hit]:
    detectors = {
        path
        for guard in load().tables.guard
        if guard.side == "pii"
        for path in users_of_package(db, guard)
    }
    folders = {path.rpartition("/")[0] for path in detectors}
    return [
        Hit(
            Place(call.path, call.line),
            f"the rows that train here ({call.title}) pass no detector of personal data",
        )
        for call in trainer_calls(db)
        if call.path not in detectors and call.path.rpartition("/")[0] not in folders
    ]
