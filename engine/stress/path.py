"""How does the value move along the days of an event, and how deep does it fall on the way?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.estimates import Matrix, Vector
from engine.stress.result import ReplayPath


def walk(weights_frac: Vector, daily_frac: Matrix, *, is_rebalanced: bool) -> tuple[Vector, Vector]:
    """Return the value over its start, shape (d + 1,), and each position's gain over the value at the start, (m,).

    Parameters
    ----------
    weights_frac
        Shape (m,); what they leave of 1 is cash and keeps its value.
    daily_frac
        Shape (d, m).
    is_rebalanced
        True: every evening back to the weights. False: quantities stay.

    """
    days = len(daily_frac)
    if not is_rebalanced:
        grown = np.vstack([np.zeros(len(weights_frac)), np.cumprod(1.0 + daily_frac, axis=0) - 1.0])
        gains = weights_frac * grown[-1]
        return 1.0 + grown @ weights_frac, gains
    growth = 1.0 + daily_frac @ weights_frac
    values = np.concatenate([[1.0], np.cumprod(np.maximum(growth, 0.0))]) if days else np.ones(1)
    return values, weights_frac * (values[:-1] @ daily_frac)


def path_of(dates: NDArray[np.datetime64], values: Vector, benchmark_frac: Vector | None) -> ReplayPath:
    """Describe a path of values over their start, shape (d + 1,), on its dates; after ruin it stays at zero."""
    ruined = np.flatnonzero(values <= 0.0)
    shown = values.copy()
    if ruined.size:
        shown[ruined[0] :] = 0.0
    peaks = np.maximum.accumulate(shown)
    falls = shown / peaks - 1.0
    trough = int(np.argmin(falls))
    peak = int(np.argmax(shown[: trough + 1]))
    days = [day.astype("datetime64[D]").item() for day in dates]
    beside = None
    if benchmark_frac is not None and np.isfinite(benchmark_frac).all():
        beside = (1.0, *np.cumprod(1.0 + benchmark_frac).tolist())
    return ReplayPath(
        dates=tuple(days),
        value_index=tuple(shown.tolist()),
        benchmark_index=beside,
        drawdown_frac=tuple(falls.tolist()),
        max_drawdown_frac=max(0.0, -float(falls[trough])),
        peak=days[peak],
        trough=days[trough],
        is_ruined=bool(ruined.size),
    )
