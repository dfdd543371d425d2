"""How did several assets go from one common day on, each brought to 100?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services import formatting
from services.messages.explorer import ComparedSeries

if TYPE_CHECKING:
    from data.store.repositories.series import Series

COMPARED_MAX_COUNT = 4
"""How many others can be compared with an asset."""


@dataclass(frozen=True)
class Line:
    """One asset to be compared: its stored series, and what its closes are multiplied by."""

    symbol: str
    currency: str
    series: Series
    factors: NDArray[np.float64]
    is_total: bool


def compared(lines: Sequence[Line], absent: Sequence[str], begin: date) -> tuple[tuple[ComparedSeries, ...], str]:
    """Return the assets at 100 on their first common day, and a sentence about how they were compared.

    Parameters
    ----------
    lines : sequence of Line
        The asset itself first; with nothing beside it nothing is compared.
    absent : sequence of str
        Symbols that could not be compared.
    begin : date
        First day that counts.

    Returns
    -------
    (series, sentence)
        Total returns where dividends are known, else closes without the jumps of splits, on the days that each asset
        has itself, divided by the value of the first day that all have.

    """
    missing = (
        f" {', '.join(absent)} could not be compared: no prices are stored, or more than four were asked."
        if absent
        else ""
    )
    if len(lines) < 2:
        return (), missing.strip()
    common = lines[0].series.dates
    for line in lines[1:]:
        common = np.intersect1d(common, line.series.dates)
    common = common[common >= np.datetime64(begin, "D")]
    if common.size < 2:
        return (), f"These assets have no two days with prices in common in this window.{missing}"
    first = common[0]
    found: list[ComparedSeries] = []
    for line in lines:
        days, values = line.series.dates, line.series.close * line.factors
        place = int(np.searchsorted(days, first))
        index = values[place:] / values[place] * 100.0
        found.append(
            ComparedSeries(
                symbol=line.symbol,
                currency=line.currency,
                sessions=tuple(days[place:].astype("datetime64[D]").tolist()),
                index=tuple(index.tolist()),
                change_frac=float(index[-1] / 100.0 - 1.0),
                is_sample=line.series.is_sample,
            )
        )
    start: date = first.astype("datetime64[D]").astype(object)
    currencies = sorted({line.currency for line in lines})
    own = f" Each in its own currency ({', '.join(currencies)})." if len(currencies) > 1 else ""
    without = [line.symbol for line in lines if not line.is_total]
    what = "Total returns" if not without else f"Total returns, of {', '.join(without)} without dividends"
    return tuple(found), (f"{what}, 100 on {formatting.day(start)}, the first day that all of them have.{own}{missing}")
