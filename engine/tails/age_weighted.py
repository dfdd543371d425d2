"""How much was lost on the worst days of the past, where each day weighs less the longer ago it was?

Boudoukh, Richardson and Whitelaw (1998), The best of both worlds, Risk 11(5): the weight of the day i days ago (the
last is 1) is λ^(i-1) (1-λ) / (1-λ^n). The value at risk is the order statistic at which the weights of the worse days
reach 1 - level; the shortfall is the exact mean of that tail.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, ndtri

from engine.kernel.forms import Matrix, Vector
from engine.tails.closed_forms import Loss
from engine.tails.method import Found, Task, is_too_short, ordered, scaling_of, symmetric
from engine.tails.result import TailEstimate

NOISE = 1e-12
BASELINE_COUNT = 5.0
"""Days of equal weight in the tail below which a figure rests on very few."""


@lru_cache(maxsize=64)
def age_weights(count: int, decay: float) -> Vector:
    """Return the weights of days in time order, shape (count,), which sum to one; read only."""
    weights = decay ** np.arange(count - 1, -1, -1.0)
    weights /= weights.sum()
    weights.setflags(write=False)
    return weights


def worth_count(weights: Vector) -> float:
    """Return how many days of equal weight tell as much: 1/Σw² (Kish)."""
    return 1.0 / float(weights @ weights)


def age_weighted_losses(rows: Matrix, level: float, decay: float) -> Matrix:
    """Return value at risk and shortfall of windows (m, n) in time order, shape (m, 2)."""
    weights = age_weights(rows.shape[1], decay)
    order = np.argsort(rows, axis=1, kind="stable")
    ascending = np.take_along_axis(rows, order, axis=1)
    heavy = weights[order]
    tail = 1.0 - level
    sums = np.cumsum(heavy, axis=1)
    places = np.argmax(sums >= tail - NOISE, axis=1)[:, None]
    before = np.clip(tail - (sums - heavy), 0.0, None)
    parts = np.minimum(heavy, before)  # of each day's weight, what lies in the tail
    edge = np.take_along_axis(ascending, places, axis=1)[:, 0]
    return np.stack((-edge, -(parts * ascending).sum(axis=1) / tail), axis=1)


def age_weighted(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of the weighted empirical distribution; of one day alone."""
    return [_at(task, horizon_days, level) for level in task.levels]


def _at(task: Task, horizon_days: int, level: float) -> Found:
    known, decay = task.series.known, task.age_decay
    weights = age_weights(len(known), decay)
    worth = worth_count(weights)
    model = f"{len(known):,} days, each weighing {decay:g} times the next one: worth {worth:.0f} of equal weight."
    scaling = scaling_of(horizon_days, "overlapping")
    if horizon_days > 1:
        reason = (
            f"With these weights the history is worth {worth:.0f} days, that is {worth / horizon_days:.0f} stretches "
            f"of {horizon_days}: too few for a tail. Use filtered historical simulation, which follows the present too."
        )
        return Found(model, scaling, len(known), status="refused", reason=reason)
    if is_too_short(len(known), level):
        reason = f"{len(known)} days are too few for a level of {100 * level:g}%. Lengthen the history."
        return Found(model, scaling, len(known), status="refused", reason=reason)
    var, es = (float(one) + 0.0 for one in age_weighted_losses(known[None, :], level, decay)[0])
    loss = ordered(Loss(var, es))
    estimate, error = _sureness(known, weights, loss.var, level, task.confidence_frac)
    beyond = np.maximum(-known - loss.var, 0.0)
    mean = float(weights @ beyond)
    spread = float(np.sqrt(max(float(weights @ (beyond - mean) ** 2), 0.0) / worth)) / (1.0 - level)
    notes: tuple[str, ...] = ()
    if worth * (1.0 - level) < BASELINE_COUNT:
        days = f"{worth * (1.0 - level):.1f}"
        notes = (f"The tail is worth {days} days of equal weight: read it as the losses of the worst recent days.",)
    return Found(
        model,
        scaling,
        len(known),
        value_at_risk=estimate,
        expected_shortfall=symmetric(loss.es, max(spread, error), task.confidence_frac, "delta"),
        notes=notes,
    )


def _sureness(
    known: Vector, weights: Vector, var: float, level: float, confidence: float
) -> tuple[TailEstimate, float]:
    """Return the value at risk with its interval, and its standard error.

    The binomial interval of the tail's probability, for as many draws as the weights are worth (Clopper and Pearson
    1934), read off the weighted distribution; the error is that of an interval of a normal distribution as wide.
    """
    tail, half = 1.0 - level, 0.5 * (1.0 - confidence)
    count = worth_count(weights)
    hits = count * tail
    low = float(betaincinv(hits, count - hits + 1.0, half))
    high = float(betaincinv(hits + 1.0, count - hits, 1.0 - half))
    order = np.argsort(known, kind="stable")
    sums = np.cumsum(weights[order])
    lost = -known[order]
    lower = float(lost[min(int(np.searchsorted(sums, high - NOISE)), len(lost) - 1)])
    upper = float(lost[min(int(np.searchsorted(sums, low - NOISE)), len(lost) - 1)])
    error = (max(upper, var) - min(lower, var)) / (2.0 * float(ndtri(1.0 - half)))
    made = TailEstimate(
        loss_frac=var,
        standard_error_frac=error,
        lower_frac=min(lower, var),
        upper_frac=max(upper, var),
        error_kind="order_statistics",
    )
    return made, error
