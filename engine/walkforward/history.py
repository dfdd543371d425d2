"""What was known on a date, and what happened after it? The one place where the past is cut from the future."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.doors import PanelLike, panel_of
from engine.kernel.errors import PanelRefused
from engine.kernel.forms import Matrix
from engine.kernel.frames import Dates, PricePanel, ReturnsPanel
from engine.kernel.panel_checks import as_date
from engine.walkforward.spec import Frequency, Window

MISSING_MAX_FRAC = 0.05  # of a window's days; an asset that lacks more is left out, fewer days are left out for all
STALE_MAX_COUNT = 5  # rows up to the trade within which an asset must have had a price: holidays pass, endings do not
LEAST_RETURNS_COUNT = 2


@dataclass(frozen=True, eq=False)
class Known:
    """What a decision may look at: a window of returns that shares no memory with what comes later.

    `columns` are the places of its assets in the history.
    """

    panel: ReturnsPanel | None
    columns: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class History:
    """Prices on t + 1 dates, or the wealth that returns make of 1.

    Parameters
    ----------
    dates
        Shape (t + 1,).
    assets
        n names.
    levels
        Shape (t + 1, n); NaN where there is no price.
    returns_frac
        Shape (t, n), where returns were given instead of prices: they are used as they are.

    """

    dates: Dates
    assets: tuple[str, ...]
    levels: Matrix
    returns_frac: Matrix | None = None

    @classmethod
    def of(cls, panel: PanelLike, assets: tuple[str, ...] | None = None) -> History:
        """Return the history of prices, which may have gaps, or of returns.

        Raises
        ------
        InputRefused
            Where the panel is no clean table or lacks an asset.

        """
        if isinstance(panel, PricePanel):
            chosen = panel if assets is None else panel.select(assets)
            return cls(chosen.dates, chosen.assets, chosen.prices)
        returns = panel_of(panel)
        returns = returns if assets is None else returns.select(assets)
        table = returns.returns_frac
        levels = np.vstack([np.ones(table.shape[1]), np.cumprod(1.0 + table, axis=0)])
        dates = np.concatenate([returns.dates[:1] - np.timedelta64(1, "D"), returns.dates])
        return cls(dates, returns.assets, levels, table)

    def until(self, as_of: date) -> History:
        """Return the history without the dates after `as_of`, which may leave nothing."""
        stop = int(np.searchsorted(self.dates, np.datetime64(as_of, "D"), side="right"))
        returns = None if self.returns_frac is None else self.returns_frac[: max(stop - 1, 0)]
        return History(self.dates[:stop], self.assets, self.levels[:stop], returns)

    @property
    def periods_count(self) -> int:
        """Number of returns."""
        return max(len(self.dates) - 1, 0)

    @cached_property
    def growth_frac(self) -> Matrix:
        """What a holding earns in each period, shape (t, n): without a price it stands still until the next one."""
        if self.returns_frac is not None:
            return self.returns_frac
        rows = np.arange(len(self.levels))[:, None]
        last = np.maximum.accumulate(np.where(np.isfinite(self.levels), rows, -1), axis=0)
        filled = np.where(last < 0, np.nan, np.take_along_axis(self.levels, np.maximum(last, 0), axis=0))
        growth = filled[1:] / filled[:-1] - 1.0
        return np.where(np.isfinite(growth), growth, 0.0)

    def day(self, row: int) -> date:
        """Return the date of a row of prices."""
        return as_date(self.dates[row])

    def known(self, row: int, lookback_periods: int, embargo_periods: int, window: Window) -> Known:
        """Return what a decision that is traded at the close of a row may look at.

        An asset counts when it has had a price within the last five rows up to the trade, and lacks at most one in
        twenty of the window's days; of these assets only the days are used on which all of them have a price.

        Parameters
        ----------
        row
            Of the prices, at which the trade is done; at least `lookback_periods` + `embargo_periods`.
        lookback_periods
            Returns in a rolling window, and those for which an asset must have prices in either.
        embargo_periods
            Rows before the trade that are not looked at.
        window
            Rolling, or expanding from the first row.

        """
        stop = row - embargo_periods + 1
        start = stop - lookback_periods - 1
        begin = start if window == "rolling" else 0
        if self.returns_frac is not None:
            table = self.returns_frac[begin : stop - 1].copy()
            dates = self.dates[begin + 1 : stop].copy()
            return Known(ReturnsPanel(dates, self.assets, table, are_computed=True), np.arange(len(self.assets)))
        levels = self.levels[begin:stop].copy()
        has_price = np.isfinite(levels)
        recent = has_price[start - begin :]
        counts = np.isfinite(self.levels[max(row + 1 - STALE_MAX_COUNT, 0) : row + 1]).any(axis=0)
        counts &= (~recent).mean(axis=0) <= MISSING_MAX_FRAC
        columns = np.flatnonzero(counts)
        if not len(columns):
            return Known(None, columns)
        days = has_price[:, columns].all(axis=1)
        if int(days.sum()) <= LEAST_RETURNS_COUNT:
            return Known(None, columns)
        names = tuple(self.assets[column] for column in columns)
        part = levels[days][:, columns]
        try:
            panel = ReturnsPanel(
                self.dates[begin:stop][days][1:].copy(), names, part[1:] / part[:-1] - 1.0, are_computed=True
            )
        except PanelRefused:  # a price that is no price makes a return beyond all measure
            return Known(None, columns)
        return Known(panel, columns)


def left_out_of(history: History, known: Known) -> tuple[str, ...]:
    """Return the assets that a decision had to do without."""
    kept = set(known.columns.tolist())
    return tuple(asset for place, asset in enumerate(history.assets) if place not in kept)


def rebalancing_rows(dates: Dates, first: int, frequency: Frequency, every_periods: int) -> NDArray[np.intp]:
    """Return the rows at whose close the recipe is asked and traded, shape (k,), from `first` on.

    The last date of each month or quarter on which there are prices, or every so many periods. The last row is none:
    nothing comes after it, and its month may not be over.
    """
    rows: NDArray[np.intp] = np.arange(first, len(dates) - 1)
    if frequency == "periods":
        return rows[::every_periods]
    months = dates.astype("datetime64[M]").astype(int)
    spans = months if frequency == "monthly" else months // 3
    chosen: NDArray[np.intp] = rows[spans[rows] != spans[rows + 1]]
    return chosen
