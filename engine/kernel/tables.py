"""What do a data frame, or an array with names, say as dates, names and numbers?

Nothing of pandas is imported: a frame is whatever has an index, columns and `to_numpy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import PanelRefused, Problem
from engine.kernel.units import agree, listing

PRICE_LIKE_MEDIAN = 0.5
"""Positive figures around which no returns lie: the middle one of returns as fractions is near zero."""
FIRST_DAY = np.datetime64("2000-01-01")


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
                    "Give a pandas DataFrame, or an array with `ReturnsPanel.from_array(array, assets, dates)`.",
                )
            ]
        )
    problems = _label_problems(frame)
    if problems:
        raise PanelRefused(problems)
    names = tuple(str(name) for name in frame.columns)
    return _dates(frame.index), names, _numbers(frame, names, field)


def array_parts(
    array: Any, assets: Sequence[str], dates: Any, field: str
) -> tuple[NDArray[Any], tuple[str, ...], NDArray[np.float64]]:
    """Return dates, names and numbers of an array; days are counted from 2000 where no dates are given."""
    if isinstance(assets, str):
        raise PanelRefused([Problem("assets", f"{assets} is one text, not a list of names.", 'Give ["A", "B"].')])
    try:
        table = np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError):
        raise PanelRefused(
            [Problem(field, "Some entries are not numbers.", "Give one number for each date and asset.")]
        ) from None
    if table.ndim == 1:
        table = table[:, None]
    days = FIRST_DAY + np.arange(len(table)) if dates is None else dates
    return np.asarray(days), tuple(str(name) for name in assets), table


def price_problem(table: NDArray[np.float64]) -> Problem | None:
    """Return the problem of prices that were given as returns."""
    seen = table[np.isfinite(table)]
    if not seen.size or seen.min() <= 0.0 or float(np.median(seen)) < PRICE_LIKE_MEDIAN:
        return None
    return Problem(
        "returns_frac",
        f"These look like prices: all are positive, the middle one is {float(np.median(seen)):g}.",
        "Use `ReturnsPanel.from_prices(frame)`; returns are fractions, 0.01 for 1%.",
    )


def _label_problems(frame: Frame) -> list[Problem]:
    problems = []
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


def _dates(index: Any) -> NDArray[np.datetime64]:
    """Return an index as dates, the date at its own place where it has a zone."""
    plain = index.to_timestamp(how="end") if hasattr(index, "to_timestamp") and not hasattr(index, "tz") else index
    if getattr(plain, "tz", None) is not None:
        plain = plain.tz_localize(None)
    try:
        return np.array(plain.to_numpy() if hasattr(plain, "to_numpy") else plain, dtype="datetime64[D]")
    except (TypeError, ValueError):
        raise PanelRefused(
            [
                Problem(
                    "dates",
                    f"The index holds {next(iter(plain))!r}, which is no date.",
                    "Turn it into dates first: `frame.index = pandas.to_datetime(frame.index)`.",
                )
            ]
        ) from None


def _numbers(frame: Frame, names: tuple[str, ...], field: str) -> NDArray[np.float64]:
    table = frame.to_numpy()
    try:
        return np.array(table, dtype=np.float64)
    except (TypeError, ValueError):
        bad = [name for name, column in zip(names, np.asarray(table, dtype=object).T, strict=True) if _is_bad(column)]
        raise PanelRefused(
            [
                Problem(
                    field,
                    f"{listing(bad)} {agree(bad, 'holds', 'hold')} entries that are not numbers.",
                    "Leave out columns that are no assets, and write a missing number as NaN.",
                )
            ]
        ) from None


def _is_bad(column: NDArray[Any]) -> bool:
    try:
        column.astype(np.float64)
    except (TypeError, ValueError):
        return True
    return False
