"""How is a table of limits read from a file or from what was copied in a spreadsheet, and how is it saved?

A first line that names the columns may have them in any order and says, where it wants to, in which unit the figures
are (`most %`, `most (fraction)`). Without one the columns are read in the order in which they are saved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from data.upload.cells import EMPTY, OLD_EXCEL, ZIP, Limits, Line, Sheet, read_cells
from data.upload.problems import Problems, shown
from data.upload.values import has_decimal_comma
from engine.parse import problems_of
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words, field_problem
from services.formatting import count
from services.limit_cells import Heading, Mark, csv_text
from services.limit_kinds import COLUMNS, normalized
from services.limit_rows import rows_of
from services.limit_table import Known, TableReading, read_rows
from services.messages.limits import ROWS_MAX_COUNT, LimitProblem, LimitRow, LimitsRead, LimitTableWish

if TYPE_CHECKING:
    from services.auth.actor import Actor

FILE_MAX_BYTES: Final = 1024 * 1024
CELL_MAX_LENGTH: Final = 40_000
LIMITS: Final = Limits(
    FILE_MAX_BYTES,
    ROWS_MAX_COUNT,
    CELL_MAX_LENGTH,
    takes_workbooks=False,
    columns="limit,of,least,most",
    split="Split it into several tables.",
)

_HEADINGS: Final[dict[str, str]] = {
    **{name: name for name in COLUMNS},
    "kind": "limit", "type": "limit", "limits": "limit",
    "scope": "of", "group": "of", "name": "of", "asset": "of", "assets": "of",
    "min": "least", "minimum": "least", "at least": "least", "min frac": "least", "from": "least",
    "max": "most", "maximum": "most", "at most": "most", "max frac": "most", "to": "most",
    "relative to": "measured from", "basis": "measured from",
    "hard or soft": "firm", "how firm": "firm", "priority": "firm",
    "detail": "details",
}  # fmt: skip
_FRACTIONS: Final = ("fraction", "frac")
_PERCENTS: Final = ("%", "percent", "pct")
_HEADED_MIN_COUNT: Final = 2
_ATTRIBUTES: Final = {name: name.replace(" ", "_") for name in COLUMNS}
_FIGURES: Final = ("least", "most")
_NAMES: Final = ("limit", "of")


@dataclass(frozen=True)
class _Layout:
    """Which column stands where."""

    places: Mapping[str, int]
    headings: Mapping[str, Heading]
    width: int
    ignored: tuple[str, ...] = ()
    is_headed: bool = True


@dataclass(frozen=True)
class FileReading:
    """A table as it was read: the reading of its rows, how many there are, and notes on the file."""

    table: TableReading
    rows_count: int
    notes: tuple[str, ...]


class LimitTables:
    """Tables of limits as files, for everybody who may look at an optimization."""

    def read(self, raw: bytes, actor: Actor, known: Known | None = None) -> LimitsRead:
        """Return the limits that a file states, and everything that is wrong with it.

        Parameters
        ----------
        raw : bytes
            CSV in UTF-8, or what was copied from a spreadsheet.
        actor : Actor
        known : mapping, optional
            Names to compare with, without regard to capitals.

        """
        authorize(actor, Permission.MARKET_READ)
        found = read_file(raw, known)
        table = found.table
        told = {
            "sentence": _sentence(found),
            "rows_count": found.rows_count,
            "constraints": [] if table.problems else table.documents,
            "problems": [one.model_dump() for one in table.problems],
            "warnings": [one.model_dump() for one in table.warnings],
            "notes": list(found.notes),
        }
        return LimitsRead.model_validate_json(json.dumps(told))

    def table(self, wish: LimitTableWish, actor: Actor) -> bytes:
        """Return limits as a CSV file that can be read back."""
        authorize(actor, Permission.MARKET_READ)
        return csv_of([one.model_dump(mode="json") for one in wish.constraints], wish.decimal)

    def parse_wish(self, text: str) -> LimitTableWish:
        """Return which limits a JSON text wants as a table.

        Raises
        ------
        InvalidRequest
            With every problem found, under its path: ``constraints[0].max_frac``.

        """
        try:
            return TypeAdapter(LimitTableWish).validate_json(text, strict=True)
        except ValidationError as refusal:
            fields: tuple[FieldProblem, ...] = tuple(field_problem(one) for one in problems_of(refusal))
            raise InvalidRequest(
                count_words(len(fields), "body"), "Correct what is listed and send it again.", fields=fields
            ) from None


def csv_of(limits: Sequence[Mapping[str, Any]], mark: Mark = "point") -> bytes:
    """Return limits in the form of a request as a CSV file: UTF-8 with the mark that Excel needs.

    With a decimal comma, semicolons stand between the cells.
    """
    lines = [[getattr(row, _ATTRIBUTES[name]) for name in COLUMNS] for row in rows_of(limits, mark)]
    return csv_text([list(COLUMNS), *lines], ";" if mark == "comma" else ",").encode("utf-8-sig")


def read_file(raw: bytes, known: Known | None = None) -> FileReading:
    """Return what a table says; never raises for what stands in it."""
    problems = Problems()
    sheet = _cells(raw, problems)
    broken = {one.line for one in problems.found}
    if sheet.header is None or broken & {None, sheet.header.number}:
        return FileReading(TableReading(problems=_told(problems)), len(sheet.lines), ())
    layout = _layout(sheet.header)
    lines = sheet.lines if layout.is_headed else [sheet.header, *sheet.lines]
    if layout.is_headed and "limit" not in layout.places:
        problems.add(
            sheet.header.number, None, "No column is called “limit”.", "Name the columns limit, of, least, most."
        )
        return FileReading(TableReading(problems=_told(problems)), len(lines), ())
    if not lines:
        problems.add(sheet.header.number, None, "There are no rows below the headings.", "Add at least one.")
    rows = [_row(line, layout) for line in lines if line.number not in broken]
    shifted = {line.number for line in lines if _is_too_long(line, layout, problems)}
    texts = [
        text.strip().removesuffix("%").strip()
        for row in rows
        if row.number not in shifted
        for text in (row.least, row.most)
    ]
    comma = has_decimal_comma(texts)
    table = read_rows(rows, comma=comma, headings=layout.headings, known=known)
    table.problems = [one for one in table.problems if one.row not in shifted or one.column in _NAMES]
    table.warnings = [one for one in table.warnings if one.row not in shifted]
    table.problems = [*_told(problems), *table.problems]
    table.problems.sort(key=lambda one: one.row or 0)
    table.limits = [one for one in table.limits if one.places["kind"][0] not in shifted]
    return FileReading(table, len(lines), tuple(_notes(sheet, layout)))


def _cells(raw: bytes, problems: Problems) -> Sheet:
    """Return the cells; a single column, as one copies it from a sheet, is a table too."""
    if len(raw) > FILE_MAX_BYTES:
        return read_cells(raw, LIMITS, problems)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        with suppress(UnicodeDecodeError):
            raw = raw.decode("utf-16").encode("utf-8")
    head = next((line for line in raw.split(b"\n") if line.strip()), b"")
    if head and not raw.startswith((ZIP, OLD_EXCEL)) and not any(mark in head for mark in (b",", b";", b"\t", b"|")):
        end = raw.index(head) + len(head.rstrip(b"\r"))
        raw = raw[:end] + b"\t" + raw[end:]
    return read_cells(raw, LIMITS, problems)


def _told(problems: Problems) -> list[LimitProblem]:
    return [
        LimitProblem(row=one.line, column=one.column, message=one.message, advice=one.advice)
        for one in problems.sorted()
    ]


def _layout(header: Line) -> _Layout:
    """Return where the columns stand; the usual order where the first line names none of them."""
    places: dict[str, int] = {}
    headings: dict[str, Heading] = {}
    ignored: list[str] = []
    for place, cell in enumerate(header.cells):
        name, heading = _heading(cell.text)
        if name and name not in places:
            places[name] = place
            headings[name] = heading
        elif cell.text:
            ignored.append(cell.text)
    if len(places) < _HEADED_MIN_COUNT:
        usual = dict(zip(COLUMNS, range(len(COLUMNS)), strict=True))
        return _Layout(usual, {}, len(COLUMNS), is_headed=False)
    return _Layout(places, headings, len(header.cells), tuple(ignored))


def _heading(text: str) -> tuple[str, Heading]:
    """Return which column a heading names, and what it says of the unit."""
    plain = normalized(text)
    heading: Heading = ""
    for unit, words in (("fraction", _FRACTIONS), ("percent", _PERCENTS)):
        if any(word in plain for word in words):
            heading = "fraction" if unit == "fraction" else "percent"
            break
    bare = plain
    for word in (*_FRACTIONS, *_PERCENTS, "(", ")", "[", "]", ",", ";"):
        bare = bare.replace(word, " ")
    name = _HEADINGS.get(plain) or _HEADINGS.get(" ".join(bare.removeprefix("in ").split()).removesuffix(" in"), "")
    return name, heading if name in _FIGURES else ""


def _is_too_long(line: Line, layout: _Layout, problems: Problems) -> bool:
    """Return whether a row has more cells than columns, so that what follows the names may be shifted, and say so."""
    extra = [cell.text for cell in line.cells[layout.width :] if cell.text]
    if extra:
        message = f"The row has {shown(extra[0])} in a column beyond the last one."
        advice = "Put a cell that holds the separator into quotation marks; between commas, write a decimal point."
        problems.add(line.number, None, message, advice)
    return bool(extra)


def _row(line: Line, layout: _Layout) -> LimitRow:
    def text(name: str) -> str:
        place = layout.places.get(name, len(line.cells))
        return (line.cells[place] if place < len(line.cells) else EMPTY).text

    return LimitRow(number=line.number, **{_ATTRIBUTES[name]: text(name) for name in COLUMNS})


def _notes(sheet: Sheet, layout: _Layout) -> list[str]:
    found = list(sheet.notes)
    if not layout.is_headed:
        found.append(f"The first line names no columns; they are read in this order: {', '.join(COLUMNS)}.")
    if layout.ignored:
        found.append(f"Not read, because they are no columns of limits: {', '.join(shown(o) for o in layout.ignored)}.")
    return found


def _sentence(found: FileReading) -> str:
    """Return in one sentence how the reading went."""
    table = found.table
    if not table.problems:
        looks = f" {count(len(table.warnings), 'remark')} below." if table.warnings else ""
        return f"{count(len(table.limits), 'limit')} read; every row is understood.{looks}"
    bad = {one.row for one in table.problems if one.row is not None}
    if not bad or not found.rows_count:
        return "The table cannot be read; nothing was taken over."
    have = "has a problem" if len(bad) == 1 else "have problems"
    return f"{count(len(table.limits), 'limit')} read, {count(len(bad), 'row')} {have}; nothing was taken over."
