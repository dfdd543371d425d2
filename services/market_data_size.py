"""Is a table of market data small enough to be built, and if not, how large would it be?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from services import formatting
from services.errors import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    from data.store.repositories.series import SeriesSummary
    from services.messages.market_data import DataRequest

CELLS_MAX_COUNT = 20_000_000
"""Cells of a table that is built at all; some readers take far fewer."""
_DAYS_OF_ROW = {"weekly": 7.0, "monthly": 30.5}


def refuse_too_large(
    symbols_count: int, rows_count: int, fields_count: int, cells_max_count: int, *, is_about: bool = False
) -> None:
    """Refuse a table that is too large, with its size and the way out.

    Raises
    ------
    InvalidRequest
        It has more cells than allowed.

    """
    cells_count = symbols_count * rows_count * fields_count
    if cells_count <= cells_max_count:
        return
    size = (
        formatting.count(symbols_count, "symbol"),
        formatting.count(rows_count, "row"),
        formatting.count(fields_count, "field"),
    )
    about = "about " if is_about else ""
    sentence = f"The table has {about}{formatting.number(cells_count, 0)} cells: {' by '.join(size)}."
    advice = f"One answer has at most {formatting.number(cells_max_count, 0)}: ask for a shorter window, or in parts."
    raise InvalidRequest(
        "The table is too large for one answer.", advice, fields=(FieldProblem("start", sentence, advice),)
    )


def rows_about_count(stored: Iterable[SeriesSummary], request: DataRequest) -> int:
    """Return about how many rows a table has, told from what is known of its series without reading them.

    A table is as long as its longest column, or a little longer. A column's bars are taken as spread evenly.
    """
    last_known = request.end or date.max
    if request.as_of_utc is not None:  # no bar is known a whole day before its session
        last_known = min(last_known, request.as_of_utc.date() + timedelta(days=1))
    longest = 0.0
    for one in stored:
        first, last = max(one.first_date, request.start or date.min), min(one.last_date, last_known)
        days, whole = (last - first).days + 1, (one.last_date - one.first_date).days + 1
        if days <= 0:
            continue
        rows = one.observations_count * days / whole
        longest = max(longest, min(rows, days / _DAYS_OF_ROW.get(request.frequency, 1.0)))
    return int(longest)
