"""What do a data frame, or an array with names, say as dates, names and numbers?

Nothing of pandas is imported: a frame is whatever has an index, columns and `to_numpy`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import days_of, names_of, numbers_of
from engine.kernel.errors import InputRefused, PanelRefused, Problem
from engine.kernel.units import agree, listing

FIRST_DAY = np.datetime64("2000-01-01")
ARRAY_WAYS = {
    "prices": "PricePanel(dates, assets, prices)",
    "returns_frac": "ReturnsPanel.from_array(array, assets, dates)",
}


@runtime_checkable
class Frame(Protocol):
    """A table with one row for each date and one column for each asset, such as `pandas.DataFrame`."""

    @property
    def index(self) -> Any:
        """The dates."""
        ...

    @property
    def columns(self) -> Any:
        """The assets."""
        ...

    def to_numpy(self) -> Any:
        """Return the numbers, shape (dates, assets)."""
        ...


def frame_parts(frame: Frame, field: str) -> tuple[NDArray[np.datetime64], tuple[str, ...], NDArray[np.float64]]:
    """Return dates, assets and numbers of a data frame.

    Parameters
    ----------
    frame
        One row for each date, one column for each asset.
    field
        What the numbers are, for the places of problems: ``"returns_frac"`` or ``"prices"``.

    Raises
    ------
    PanelRefused
        Where the index holds no dates, the columns no plain names, or the cells no numbers.

    """
    if not isinstance(frame, Frame):
        raise PanelRefused(
            [
                Problem(
                    field,
                    f"What was given is of type {type(frame).__name__}, not a data frame with dates as its index and "
                    "assets as its columns.",
                    f"Give a pandas DataFrame, or an array with `{ARRAY_WAYS[field]}`.",
                )
            ]
        )
    problems = _label_problems(frame)
    if problems:
        raise PanelRefused(problems)
    names = tried(lambda: names_of(frame.columns, "assets", PanelRefused), problems)
    days = tried(lambda: days_of(frame.index, "dates", PanelRefused), problems)
    known = tuple(str(name) for name in frame.columns) if names is None else names
    table = tried(lambda: _numbers(frame, known, field), problems)
    if problems:
        raise PanelRefused(problems)
    return days, names, table


def array_parts(
    array: Any, assets: Sequence[str], dates: Any, field: str
) -> tuple[NDArray[Any], tuple[str, ...], NDArray[np.float64]]:
    """Return dates, names and numbers of an array; days are counted from 2000 where no dates are given.

    A frame's columns are taken in the order of the names.
    """
    problems: list[Problem] = []
    table, names, days = (
        tried(read, problems)
        for read in (
            lambda: numbers_of(_named(array, assets), field, PanelRefused),
            lambda: names_of(assets, "assets", PanelRefused),
            lambda: None if dates is None else days_of(dates, "dates", PanelRefused),
        )
    )
    if table is not None and table.ndim not in (1, 2):
        shown = "One number" if table.ndim == 0 else f"An array of {table.ndim} dimensions"
        advice = "Give one row for each date and one column for each asset."
        problems.append(Problem(field, f"{shown} is no table.", advice))
    if problems:
        raise PanelRefused(problems)
    if table.ndim == 1:
        table = table[:, None]
    return FIRST_DAY + np.arange(len(table)) if days is None else days, names, table


def _named(array: Any, assets: Sequence[str]) -> Any:
    """Return the columns of a frame in the order of the names; an array, and a frame without names, as it is."""
    if not isinstance(array, Frame) or _has_numbers(array.columns):
        return array
    columns, wanted = [str(one) for one in array.columns], names_of(assets, "assets", PanelRefused)
    missing = [name for name in wanted if columns.count(name) != 1]
    if missing or len(wanted) != len(columns):
        message = f"The columns of the frame are {listing(columns)}, the names are {listing(list(wanted))}."
        raise PanelRefused([Problem("assets", message, "Give one name for each column, or use `from_frame`.")])
    return np.asarray(array.to_numpy())[:, [columns.index(name) for name in wanted]]


def tried(read: Callable[[], Any], problems: list[Problem]) -> Any:
    """Return what is read, or None with the reasons among the problems."""
    try:
        return read()
    except PanelRefused as refusal:
        problems += refusal.problems
        return None


def _label_problems(frame: Frame) -> list[Problem]:
    problems = []
    if not len(frame.index) or not len(frame.columns):
        what = "rows" if not len(frame.index) else "columns"
        advice = "Give one row for each date and one column for each asset."
        return [Problem("dates" if what == "rows" else "assets", f"The frame has no {what}.", advice)]
    if getattr(frame.columns, "nlevels", 1) > 1:
        problems.append(
            Problem(
                "assets",
                f"The columns have {frame.columns.nlevels} levels, not one name for each asset.",
                'Choose one level, such as `frame["Close"]`.',
            )
        )
    if not hasattr(frame.index, "to_timestamp") and _has_numbers(frame.index):
        problems.append(
            Problem(
                "dates",
                "The index holds numbers, not dates.",
                'Set the dates as the index, `frame.set_index("Date")`, or use `ReturnsPanel.from_array(array, assets)`'
                " for returns without dates.",
            )
        )
    return problems


def _has_numbers(index: Any) -> bool:
    kind = getattr(getattr(index, "dtype", None), "kind", "O")
    return getattr(index, "nlevels", 1) > 1 or str(kind) in "iufb"


def _numbers(frame: Frame, names: tuple[str, ...], field: str) -> NDArray[np.float64]:
    """Return the cells as numbers, or refuse them with the columns that hold something else."""
    table = np.asarray(frame.to_numpy())
    if table.shape != (len(frame.index), len(names)):
        message = f"The cells have shape {table.shape} for {len(frame.index)} dates and {len(names)} assets."
        raise PanelRefused([Problem(field, message, "Give a frame with one cell for each date and asset.")])
    try:
        return numbers_of(table, field, PanelRefused)
    except PanelRefused as refusal:
        bad = [name for name, column in zip(names, table.T, strict=True) if _is_bad(column)]
        (first,) = refusal.problems
        message = f"{listing(bad)} {agree(bad, 'holds', 'hold')} entries that are not numbers."
        told = first.message.removeprefix("It holds ").rstrip(".")
        advice = f"Leave out columns that are no assets, and write a missing number as NaN. Found: {told}."
        raise PanelRefused([Problem(field, message, advice)]) from None


def _is_bad(column: NDArray[Any]) -> bool:
    try:
        numbers_of(column, "")
    except InputRefused:
        return True
    return False
