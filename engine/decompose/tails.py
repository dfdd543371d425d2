"""Which days make the tail, and what do the lines lose on them, alone, together and without each other?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar, tail_count

TIE_SHARE = 1e-12
NEAR_DEVIATIONS = 4.0


@dataclass(frozen=True)
class Tail:
    """How much each scenario counts, shape (t,), summing to one, and what the average was multiplied by."""

    weights: Vector
    scenarios_count: int
    scale_factor: float | None
    total_frac: float
    note: str | None = None


def rank(count: int, level: float) -> int:
    """Return ⌈nα⌉, the place of the historical quantile among the sorted returns, from 1."""
    return max(1, math.ceil(tail_count(count, level)))


def shortfall_tail(portfolio: Vector, level: float) -> Tail:
    """Return the weights of the exact tail: 1/(nα) for each of the worst days, what is left for the last.

    Days with the same return as the last of the tail share its weight: which of them came first says nothing.
    """
    measure = HistoricalCvar(level=level).compute(_sample(portfolio))
    tail = tail_count(portfolio.size, level)
    boundary = np.partition(portfolio, rank(portfolio.size, level) - 1)[rank(portfolio.size, level) - 1]
    below, tied = _sides(portfolio, float(boundary))
    weights = below / tail
    weights[tied] = (tail - np.count_nonzero(below)) / np.count_nonzero(tied) / tail
    return Tail(weights, int(np.count_nonzero(weights)), None, measure)


def quantile_tail(portfolio: Vector, level: float) -> Tail:
    """Return the weights of the scenarios near the historical quantile, by a Gaussian kernel, scaled to sum to it.

    The part of a line in VaR is its mean loss given that the portfolio loses exactly VaR. One scenario alone would be
    noise: those near it are averaged, with Silverman's bandwidth 0.9 min(s, IQR/1.349) n^(-1/5).
    """
    measure = HistoricalVar(level=level).compute(_sample(portfolio))
    place = rank(portfolio.size, level) - 1
    boundary = float(np.partition(portfolio, place)[place])
    width = _bandwidth(portfolio)
    if width > 0.0:
        steps = (portfolio - boundary) / width
        weights = np.where(np.abs(steps) <= NEAR_DEVIATIONS, np.exp(-0.5 * steps * steps), 0.0)
        weights /= weights.sum()
        average = -float(weights @ portfolio)
        if measure > 0.0 and average > 0.5 * measure:
            count = round(1.0 / float(weights @ weights))
            return Tail(weights * (measure / average), count, measure / average, measure)
    _, tied = _sides(portfolio, boundary)
    weights = tied / np.count_nonzero(tied)
    note = None
    if width > 0.0:
        note = "Few days lie near the historical quantile: its parts are those of that day alone."
    return Tail(weights, int(np.count_nonzero(tied)), 1.0, measure, note)


def losses(streams: Matrix, levels: Sequence[float]) -> tuple[tuple[Vector, Vector], ...]:
    """Return VaR and expected shortfall of each row of returns, shape (k,) each, at each level.

    The same figures as `HistoricalVar` and `HistoricalCvar`, for many streams in one pass.

    Parameters
    ----------
    streams
        Shape (k, t). The order within its rows is lost: what is passed is not to be used again.
    levels
        Confidence levels.

    """
    count = streams.shape[1]
    places = [rank(count, level) - 1 for level in levels]
    head = streams
    for place in sorted(set(places), reverse=True):  # one after the other, each in the tail of the last: far faster
        head.partition(place, axis=1)
        head = head[:, :place]
    found = []
    for level, place in zip(levels, places, strict=True):
        edge: Vector = streams[:, place].copy()
        tail = tail_count(count, level)
        total: Vector = streams[:, :place].sum(axis=1) + (tail - place) * edge
        found.append((-edge, -total / tail))
    return tuple(found)


def _sides(portfolio: Vector, boundary: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which returns lie below a boundary, and which are equal to it but for rounding."""
    tolerance = TIE_SHARE * float(np.abs(portfolio).max(initial=0.0))
    tied = np.abs(portfolio - boundary) <= tolerance
    return (portfolio < boundary) & ~tied, tied


def _bandwidth(portfolio: Vector) -> float:
    deviation = float(portfolio.std(ddof=1)) if portfolio.size > 1 else 0.0
    low, high = np.quantile(portfolio, (0.25, 0.75))
    spread = float(high - low) / 1.349
    size = float(np.abs(portfolio).max(initial=0.0))
    narrow = min(deviation, spread) if spread > 0.0 else deviation
    return 0.9 * narrow * portfolio.size**-0.2 if narrow > TIE_SHARE * size else 0.0


def _sample(portfolio: Vector) -> PortfolioSample:
    return PortfolioSample(returns_frac=portfolio, mean_frac=0.0, volatility_frac=0.0)
