"""What is told about a file of market data before, while and after it is imported?"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from services.messages.frozen import Message


class ImportState(StrEnum):
    """Whether the figures of an import count."""

    IMPORTED = "imported"
    UNDONE = "undone"


class ImportDoor(StrEnum):
    """Through which door a file came in."""

    UPLOAD = "upload"
    DROP = "file drop"
    COMMAND = "command line"


class ImportView(Message):
    """One file that was imported.

    `rows_count` counts the figures that were stored: one a price, score or rate. `sha256` is that of the file's bytes.
    An undone import keeps its entry, because runs may name it.
    """

    id: str
    file_name: str
    sha256: str
    size_bytes: int
    by: str
    imported_at_utc: datetime
    door: ImportDoor
    content: str
    rows_count: int
    symbols_count: int
    symbols: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    state: ImportState
    undone_by: str | None
    undone_at_utc: datetime | None
    sentence: str


class ImportProblem(Message):
    """One thing that keeps a file from being imported: line (1 is the first) and column, cause and way out."""

    line: int | None
    column: str | None
    message: str
    advice: str


class NewSymbol(Message):
    """One asset that an import would add, for the importing house alone."""

    symbol: str
    name: str
    currency: str
    asset_class: str
    sector: str | None
    country: str | None


class FigureCounts(Message):
    """How many figures of one kind are new, would change what is stored, and are stored already."""

    kind: str
    new_count: int
    changed_count: int
    same_count: int


class ImportCheck(Message):
    """What importing a file would do. Nothing is written to find this out.

    `problems` holds the first five hundred of `problems_count`. `changes` names each symbol whose shown figures would
    be others than now. `already` is the import of the same bytes, if there is one.
    """

    file_name: str
    sha256: str
    size_bytes: int
    kind: str
    content: str
    rows_count: int
    symbols_count: int
    first_day: date | None
    last_day: date | None
    new_symbols: tuple[NewSymbol, ...]
    counts: tuple[FigureCounts, ...]
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    problems: tuple[ImportProblem, ...]
    problems_count: int
    already: ImportView | None
    can_import: bool
    sentence: str


class ImportDone(Message):
    """What became of a file: `is_new` is False where the same bytes were imported before, and nothing was written."""

    imported: ImportView
    is_new: bool
    sentence: str
