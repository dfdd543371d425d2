"""How much was lost on the worst stretches of the past?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.kernel.rng import generator
from engine.risk.historical_cvar import cvar_of_sorted
from engine.risk.historical_var import tail_count, var_of_sorted, var_place
from engine.tails.closed_forms import Loss
from engine.tails.method import (
    Found,
    QuantileRule,
    Task,
    is_too_short,
    ordered,
    scaling_of,
    symmetric,
    thin_notes,
    too_short_sentence,
)
from engine.tails.result import ErrorKind, TailEstimate
from engine.tails.sampling import effective_count, quantile_spread, shortfall_error
from engine.tails.series import Window
from engine.uncertainty.blocks import stationary_indices

STREAM = 11
BLOCK_HORIZONS = 4
CHUNK = 100


def empirical_loss(ascending: Vector, level: float, quantile: QuantileRule = "inverted_cdf") -> Loss:
    """Return both of a sample in ascending order, shape (n,): an order statistic, or between two where `linear`."""
    var = float(var_of_sorted(ascending, level))
    if quantile == "linear":
        var = -float(np.quantile(ascending, round(1.0 - level, 12)))
    return ordered(Loss(var + 0.0, float(cvar_of_sorted(ascending, level)) + 0.0))  # no negative zero


def historical(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of the empirical distribution of compounded returns over the horizon."""
    window = task.series.window(horizon_days)
    resampled = _resampled(task, window) if task.resamples_count and len(window.returns_frac) else None
    return [_at(task, window, level, resampled) for level in task.levels]


def _at(task: Task, window: Window, level: float, resampled: Matrix | None) -> Found:
    h, size = window.horizon_days, len(window.returns_frac)
    model = f"The returns of {size:,} days as they were." if h == 1 else f"{size:,} overlapping returns over {h} days."
    scaling = scaling_of(h, "overlapping")
    if is_too_short(window.apart_count, level):
        reason = too_short_sentence(window.apart_count, level, h)
        return Found(model, scaling, size, status="refused", reason=reason)
    loss = empirical_loss(window.ascending, level, task.quantile)
    flags = (window.returns_frac <= -loss.var).astype(float)
    count = effective_count(flags, window.lags_count)
    spread = quantile_spread(window.ascending, var_place(size, level), 1.0 - level, task.confidence_frac, count)
    var = TailEstimate(
        loss_frac=loss.var,
        standard_error_frac=spread.standard_error,
        lower_frac=None if spread.upper is None else min(loss.var, -spread.upper),
        upper_frac=None if spread.lower is None else max(loss.var, -spread.lower),
        error_kind="order_statistics",
    )
    error = max(shortfall_error(window.ascending, loss.var, loss.es, level, count), spread.standard_error)
    es = symmetric(loss.es, error, task.confidence_frac, "delta")
    notes = thin_notes(window.apart_count, level)
    if spread.lower is None:
        notes += ("The history is too short for an upper bound of the value at risk.",)
    if resampled is not None:
        kind: ErrorKind = "bootstrap" if h == 1 else "block_bootstrap"
        es = _spread_of(loss.es, cvar_of_head(resampled, size, level), task.half, kind)
        if h > 1:
            var = _spread_of(loss.var, -resampled[:, var_place(size, level)], task.half, kind)
    return Found(model, scaling, size, value_at_risk=var, expected_shortfall=es, notes=notes)


def cvar_of_head(heads: NDArray[np.float64], size: int, level: float) -> Any:
    """Return shortfalls from the smallest returns (..., k) of samples of `size`, each in ascending order."""
    tail = tail_count(size, level)
    whole = int(tail)
    total = heads[..., :whole].sum(axis=-1)
    if tail > whole:
        total = total + (tail - whole) * heads[..., whole]
    return -total / tail


def _spread_of(loss: float, resampled: Vector, half: float, kind: ErrorKind) -> TailEstimate:
    lower, upper = np.quantile(resampled, [half, 1.0 - half])
    return TailEstimate(
        loss_frac=loss,
        standard_error_frac=float(resampled.std(ddof=1)),
        lower_frac=min(loss, float(lower)),
        upper_frac=max(loss, float(upper)),
        error_kind=kind,
    )


def _resampled(task: Task, window: Window) -> Matrix:
    """Return the smallest returns of each resample in ascending order, as many as the lowest level's tail needs.

    Single days are drawn one by one; overlapping returns in blocks of mean length four horizons, so that neighbours
    stay together (Politis and Romano 1994).
    """
    size = len(window.returns_frac)
    deepest = min(size, int(tail_count(size, task.levels[0])) + 2)
    heads = np.empty((task.resamples_count, deepest))
    rng = generator(task.seed, STREAM, window.horizon_days)
    mean_length = min(BLOCK_HORIZONS * window.horizon_days, max(1.0, size / 4.0))
    for begin in range(0, task.resamples_count, CHUNK):
        rows = min(CHUNK, task.resamples_count - begin)
        if window.horizon_days == 1:
            places = rng.integers(0, size, (rows, size))
        else:
            places = np.stack([stationary_indices(rng, size, mean_length) for _ in range(rows)])
        drawn = window.returns_frac[places]
        heads[begin : begin + rows] = np.sort(np.partition(drawn, deepest - 1, axis=1)[:, :deepest], axis=1)
    return heads
