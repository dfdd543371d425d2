"""Are dates, names and numbers of a panel a clean table, and which of its columns are asked for?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import are_in_calendar, days_of, names_of, numbers_of
from engine.kernel.errors import PanelRefused, Problem
from engine.kernel.tables import tried
from engine.kernel.units import agree, day, listing

Dates = NDArray[np.datetime64]


def settle(panel: Any, field: str) -> list[Problem]:
    """Replace the panel's fields by read-only arrays of the right types; return what is wrong with their shapes."""
    problems: list[Problem] = []
    assets = tried(lambda: names_of(panel.assets, "assets", PanelRefused), problems)
    dates = tried(lambda: days_of(panel.dates, "dates", PanelRefused), problems)
    table = tried(lambda: numbers_of(getattr(panel, field), field, PanelRefused), problems)
    if problems:
        return problems
    dates.setflags(write=False)
    table.setflags(write=False)
    for name, value in (("dates", dates), ("assets", assets), (field, table)):
        object.__setattr__(panel, name, value)
    if dates.ndim != 1 or table.shape != (len(dates), len(assets)):
        problems.append(
            Problem(
                field, f"The table has shape {table.shape}; {len(dates)} dates and {len(assets)} assets were given."
            )
        )
    if not len(dates):
        problems.append(Problem("dates", "There are no dates."))
    if not assets:
        problems.append(Problem("assets", "There are no assets."))
    if dates.ndim == 1:
        problems += _date_problems(dates)
    if len(set(assets)) < len(assets):
        repeated = sorted({name for name in assets if assets.count(name) > 1})
        problems.append(
            Problem(
                "assets",
                f"Each asset may appear once; {listing(repeated)} {agree(repeated, 'repeats', 'repeat')}.",
                "Remove the copies.",
            )
        )
    return problems


def _date_problems(dates: Dates) -> list[Problem]:
    """Return what is wrong with the order of dates, shape (t,)."""
    if np.isnat(dates).any():
        place = int(np.flatnonzero(np.isnat(dates))[0]) + 1
        return [Problem("dates", f"Row {place} has no date.", "Give it a date, or leave the row out.")]
    if not are_in_calendar(dates):
        return [Problem("dates", "Dates lie in the years 1 to 9999.", "Correct the dates beyond.")]
    late = np.flatnonzero(dates[1:] <= dates[:-1])
    if not late.size:
        return []
    place = int(late[0])
    before, after = as_date(dates[place]), as_date(dates[place + 1])
    message = f"Row {place + 2} is of {day(after)}, after a row of {day(before)}."
    if before == after:
        message = f"Rows {place + 1} and {place + 2} are both of {day(after)}."
    advice = "Sort the rows, oldest first." if before > after else "Keep one row for each date."
    return [Problem("dates", f"Dates must increase from row to row without repeating. {message}", advice)]


def columns_of(known: tuple[str, ...], wanted: Sequence[str]) -> list[int]:
    """Return the places of the asked columns; refused for names that are not among the known ones."""
    wanted = names_of(wanted, "assets", PanelRefused)
    place = {name: i for i, name in enumerate(known)}
    missing = [name for name in wanted if name not in place]
    if missing:
        raise PanelRefused(
            [
                Problem(
                    "assets",
                    f"There is no history for {listing(missing)}.",
                    "Choose assets that have prices, or import prices for these.",
                )
            ]
        )
    return [place[name] for name in wanted]


def as_date(value: np.datetime64) -> date:
    """Return a day as Python's date."""
    return value.astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]
