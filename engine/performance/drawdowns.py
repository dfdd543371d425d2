"""How deep and how long were the falls from a peak of wealth, and how long did it take to come back?

Wealth is compounded from 1.0 before the first return, so that a loss in the first period is a fall.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.kernel.wealth import falls_from_peak
from engine.performance.result import Drawdown, DrawdownTable
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar

ROUNDING_FRAC = 1e-12  # below the peak by less is back at the peak


def underwater(returns_frac: Vector) -> Vector:
    """Return how far wealth lies below its peak after each period, shape (t,), never positive.

    Parameters
    ----------
    returns_frac
        Simple returns, shape (t,), without gaps.

    """
    under = falls_from_peak(np.cumprod(1.0 + returns_frac), 1.0)
    under[under > -ROUNDING_FRAC] = 0.0
    return under


def drawdown_table(
    returns_frac: Vector,
    dates: NDArray[np.datetime64],
    started_on: date,
    *,
    most_count: int = 10,
    level_frac: float = 0.95,
) -> DrawdownTable:
    """Return the deepest falls and the figures over all periods.

    Parameters
    ----------
    returns_frac, dates
        Simple returns and the closes that end them, shape (t,), t ≥ 1, in time order, without gaps.
    started_on
        The close before the first return: the date of the starting 1.0.
    most_count
        How many falls to list.
    level_frac
        Of the conditional drawdown at risk.

    References
    ----------
    Chekhlov, Uryasev and Zabarankin (2005), Drawdown measure in portfolio optimization, International Journal of
    Theoretical and Applied Finance 8(1), for the conditional drawdown at risk. Martin and McCann (1989), The Investor's
    Guide to Fidelity Funds, for the Ulcer index.

    """
    under = underwater(returns_frac)
    starts, ends = _runs(under < 0.0)
    if len(starts):
        depths = -np.minimum.reduceat(np.append(under, 0.0), np.column_stack([starts, ends + 1]).ravel())[::2]
    else:
        depths = np.empty(0)
    order = np.argsort(-depths, kind="stable")[:most_count]
    listed = tuple(_one(under, dates, started_on, int(starts[i]), int(ends[i])) for i in order)
    tail = HistoricalCvar(level=level_frac)
    return DrawdownTable(
        drawdowns=listed,
        falls_count=len(depths),
        longest_count=int(np.max(ends - starts + np.where(ends == len(under) - 1, 1, 2), initial=0)),
        max_drawdown_frac=float(depths.max()) if len(depths) else 0.0,
        current_frac=max(0.0, -float(under[-1])),
        average_frac=float(depths.mean()) if len(depths) else 0.0,
        pain_frac=abs(float(under.mean())),
        ulcer_frac=float(np.sqrt(np.mean(under * under))),
        cdar_frac=abs(tail.compute(PortfolioSample(under, 0.0, 0.0))),
        cdar_level_frac=level_frac,
    )


def _runs(below: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first and the last place of every run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], below, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2] - 1


def _one(under: Vector, dates: NDArray[np.datetime64], started_on: date, first: int, last: int) -> Drawdown:
    """Return the fall of the periods first..last, both included."""
    trough = first + int(np.argmin(under[first : last + 1]))
    depth = -float(under[trough])
    is_open = last == len(under) - 1
    return Drawdown(
        peak_date=started_on if first == 0 else _day(dates[first - 1]),
        trough_date=_day(dates[trough]),
        recovered_date=None if is_open else _day(dates[last + 1]),
        depth_frac=depth,
        to_trough_count=trough - first + 1,
        to_recovery_count=None if is_open else last + 1 - trough,
        periods_count=last - first + (1 if is_open else 2),
        required_gain_frac=1.0 / (1.0 - depth) - 1.0 if depth < 1.0 else None,
    )


def _day(value: np.datetime64) -> date:
    return value.astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]
