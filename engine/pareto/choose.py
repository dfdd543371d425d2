"""Which point do weights of the objectives choose?

Each axis is normalized to z = 0 at its best value among the points and 1 at its worst. The weighted shortfall of a
point is max_k s_k z_k + ρ Σ_k s_k z_k with the weights s, which sum to 1, and ρ = 0.001: the augmented weighted
Chebyshev distance (Steuer and Choo 1983; Wierzbicki 1980). The least one is chosen. Unlike a weighted sum it reaches
every point of the surface, also where that bends inward, and it trades nothing away twice: no objective that counts
falls far behind because another one is good.

Among all portfolios, not only the points shown, the least t with s_k z_k ≤ t for every k is found by halving, each
step one program for the least of the remaining objective under those levels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.kernel.arrays import numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.pareto.dominance import is_flat, normalized
from engine.pareto.measures import Measure
from engine.pareto.result import ParetoAxis, ParetoPoint
from engine.pareto.surface import Surface
from engine.pareto.sweep import Sweep

AUGMENT = 1e-3
STEPS_COUNT = 48
CLOSE = 1e-9  # of the weighted ranges, on critical lines
SWEPT_CLOSE = 1e-6  # the same where each step is a program of its own


def shortfalls(shares: Matrix, weights_frac: Sequence[float]) -> Vector:
    """Return the weighted shortfall of points, shape (k,), from normalized costs of shape (k, d)."""
    weighted = shares * np.asarray(weights_frac)
    return np.asarray(weighted.max(axis=1) + AUGMENT * weighted.sum(axis=1))


def choose(
    axes: Sequence[ParetoAxis], points: Sequence[ParetoPoint], shares_frac: Sequence[float] | None = None
) -> int:
    """Return the place of the point that weights choose.

    Parameters
    ----------
    axes, points
        Of an answer; at least one point.
    shares_frac
        Weight of each axis, any nonnegative numbers that are not all zero; those of the axes when None.

    Raises
    ------
    InputRefused
        Where there are no points, or the weights are not one finite number of at least 0 for each axis, one above 0.

    """
    if not len(points):
        raise InputRefused([Problem("points", "There is no point to choose.", "Loosen the limits first.")])
    shares = _shares_of(axes, shares_frac)
    signs = np.array([-1.0 if axis.is_maximized else 1.0 for axis in axes])
    costs = signs * np.array([one.values for one in points])
    ideal = signs * np.array([axis.ideal for axis in axes])
    nadir = signs * np.array([axis.nadir for axis in axes])
    return int(np.argmin(shortfalls(normalized(costs, ideal, nadir), shares.tolist())))


def _shares_of(axes: Sequence[ParetoAxis], given: Sequence[float] | None) -> Vector:
    """Return the weights of the axes as shares of their sum, shape (d,)."""
    advice = "Give one number of at least 0 for each axis, and one above 0."
    own = [axis.share_frac for axis in axes]
    shares = numbers_of(own if given is None else given, "shares_frac", advice=advice)
    if shares.shape != (len(axes),):
        raise InputRefused([Problem("shares_frac", f"There are {len(axes)} axes to weigh.", advice)])
    if not np.isfinite(shares).all() or (shares < 0.0).any():
        raise InputRefused([Problem("shares_frac", "A weight is below 0, infinite or no number.", advice)])
    largest = shares.max(initial=0.0)
    if largest == 0.0:
        raise InputRefused([Problem("shares_frac", "Every weight is 0, so nothing counts.", advice)])
    shares = shares / largest  # first, so that no sum of finite weights overflows
    return np.asarray(shares / shares.sum())


@dataclass(frozen=True, eq=False)
class Settled:
    """The weights that were chosen, with the residual where a critical line proves them."""

    weights: Vector
    residual: float | None
    solves_count: int


def settled(
    solver: Surface | Sweep, measures: Sequence[Measure], ideal: Vector, nadir: Vector, start: Vector
) -> Settled | None:
    """Return the portfolio of the least weighted shortfall within the limits; None where none was found.

    Parameters
    ----------
    solver
        Of the same measures.
    measures, ideal, nadir
        The axes with the costs at which each is 0 and 1.
    start
        Weights of the best point known, shape (n,).

    """
    share = {id(one): one.share_frac for one in measures}
    low = {id(one): float(best) for one, best in zip(measures, ideal, strict=True)}
    span = {
        id(one): 0.0 if still else float(worst - best)
        for one, best, worst, still in zip(measures, ideal, nadir, is_flat(ideal, nadir), strict=True)
    }
    ask, last = (_ask_line(solver), solver.risk) if isinstance(solver, Surface) else (_ask_sweep(solver), solver.goal)
    if span[id(last)] == 0.0:
        return None

    def levels_at(most: float) -> Level:
        return lambda one: level(one, most)

    def level(one: Measure, most: float) -> float:
        weight = share[id(one)]
        if weight == 0.0 or span[id(one)] == 0.0:
            return float("inf")
        return low[id(one)] + most / weight * span[id(one)]

    def shortfall(one: Measure, weights: Vector) -> float:
        if span[id(one)] == 0.0:
            return 0.0
        return share[id(one)] * (float(one.costs(weights[None])[0]) - low[id(one)]) / span[id(one)]

    before = solver.solves_count
    close = CLOSE if isinstance(solver, Surface) else SWEPT_CLOSE
    upper = max(0.0, *(shortfall(one, start) for one in measures)) + close
    best: tuple[Vector, float | None] | None = None
    lower, gap_low, gap_high, moved = 0.0, np.inf, np.inf, 0
    for step in range(STEPS_COUNT):
        middle = upper if step == 0 else _between(lower, upper, gap_low, gap_high, moved)
        found = ask(levels_at(middle))
        gap = np.inf if found is None else shortfall(last, found[0]) - middle
        if found is not None and gap <= 0.0:
            best, upper, gap_high = found, middle, gap
            moved = min(moved, 0) - 1
        elif step == 0:
            return None
        else:
            lower, gap_low = middle, gap
            moved = max(moved, 0) + 1
        if upper - lower <= close or gap_high >= -1e-3 * close:
            break
    if best is None:
        return None
    return Settled(best[0], best[1], solver.solves_count - before)


def _between(lower: float, upper: float, gap_low: float, gap_high: float, moved: int) -> float:
    """Return where to look next: where a straight line crosses zero, or the middle where that has stalled."""
    if not np.isfinite(gap_low) or abs(moved) >= 3:
        return 0.5 * (lower + upper)
    cross = lower + (upper - lower) * gap_low / (gap_low - gap_high)
    edge = 0.01 * (upper - lower)
    return float(np.clip(cross + 0.1 * edge, lower + 0.1 * edge, upper - 0.1 * edge))


Level = Callable[[Measure], float]
Ask = Callable[[Level], tuple[Vector, float | None] | None]


def _ask_line(surface: Surface) -> Ask:
    def ask(level: Level) -> tuple[Vector, float | None] | None:
        return surface.at(tuple(level(one) for one in surface.others), level(surface.reward))

    return ask


def _ask_sweep(sweep: Sweep) -> Ask:
    def ask(level: Level) -> tuple[Vector, float | None] | None:
        weights = sweep.least([level(one) for one in sweep.others])
        return None if weights is None else (weights, None if np.isnan(sweep.residual) else float(sweep.residual))

    return ask
