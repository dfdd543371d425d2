"""What day stands in a cell, when 03/04/2022 is read differently in different countries?

A day above twelve anywhere in the column proves the order for the whole file; where none does, the person is asked
once. Years of two digits are refused: nobody knows their century.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from data.upload.holdings.layout import DayOrder
from data.upload.problems import shown
from data.upload.values import FORMULA, FORMULA_ADVICE, Unreadable, past_day

_TIME = re.compile(r"(?:[T,; ]+\d{1,2}[:h.]\d{2}.*|;\d{6}.*| \d{6}.*)$")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_OPEN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_SHORT = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_NAMED = re.compile(
    r"(?:([^\W\d_]{3,10})\.?[ -](\d{1,2})|(\d{1,2})\.?[ -]([^\W\d_]{3,10})\.?),?[ -](\d{4})", re.IGNORECASE
)
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")
"""A day as spreadsheets count it; some count from 1900 and some from 1904, and the number does not say which."""
_AS_OF = re.compile(r"\s+as of\s+.*$", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen", "feb fev fév", "mar mrz mär maa", "apr avr abr", "may mai mei mag", "jun jui giu", "jul lug",
            "aug aou aoû ago", "sep set", "oct okt ott", "nov", "dec dez dic déc",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def bare_day(text: str) -> str:
    """Return the day of a cell without the time of the day and without "as of ..."."""
    return _TIME.sub("", _AS_OF.sub("", text.strip())).strip()


def order_of(texts: Iterable[str]) -> tuple[frozenset[DayOrder], str | None]:
    """Return which orders the dates of a column prove, and an example of one that can be read in two ways."""
    proven: set[DayOrder] = set()
    example: str | None = None
    for text in texts:
        found = _OPEN.fullmatch(bare_day(text))
        if not found:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            proven.add(DayOrder.DAY_FIRST)
        elif second > 12 >= first:
            proven.add(DayOrder.MONTH_FIRST)
        elif first != second:
            example = example or text
    return frozenset(proven), example


def day_of(text: str, order: DayOrder, today: date) -> date:
    """Return the day in a cell, which is over or is today.

    Raises
    ------
    Unreadable

    """
    if text.startswith(("=", "@", "+")):
        raise Unreadable(FORMULA, FORMULA_ADVICE)
    bare = bare_day(text)
    parts = _parts(bare, order)
    if parts is None:
        if _SHORT.fullmatch(bare):
            raise Unreadable(
                f"{shown(text)} has a year of two digits, which may mean two centuries.",
                "Write the year with four digits: 2022-12-28.",
            )
        if _SERIAL.fullmatch(bare):
            raise Unreadable(
                f"{shown(text)} is a spreadsheet's number of a day, which may be counted from 1900 or from 1904.",
                "Show the column as dates in the spreadsheet, then save or copy it again.",
            )
        raise Unreadable(f"{shown(text)} is not a date.", "Write year, month and day: 2022-12-28.")
    return past_day(text, parts, today, "Check day and month, and the order of the two.")


def _parts(bare: str, order: DayOrder) -> tuple[int, int, int] | None:
    for pattern in (_ISO, _PACKED):
        if found := pattern.fullmatch(bare):
            return int(found[1]), int(found[2]), int(found[3])
    if found := _DOTS.fullmatch(bare):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _OPEN.fullmatch(bare):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
        return int(found[3]), month, day
    if found := _NAMED.fullmatch(bare):
        name = (found[1] or found[4]).casefold()
        number = _MONTHS.get(name[:3])
        return None if number is None else (int(found[5]), number, int(found[2] or found[3]))
    return None
