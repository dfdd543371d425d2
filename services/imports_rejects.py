"""Which rows keep a file from being imported, as a table that can be put right and sent again?"""

from __future__ import annotations

from collections.abc import Sequence

from data.upload.reading import FileReading
from services.exports_table import Column, Sheet, csv_bytes
from services.messages.imports import ImportProblem

WORDS = ("line", "column", "problem", "way_out")


def rejected_rows(reading: FileReading, problems: Sequence[ImportProblem]) -> bytes:
    """Return one line a problem, with the row's own cells behind it, as a CSV file without formulas.

    Parameters
    ----------
    reading : FileReading
    problems : sequence of ImportProblem
        Those of the file itself, and those that show only beside the stored data.

    """
    header = reading.broken_lines[min(reading.broken_lines)] if reading.broken_lines else ()
    rows = [
        (one.line, one.column or "", one.message, one.advice, *_own(reading, one.line, len(header))) for one in problems
    ]
    named = (*WORDS, *(f"file: {one}" for one in header))
    return csv_bytes(Sheet("rejected rows", [Column(one, one) for one in named], rows))


def _own(reading: FileReading, line: int | None, width: int) -> tuple[str, ...]:
    """Return the row's cells as they stand in the file, as many as the header has."""
    cells = reading.broken_lines.get(line, ()) if line is not None else ()
    return (*cells, *([""] * width))[:width]
