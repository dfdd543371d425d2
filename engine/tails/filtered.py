"""How much may be lost tomorrow if past surprises come back at tomorrow's volatility?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.kernel.rng import generator
from engine.tails.draws import drawing_errors
from engine.tails.method import Found, Task, is_too_short, scaling_of, symmetric, thin_notes, too_short_sentence
from engine.tails.result import Scaling
from engine.tails.state import (
    NO_DRAWING,
    NO_MODEL,
    SLOPE_PATHS_COUNT,
    State,
    ewma_state,
    garch_state,
    losses_of,
    losses_of_unsorted,
    name_of,
    notes_of,
    parameter_errors,
)

STREAM = 23
POOL_RESAMPLES_COUNT = 40
Places = NDArray[np.int64]


def fhs(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of past standardized surprises, brought to tomorrow's volatility.

    One day is the empirical distribution of mean + volatility x surprise; several are simulated day by day from the
    same surprises. Errors join those of the surprises, of the fitted parameters and of drawing. Without a fitted model
    the volatilities are EWMA (Hull and White 1998), and the status says so.

    References
    ----------
    Barone-Adesi, Giannopoulos and Vosper (1999), VaR without correlations for portfolios of derivative securities,
    Journal of Futures Markets 19(5); Hull and White (1998), Journal of Risk 1(1).

    """
    parameters, known = task.garch, task.series.known
    scaling = scaling_of(horizon_days, "simulated")
    state = ewma_state(known) if parameters is None else garch_state(known, parameters, np.array(parameters.values()))
    size = len(state.standardized)
    name = "EWMA" if parameters is None else name_of(parameters)
    model = (
        f"{size:,} past surprises at the volatility of tomorrow, {100 * np.sqrt(state.next_variance):.2f}% by {name}."
    )
    if all(is_too_short(size, level) for level in task.levels):
        return [_short(model, scaling, size, level) for level in task.levels]
    places = generator(task.seed, STREAM, horizon_days).integers(0, size, (task.paths_count, horizon_days))
    pool = np.sort(state.standardized)
    ascending = np.sort(_returns(state, horizon_days, places, pool))
    losses = losses_of(ascending, task.levels)
    drawing = [NO_DRAWING] * len(losses) if horizon_days == 1 else drawing_errors(ascending, task.levels)
    parts = [_pool_errors(task, state, horizon_days, places[:SLOPE_PATHS_COUNT], pool), np.array(drawing).ravel()]
    if parameters is not None:

        def moved(values: Vector) -> Vector:
            other = garch_state(known, parameters, values)
            return _losses(other, horizon_days, places[:SLOPE_PATHS_COUNT], np.sort(other.standardized), task.levels)

        fitted = parameter_errors(parameters, moved)
        parts += [] if fitted is None else [fitted]
    total = np.sqrt(sum(part**2 for part in parts))
    reason = f"{NO_MODEL} Volatilities are EWMA." if parameters is None else None
    return [
        _short(model, scaling, size, level)
        if is_too_short(size, level)
        else Found(
            model,
            scaling,
            size,
            status="ok" if reason is None else "fallback",
            reason=reason,
            value_at_risk=symmetric(losses[place].var, total[2 * place], task.confidence_frac, "delta"),
            expected_shortfall=symmetric(losses[place].es, total[2 * place + 1], task.confidence_frac, "delta"),
            notes=notes_of(parameters) + thin_notes(size, level),
        )
        for place, level in enumerate(task.levels)
    ]


def _returns(state: State, horizon_days: int, places: Places, pool: Vector) -> Vector:
    """Return returns over the horizon: those of one day are the pool's, several take its entries at the places."""
    if horizon_days == 1:
        return np.asarray(state.mean + np.sqrt(state.next_variance) * pool)
    return state.path_returns(pool[places])


def _losses(state: State, horizon_days: int, places: Places, pool: Vector, levels: tuple[float, ...]) -> Vector:
    """Return value at risk and shortfall at each level, as pairs."""
    return np.array(losses_of_unsorted(_returns(state, horizon_days, places, pool), levels)).ravel()


def _pool_errors(task: Task, state: State, horizon_days: int, places: Places, pool: Vector) -> Vector:
    """Return what the finite number of past surprises leaves unsure, as pairs by level.

    Over several days the surprises are resampled, and the same places of each sorted resample are walked: what differs
    is the pool alone.
    """
    size = len(pool)
    if horizon_days == 1:
        return np.array(drawing_errors(_returns(state, 1, places, pool), task.levels)).ravel()
    rng = generator(task.seed, STREAM, horizon_days, 1)
    found = np.empty((POOL_RESAMPLES_COUNT, 2 * len(task.levels)))
    for row in range(POOL_RESAMPLES_COUNT):
        times = np.bincount(rng.integers(0, size, size), minlength=size)
        found[row] = _losses(state, horizon_days, places, np.repeat(pool, times), task.levels)
    return np.asarray(found.std(axis=0, ddof=1))


def _short(model: str, scaling: Scaling, size: int, level: float) -> Found:
    reason = too_short_sentence(size, level, 1)
    return Found(model, scaling, size, status="refused", reason=reason)
