"""How large is a tail measure of given weights, exactly, and with which slope does it change?

The history is a matrix of simple returns, shape (t, n), oldest first; weights are held constant (restored every
period), and wealth adds up without compounding: c_0 = 0, c_k = Σ_{i≤k} r_iᵀw. Every measure is a positive loss as a
fraction of the capital per period (CVaR, semi-deviation) or from peak to trough (CDaR, maximum drawdown). Cash that the
weights leave over earns nothing here: with a budget other than one the measure is that of the invested part.

All of them are largest values of linear functions of the weights, so a slope at one portfolio bounds the measure at
every other from below: measure(v) ≥ measure(w) + slopeᵀ(v - w).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, TailKind, Vector

Places = NDArray[np.intp]
COUNT_DIGITS = 9
LEAST_COUNT = 1e-9


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Losses c_peak - c_trough with the share that each has in the measure.

    Attributes
    ----------
    peaks, troughs
        Shape (k,), places on the path c, from 0 to t. For one period's loss the trough is the place after the peak.
    shares
        Shape (k,), multipliers: nonnegative; for CVaR and CDaR at most 1 / (t (1 - level)) for each trough and 1 in
        all, for the maximum drawdown 1 in all; for the semi-deviation u / (t semi-deviation) with shortfalls u.

    """

    peaks: Places
    troughs: Places
    shares: Vector


NO_SCENARIOS = Scenarios(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0))


@dataclass(frozen=True, eq=False)
class ScenarioBlock:
    """Scenarios near or in the tail of some portfolio, worst first: loss of row i is ``slopes[i] @ w``, slopes (k, n).

    For CVaR and CDaR the measure of any w is at least min_a a + Σ_i max(0, slopes[i] @ w - a) / tail_count, for the
    maximum drawdown at least max_i slopes[i] @ w; equal when every scenario that matters at w is among them. For the
    semi-deviation it is at least √(Σ_i max(0, slopes[i] @ w)² / tail_count). Each trough appears once.
    """

    peaks: Places
    troughs: Places
    slopes: Matrix
    tail_count: float


def tail_count(level: float, periods_count: int) -> float:
    """Return t (1 - level), the number of periods in the tail, freed of the noise of binary fractions."""
    return max(round(periods_count * (1.0 - level), COUNT_DIGITS), LEAST_COUNT)


def path_of(returns: Matrix) -> Matrix:
    """Return cumulative uncompounded returns that begin at 0, shape (t + 1, n) for returns of shape (t, n)."""
    return np.concatenate([np.zeros((1, returns.shape[1])), np.cumsum(returns, axis=0)])


def drawdowns(path: Vector) -> tuple[Vector, Places]:
    """Return the falls from the highest point so far and the places of those points, for places 1 to t of a path.

    ``path`` has shape (t + 1,) and begins at the starting wealth 0, which counts as a peak. Of equal peaks the latest.
    """
    tops = np.maximum.accumulate(path)
    places = np.maximum.accumulate(np.where(path >= tops, np.arange(len(path)), 0))
    return (tops - path)[1:], places[1:]


def losses_of(tail: TailKind, returns: Matrix, weights: Vector) -> tuple[Vector, Places]:
    """Return each period's loss or drawdown, shape (t,), and the peak's place on the path; the trough is t + 1."""
    series = returns @ weights
    if tail == "semi_deviation":
        return series.mean() - series, np.arange(len(series))
    if tail == "cvar":
        return -series, np.arange(len(series))
    return drawdowns(np.concatenate([[0.0], np.cumsum(series)]))


def tail_mean(losses: Vector, count: float) -> float:
    """Return the mean of the worst ``count`` losses, the last one in part when the count is not whole."""
    return float(losses @ _shares(losses, count))


def _shares(losses: Vector, count: float) -> Vector:
    """Return each loss's share in the mean of the worst ``count``; ties go to the earlier one."""
    shares = np.zeros(len(losses))
    whole = min(int(count), len(losses))
    order = np.argsort(-losses, kind="stable")[: whole + 1]
    shares[order[:whole]] = 1.0
    if whole < len(order):
        shares[order[whole]] = count - whole
    return np.asarray(shares / shares.sum())


def worst_scenarios(tail: TailKind, level: float, returns: Matrix, weights: Vector) -> Scenarios:
    """Return the scenarios that make up the measure at the weights, with their shares."""
    losses, peaks = losses_of(tail, returns, weights)
    if tail == "semi_deviation":
        short = np.maximum(losses, 0.0)
        size = float(np.sqrt(np.mean(short**2)))
        shares = short / (len(short) * size) if size > 0.0 else np.zeros(len(short))
    elif tail == "max_drawdown":
        shares = np.zeros(len(losses))
        shares[int(np.argmax(losses))] = 1.0
    else:
        shares = _shares(losses, tail_count(level, len(losses)))
    places = np.flatnonzero(shares)
    return Scenarios(peaks[places], places + 1, shares[places])


def slope_of(tail: TailKind, returns: Matrix, scenarios: Scenarios) -> Vector:
    """Return the weighted sum of the scenarios' slopes, shape (n,)."""
    return -(period_shares(tail, len(returns), scenarios) @ returns)


def period_shares(tail: TailKind, periods_count: int, scenarios: Scenarios) -> Vector:
    """Return p, shape (t,), with which the slope is Σ_i p_i (-r_i): a fall counts in every period that it spans."""
    steps = np.zeros(periods_count + 1)
    np.add.at(steps, scenarios.peaks, scenarios.shares)
    np.add.at(steps, scenarios.troughs, -scenarios.shares)
    shares = np.cumsum(steps)[:-1]
    return shares - shares.mean() if tail == "semi_deviation" else shares


def tail_value(tail: TailKind, level: float, returns: Matrix, weights: Vector) -> float:
    """Return the measure of the weights, shape (n,), as a positive loss.

    ``cvar``: mean of the worst share 1 - level of the periods' losses, Acerbi and Tasche (2002), definition 2.6.
    ``cdar``: the same of the drawdowns after each period, Chekhlov, Uryasev and Zabarankin (2005), International
    Journal of Theoretical and Applied Finance 8(1). ``max_drawdown``: the deepest of those. ``semi_deviation``:
    √(Σ max(0, m - r_iᵀw)² / t) with m the mean of r_iᵀw (Markowitz 1959, chapter 9); the last two ignore the level.
    """
    losses, _ = losses_of(tail, returns, weights)
    if tail == "max_drawdown":
        return float(losses.max())
    if tail == "semi_deviation":
        return float(np.sqrt(np.mean(np.maximum(losses, 0.0) ** 2)))
    return tail_mean(losses, tail_count(level, len(losses)))


def tail_cut(tail: TailKind, level: float, returns: Matrix, weights: Vector) -> tuple[float, Vector]:
    """Return the measure at the weights and a slope, shape (n,), that bounds it from below everywhere.

    At any v: tail_value(v) ≥ value + slope @ (v - weights), and value = slope @ weights, as every measure grows in
    proportion to the weights. Of several slopes (ties) the one of the earlier periods.
    """
    scenarios = worst_scenarios(tail, level, returns, weights)
    return tail_value(tail, level, returns, weights), slope_of(tail, returns, scenarios)


def active_scenarios(
    tail: TailKind, level: float, returns: Matrix, weights: Vector, room: float = 1.5
) -> ScenarioBlock:
    """Return the worst scenarios at the weights, ``room`` times as many as the tail holds, as rows for a program.

    For the maximum drawdown the deepest trough of each fall from a peak; for the semi-deviation every period below the
    mean and as many again by the factor.
    """
    losses, peaks = losses_of(tail, returns, weights)
    periods_count = len(losses)
    order = np.argsort(-losses, kind="stable")
    if tail == "max_drawdown":
        _, first = np.unique(peaks[order], return_index=True)
        order, held = order[np.sort(first)], 1.0
    elif tail == "semi_deviation":
        held = float(periods_count)
        order = order[: int(np.ceil(room * np.count_nonzero(losses > 0.0)))]
    else:
        held = tail_count(level, periods_count)
        order = order[: int(np.ceil(room * held)) + 1]
    slopes = scenario_slopes(tail, returns, peaks[order], order + 1)
    return ScenarioBlock(peaks[order], order + 1, slopes, held)


def scenario_slopes(tail: TailKind, returns: Matrix, peaks: Places, troughs: Places) -> Matrix:
    """Return the slopes of the losses from peaks to troughs, shape (k, n)."""
    if tail == "semi_deviation":
        slopes = returns.mean(axis=0) - returns[troughs - 1]
    elif tail == "cvar":
        slopes = -returns[troughs - 1]
    else:
        path = path_of(returns)
        slopes = path[peaks] - path[troughs]
    return np.asarray(slopes)
