"""How deep do simulated paths fall on the way, and which ones end worst?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.estimates import Matrix
from engine.stress.result_tails import PathBand, PathRisk

WORST_COUNT = 10
BAND_LEVELS = (0.01, 0.05, 0.5, 0.95, 0.99)


def path_risk(daily_frac: Matrix, *, is_paired: bool) -> PathRisk:
    """Describe paths of daily portfolio returns, shape (p, h); the second half mirrors the first where paired.

    Drawdowns count from the start, so that a loss on the first day is one.
    """
    values = np.empty((len(daily_frac), daily_frac.shape[1] + 1))
    values[:, 0] = 1.0
    np.cumprod(np.maximum(1.0 + daily_frac, 0.0), axis=1, out=values[:, 1:])
    peaks = np.maximum.accumulate(values, axis=1)
    deepest = 1.0 - (values / peaks).min(axis=1)
    half = len(deepest) // 2
    means = 0.5 * (deepest[:half] + deepest[half : 2 * half]) if is_paired else deepest
    levels = np.quantile(values, BAND_LEVELS, axis=0)
    worst = np.argsort(values[:, -1], kind="stable")[:WORST_COUNT]
    return PathRisk(
        paths_count=len(daily_frac),
        expected_max_drawdown_frac=float(deepest.mean()),
        error_frac=float(means.std(ddof=1)) / float(np.sqrt(len(means))) if len(means) > 1 else 0.0,
        max_drawdown_95_frac=float(np.quantile(deepest, 0.95)),
        bands=tuple(
            PathBand(level_frac=level, value_index=tuple(row.tolist()))
            for level, row in zip(BAND_LEVELS, levels, strict=True)
        ),
        worst=tuple(tuple(values[place].tolist()) for place in worst),
    )


def stationary_rows(
    rng: np.random.Generator, days_count: int, paths_count: int, horizon_days: int, mean_block_days: int
) -> NDArray[np.int_]:
    """Return rows of the history for each path and day, shape (p, h): blocks of geometric length, wrapped at the end.

    References
    ----------
    Politis and Romano (1994), The stationary bootstrap, Journal of the American Statistical Association 89.

    """
    fresh = rng.integers(0, days_count, (paths_count, horizon_days))
    starts = rng.random((paths_count, horizon_days)) < 1.0 / mean_block_days
    starts[:, 0] = True
    days = np.arange(horizon_days)
    last = np.maximum.accumulate(np.where(starts, days, 0), axis=1)
    begun = np.take_along_axis(fresh, last, axis=1)
    return np.asarray((begun + days - last) % days_count)
