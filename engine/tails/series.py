"""What is known of the portfolio's returns, over one day and over several?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector

LEAST_COUNT = 20
STILL = 1e-12


@dataclass(frozen=True, eq=False)
class Window:
    """Returns over a horizon, one for each day on which it can end.

    Attributes
    ----------
    returns_frac, ascending
        Shape (n,), in time order and sorted.
    horizon_days
        How many days each spans; neighbours share all but one of them.

    """

    returns_frac: Vector
    horizon_days: int

    @cached_property
    def ascending(self) -> Vector:
        """Return the returns sorted."""
        return np.sort(self.returns_frac)

    @property
    def apart_count(self) -> int:
        """Return how many of them share no day."""
        return len(self.returns_frac) // self.horizon_days

    @property
    def lags_count(self) -> int:
        """Return up to which lag errors allow for correlation: none for single days, twice the overlap else."""
        return 2 * (self.horizon_days - 1)


@dataclass(frozen=True, eq=False)
class Series:
    """Returns per day in time order, NaN where unknown, and what follows from them."""

    returns_frac: Vector
    _windows: dict[int, Window] = field(default_factory=dict)

    @cached_property
    def known(self) -> Vector:
        """Return the known returns, in time order."""
        return self.returns_frac[~np.isnan(self.returns_frac)]

    @property
    def unknown_count(self) -> int:
        """Return how many days have no return."""
        return len(self.returns_frac) - len(self.known)

    @cached_property
    def is_still(self) -> bool:
        """Return whether the returns do not move."""
        return float(np.ptp(self.known)) < STILL

    @cached_property
    def same_share_frac(self) -> float:
        """Return on how many of the days the return was the median one: a price that is not updated, or mostly cash."""
        return float(np.mean(np.abs(self.known - np.median(self.known)) < STILL))

    def window(self, horizon_days: int) -> Window:
        """Return compounded returns over a horizon; those that span a day without a return are left out."""
        found = self._windows.get(horizon_days)
        if found is None:
            returns = self.returns_frac
            if horizon_days > len(returns):
                returns = returns[:0]
            elif horizon_days > 1:
                spans = np.lib.stride_tricks.sliding_window_view(1.0 + returns, horizon_days)
                returns = spans.prod(axis=1) - 1.0
            found = self._windows[horizon_days] = Window(returns[~np.isnan(returns)], horizon_days)
        return found


def series_of(returns_frac: Vector) -> Series:
    """Return the series of checked returns.

    Raises
    ------
    InputRefused
        Unless it is one row of at least 20 known finite returns of which none loses more than everything.

    """
    returns = np.asarray(returns_frac, dtype=float)
    if returns.ndim != 1:
        message = f"Returns of one portfolio have one dimension; these have {returns.ndim}."
        raise InputRefused([Problem("returns", message, "Give the portfolio's own returns.")])
    if np.isinf(returns).any() or (returns < -1.0).any():
        message = "A return is infinite or loses more than everything."
        raise InputRefused([Problem("returns", message, "Give simple returns as fractions, NaN where unknown.")])
    found = Series(returns)
    if len(found.known) < LEAST_COUNT:
        message = f"Risk of loss needs {LEAST_COUNT} daily returns; {len(found.known)} are known."
        raise InputRefused([Problem("returns", message, "Choose a longer history, or wait until there is one.")])
    return found
