"""What does a detector look at: one series with what is known around it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.quality.findings import Days, Floats, Kind

NEAR_SESSIONS = 10
CONFIRMED_TOLERANCE = 0.12
"""How far a log move may be from that of a known split or dividend: what the price may move by itself on the day."""


@dataclass(frozen=True)
class Action:
    """One corporate action: `amount_ccy` for a dividend, `ratio` (new shares for one old) for a split."""

    kind: str
    session: np.datetime64
    amount_ccy: float = float("nan")
    ratio: float = float("nan")


@dataclass(frozen=True)
class QualitySeries:
    """The daily bars of one asset as they are stored, with what other sources say.

    Parameters
    ----------
    symbol : str
    sessions : array of datetime64[D], shape (n,)
        In the order in which they came; only the detector of order expects others than increasing ones.
    close, adjusted : array of float, shape (n,)
        Prices per unit in the asset's currency.
    open, high, low, volume : array of float or None
        NaN where unknown.
    group : str
        Which series are its peers: the sector, mostly.
    actions : tuple of Action
        Known splits and dividends; empty where none are known, which proves nothing.
    others : mapping of str to (sessions, closes)
        What other providers say, by name.
    expected : array of datetime64[D] or None
        Sessions of its exchange between its first and last bar; None where no calendar applies.
    settled : array of bool or None
        Sessions that hold a correction.
    decided : mapping of Kind to array of bool
        Sessions whose correction took a finding of that kind; the kind is not found there again, others are.
    may_be_negative : bool
        Whether a price below zero can be true, as for futures on commodities.
    """

    symbol: str
    sessions: Days
    close: Floats
    adjusted: Floats
    open: Floats | None = None
    high: Floats | None = None
    low: Floats | None = None
    volume: Floats | None = None
    group: str = ""
    actions: tuple[Action, ...] = ()
    others: Mapping[str, tuple[Days, Floats]] = field(default_factory=dict)
    expected: Days | None = None
    settled: NDArray[np.bool_] | None = None
    decided: Mapping[Kind, NDArray[np.bool_]] = field(default_factory=dict)
    may_be_negative: bool = False

    @cached_property
    def log_close(self) -> Floats:
        """Logarithms of the closes; NaN where a close is not positive."""
        return _log(self.close)

    @cached_property
    def log_adjusted(self) -> Floats:
        """Logarithms of the adjusted closes; NaN where one is not positive."""
        return _log(self.adjusted)

    @cached_property
    def returns(self) -> Floats:
        """Log returns of the adjusted closes, shape (n,); the first is NaN."""
        return _steps(self.log_adjusted)

    @cached_property
    def raw_returns(self) -> Floats:
        """Log returns of the closes, shape (n,); the first is NaN."""
        return _steps(self.log_close)


def is_told_by_another(series: QualitySeries, place: int, tolerance_frac: float = 0.2) -> bool:
    """Return whether another source has the same move into one session, within a fifth of its size."""
    move = float(series.raw_returns[place])
    for days, closes in series.others.values():
        spot = int(np.searchsorted(days, series.sessions[place]))
        if 0 < spot < len(days) and days[spot] == series.sessions[place] and closes[spot] > 0 and closes[spot - 1] > 0:
            other = float(np.log(closes[spot] / closes[spot - 1]))
            if abs(other - move) <= tolerance_frac * abs(move):
                return True
    return False


def known_ratio(series: QualitySeries, place: int, move: float) -> float | None:
    """Return the ratio (above 1) of a known split within ten sessions that has the size of a log move; None without.

    For prices of few digits a tenth of the log ratio is allowed for, where that is more than 0.12.
    """
    for action in series.actions:
        if action.kind != "split" or not action.ratio > 0 or action.ratio == 1.0:
            continue
        near = abs(int(np.searchsorted(series.sessions, action.session)) - place) <= NEAR_SESSIONS
        size = abs(float(np.log(action.ratio)))
        if near and abs(abs(move) - size) <= max(CONFIRMED_TOLERANCE, 0.1 * size):
            return float(np.exp(size))
    return None


def is_paid_out(series: QualitySeries, place: int, move: float) -> bool:
    """Return whether a known dividend whose ex-date is one session explains a log move into it."""
    before = float(series.close[place - 1])
    for action in series.actions:
        if action.kind == "dividend" and 0 < action.amount_ccy < before:
            is_here = int(np.searchsorted(series.sessions, action.session)) == place
            if is_here and abs(move - float(np.log1p(-action.amount_ccy / before))) <= CONFIRMED_TOLERANCE:
                return True
    return False


def _log(values: Floats) -> Floats:
    positive = np.isfinite(values) & (values > 0)
    return np.where(positive, np.log(np.where(positive, values, 1.0)), np.nan)


def _steps(logs: Floats) -> Floats:
    found = np.full(len(logs), np.nan)
    found[1:] = np.diff(logs)
    return found
