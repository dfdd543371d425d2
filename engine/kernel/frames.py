"""What does the engine take as a table of prices or returns, and which tables does it refuse?

Missing prices are settled by one rule, the common window: only days on which every asset has a price are used, for all
assets alike. Pairwise deletion is never used, because it can make a covariance that belongs to no data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import day_of
from engine.kernel.errors import PanelRefused, Problem
from engine.kernel.panel_checks import as_date, columns_of, settle
from engine.kernel.plausible import price_problem
from engine.kernel.tables import Frame, array_parts, frame_parts
from engine.kernel.units import agree, day, listing

Dates = NDArray[np.datetime64]
Table = NDArray[np.float64]
RETURN_MAX_FRAC = 1e6


@dataclass(frozen=True, eq=False)
class PricePanel:
    """Prices of several assets on common dates.

    Parameters
    ----------
    dates
        Shape (t,), strictly increasing; dates or anything numpy reads as ``datetime64[D]``.
    assets
        n unique names.
    prices
        Shape (t, n), in any one currency per asset, positive; NaN means no price that day.

    Raises
    ------
    PanelRefused
        With every problem found.

    """

    dates: Dates
    assets: tuple[str, ...]
    prices: Table

    def __post_init__(self) -> None:
        problems = settle(self, "prices")
        if not problems:
            bad = np.isinf(self.prices) | (self.prices <= 0.0)
            if bad.any():
                names = [self.assets[i] for i in np.flatnonzero(bad.any(axis=0))]
                problems.append(
                    Problem(
                        "prices",
                        f"Prices must be positive numbers; {listing(names)} {agree(names, 'has', 'have')} "
                        f"{int(bad.sum())} that are not.",
                        "Correct the prices or leave the asset out; write a missing price as NaN.",
                    )
                )
        if problems:
            raise PanelRefused(problems)

    @classmethod
    def from_frame(cls, frame: Frame) -> PricePanel:
        """Return the panel of a data frame of prices with dates as its index and assets as its columns.

        Raises
        ------
        PanelRefused
            With every problem found.

        """
        return cls(*frame_parts(frame, "prices"))

    @property
    def days_count(self) -> int:
        """Number of dates."""
        return len(self.dates)

    def select(self, assets: Sequence[str]) -> PricePanel:
        """Return the panel of the named assets, in that order."""
        columns = columns_of(self.assets, assets)
        return PricePanel(self.dates, tuple(self.assets[i] for i in columns), self.prices[:, columns])

    def until(self, as_of: date) -> PricePanel:
        """Return the panel without the dates after `as_of`."""
        keep = self.dates <= np.datetime64(day_of(as_of, "as_of", PanelRefused), "D")
        return PricePanel(self.dates[keep], self.assets, self.prices[keep])

    def common_window(self) -> PricePanel:
        """Return the panel of the days on which every asset has a price.

        Raises
        ------
        PanelRefused
            When no such day exists, with the assets that leave the least.

        """
        keep = ~np.isnan(self.prices).any(axis=1)
        if not keep.any():
            fewest = np.argsort((~np.isnan(self.prices)).sum(axis=0), kind="stable")[:3]
            raise PanelRefused(
                [
                    Problem(
                        "prices",
                        "There is no day on which every asset has a price.",
                        "Leave out the assets with the shortest histories: "
                        f"{listing([self.assets[i] for i in fewest])}.",
                    )
                ]
            )
        return PricePanel(self.dates[keep], self.assets, self.prices[keep])


@dataclass(frozen=True, eq=False)
class ReturnsPanel:
    """Simple returns per period of several assets on common dates; no value may be missing.

    Parameters
    ----------
    dates
        Shape (t,), strictly increasing; the date on which each period ends.
    assets
        n unique names.
    returns_frac
        Shape (t, n), simple returns, finite and above -1.
    notes
        Sentences about how the panel came to be (days left out), shown with the result.
    are_computed
        Whether the returns were computed from prices, and so cannot be prices themselves.

    Raises
    ------
    PanelRefused
        With every problem found.

    """

    dates: Dates
    assets: tuple[str, ...]
    returns_frac: Table
    notes: tuple[str, ...] = ()
    are_computed: InitVar[bool] = False

    def __post_init__(self, are_computed: bool) -> None:
        problems = settle(self, "returns_frac")
        if not isinstance(self.notes, tuple) or not all(isinstance(one, str) for one in self.notes):
            problems.append(Problem("notes", "The notes are no tuple of texts.", 'Give ("A sentence.",), or none.'))
        priced = None if problems or are_computed else price_problem(self.returns_frac)
        if priced is not None:
            problems.append(priced)
        if not problems:
            bad = ~np.isfinite(self.returns_frac)
            if bad.any():
                names = [self.assets[i] for i in np.flatnonzero(bad.any(axis=0))]
                problems.append(
                    Problem(
                        "returns_frac",
                        f"Returns must be finite; {listing(names)} {agree(names, 'has', 'have')} "
                        f"{int(bad.sum())} missing or infinite.",
                        "Build returns from prices: ReturnsPanel.from_prices uses the common window.",
                    )
                )
            elif (self.returns_frac <= -1.0).any():
                names = [self.assets[i] for i in np.flatnonzero((self.returns_frac <= -1.0).any(axis=0))]
                problems.append(
                    Problem(
                        "returns_frac",
                        f"A simple return cannot be -100% or less; {listing(names)} {agree(names, 'has', 'have')} such "
                        "values.",
                        "Give fractions, not percent: a loss of 5% is -0.05.",
                    )
                )
            elif (self.returns_frac > RETURN_MAX_FRAC).any():
                names = [self.assets[i] for i in np.flatnonzero((self.returns_frac > RETURN_MAX_FRAC).any(axis=0))]
                largest = float(self.returns_frac.max())
                problems.append(
                    Problem(
                        "returns_frac",
                        f"A return of {largest:.3g} within one period is no return; {listing(names)} "
                        f"{agree(names, 'has', 'have')} such values.",
                        "Look for prices given as returns, a missing decimal point or a placeholder.",
                    )
                )
        if problems:
            raise PanelRefused(problems)

    @classmethod
    def from_frame(cls, frame: Frame) -> ReturnsPanel:
        """Return the panel of a data frame of simple returns with dates as its index and assets as its columns.

        A first row without any return, as `pct_change` leaves it, is left out.

        Raises
        ------
        PanelRefused
            With every problem found, also where the numbers look like prices.

        """
        dates, assets, table = frame_parts(frame, "returns_frac")
        if len(table) > 1 and np.isnan(table[0]).all():
            dates, table = dates[1:], table[1:]
        return cls(dates, assets, table)

    @classmethod
    def from_array(cls, returns_frac: Any, assets: Sequence[str], dates: Any = None) -> ReturnsPanel:
        """Return the panel of an array of simple returns, shape (t, n), with the names of its columns.

        Parameters
        ----------
        returns_frac
            One row for each period, oldest first.
        assets
            n unique names.
        dates
            On which the periods end; without them days are counted from 1 January 2000.

        Raises
        ------
        PanelRefused
            With every problem found, also where the numbers look like prices.

        """
        days, names, table = array_parts(returns_frac, assets, dates, "returns_frac")
        return cls(days, names, table)

    @classmethod
    def from_prices(cls, prices: PricePanel | Frame) -> ReturnsPanel:
        """Return simple returns p_t / p_(t-1) - 1 over the common window of a price panel or a data frame of prices.

        Raises
        ------
        PanelRefused
            When fewer than two common days exist, or the frame is no clean table.

        """
        panel = prices if isinstance(prices, PricePanel) else PricePanel.from_frame(prices)
        window = panel.common_window()
        if window.days_count < 2:
            raise PanelRefused(
                [
                    Problem(
                        "prices",
                        "Only one day has a price of every asset; returns need two.",
                        "Choose a longer window or leave out the assets with the shortest histories.",
                    )
                ]
            )
        dropped = panel.days_count - window.days_count
        notes: tuple[str, ...] = ()
        if dropped:
            late = np.isnan(panel.prices).sum(axis=0)
            names = [panel.assets[i] for i in np.argsort(-late, kind="stable") if late[i]]
            notes = (
                f"{dropped} of {panel.days_count} days were left out because not every asset has a price on them "
                f"(common window; shortest: {listing(names, 3)}).",
            )
        with np.errstate(over="ignore"):  # a ratio beyond all numbers is refused as infinite
            returns = window.prices[1:] / window.prices[:-1] - 1.0
        return cls(window.dates[1:], window.assets, returns, notes, are_computed=True)

    @property
    def observations_count(self) -> int:
        """Number of periods."""
        return len(self.dates)

    @cached_property
    def start(self) -> date:
        """Date of the first return."""
        return as_date(self.dates[0])

    @cached_property
    def end(self) -> date:
        """Date of the last return."""
        return as_date(self.dates[-1])

    def select(self, assets: Sequence[str]) -> ReturnsPanel:
        """Return the panel of the named assets, in that order."""
        columns = columns_of(self.assets, assets)
        if columns == list(range(len(self.assets))):
            return self
        return self._part(self.dates, tuple(self.assets[i] for i in columns), self.returns_frac[:, columns])

    def until(self, as_of: date) -> ReturnsPanel:
        """Return the panel without the periods that end after `as_of`; refused when none is left."""
        as_of = day_of(as_of, "as_of", PanelRefused)
        keep = self.dates <= np.datetime64(as_of, "D")
        if not keep.any():
            raise PanelRefused(
                [
                    Problem(
                        "as_of",
                        f"No return ends on or before {day(as_of)}; the history starts on {day(self.start)}.",
                        "Choose a later date.",
                    )
                ]
            )
        if keep.all():
            return self
        return self._part(self.dates[keep], self.assets, self.returns_frac[keep])

    def tail(self, periods_count: int) -> ReturnsPanel:
        """Return the last `periods_count` periods, at least one, or all when there are fewer."""
        if not isinstance(periods_count, int | np.integer) or isinstance(periods_count, bool) or periods_count < 1:
            message = f"{periods_count!r:.40} is no number of periods."
            raise PanelRefused([Problem("periods_count", message, "Give a whole number of at least 1.")])
        if periods_count >= self.observations_count:
            return self
        return self._part(self.dates[-periods_count:], self.assets, self.returns_frac[-periods_count:])

    def _part(self, dates: Dates, assets: tuple[str, ...], returns_frac: Table) -> ReturnsPanel:
        """Return a part of this panel; what was checked once is not checked again, except for names chosen twice."""
        if len(set(assets)) < len(assets):
            return ReturnsPanel(dates, assets, returns_frac, self.notes)
        part = object.__new__(ReturnsPanel)
        for name, value in (("dates", dates), ("returns_frac", returns_frac)):
            value.setflags(write=False)
            object.__setattr__(part, name, value)
        object.__setattr__(part, "assets", assets)
        object.__setattr__(part, "notes", self.notes)
        return part
