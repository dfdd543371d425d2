"""Where do the best and the worst periods of a record of active returns lie, and how far out are they?

Of a series x (active log returns) with sums S: the best stretch is max (S_j - S_i), i < j, the worst one its mirror; of
a window the largest sum of so many in a row; of a streak the most in a row above zero. Each statistic takes one pass,
for many series at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.performance.bootstrap import stationary_places
from engine.performance.result import PeriodKind

Array = NDArray[np.float64]
CHUNK_COUNT = 200


@dataclass(frozen=True, slots=True)
class Search:
    """One thing to look for: its kind, the length of a window (0 for any), and whether the best or the worst."""

    kind: PeriodKind
    window_count: int
    is_better: bool


def statistic(series: Array, search: Search, sums: Array) -> Array:
    """Return how far out the best of each series is, shape (q,).

    Parameters
    ----------
    series
        Shape (q, t).
    search
        What to look for.
    sums
        Sums from 0 on, shape (q, t + 1).

    """
    sign = 1.0 if search.is_better else -1.0
    if search.kind == "streak":
        return _longest(sign * series > 0.0).astype(float)
    if search.window_count:
        moved = sums[:, search.window_count :] - sums[:, : -search.window_count]
        result: Array = moved.max(axis=1) if search.is_better else -moved.min(axis=1)
        return result
    if search.is_better:
        rises: Array = (sums[:, 1:] - np.minimum.accumulate(sums, axis=1)[:, :-1]).max(axis=1)
        return rises
    falls: Array = (np.maximum.accumulate(sums, axis=1)[:, :-1] - sums[:, 1:]).max(axis=1)
    return falls


def _longest(hits: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the most true values in a row of each line."""
    steps = np.arange(1, hits.shape[1] + 1, dtype=np.int32)
    broken = np.maximum.accumulate(np.where(hits, np.int32(0), steps), axis=1)
    longest: NDArray[np.int32] = (steps - broken).max(axis=1)
    return longest


def place(series: Array, search: Search) -> tuple[int, int]:
    """Return the first and the last period of the best one, shape of `series` (t,)."""
    sign = 1.0 if search.is_better else -1.0
    sums = np.concatenate([[0.0], np.cumsum(sign * series)])
    if search.kind == "streak":
        steps = np.arange(1, len(series) + 1)
        runs = steps - np.maximum.accumulate(np.where(sign * series > 0.0, 0, steps))
        last = int(np.argmax(runs))
        return last - int(runs[last]) + 1, last
    if search.window_count:
        first = int(np.argmax(sums[search.window_count :] - sums[: -search.window_count]))
        return first, first + search.window_count - 1
    last = int(np.argmax(sums[1:] - np.minimum.accumulate(sums)[:-1]))
    return int(np.argmin(sums[: last + 1])), last


def chances(
    series: Array, searches: list[Search], rng: np.random.Generator, replicates_count: int, block_count: float
) -> tuple[Array, Array]:
    """Return the p-value of each search, alone and with all of them together, both of shape (m,).

    Parameters
    ----------
    series
        Active log returns, shape (t,). The null is the same series without its mean, in blocks drawn anew.
    searches
        What was looked for.
    rng, replicates_count, block_count
        Of the stationary bootstrap.

    Returns
    -------
    (alone, together)
        (1 + replicates at least as far out) / (1 + replicates). Together: in how many replicates any search's own
        p-value is as small as this one.

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 2.8, single step.

    """
    observed = _statistics(series[None, :], searches)[0]
    centered = series - series.mean()
    drawn = []
    for start in range(0, replicates_count, CHUNK_COUNT):
        some = min(CHUNK_COUNT, replicates_count - start)
        drawn.append(_statistics(centered[stationary_places(rng, len(series), some, block_count)], searches))
    null = np.concatenate(drawn)
    total = len(null) + 1.0
    alone = (1.0 + (null >= observed - 1e-12).sum(axis=0)) / total
    ordered = np.sort(null, axis=0)
    own = np.empty_like(null)
    for column in range(null.shape[1]):
        below = np.searchsorted(ordered[:, column], null[:, column] - 1e-12, side="left")
        own[:, column] = (1.0 + len(null) - below) / total
    together = (1.0 + (own.min(axis=1)[:, None] <= alone + 1e-12).sum(axis=0)) / total
    return alone, np.maximum(alone, together)


def _statistics(series: Array, searches: list[Search]) -> Array:
    sums = np.zeros((len(series), series.shape[1] + 1))
    np.cumsum(series, axis=1, out=sums[:, 1:])
    return np.column_stack([statistic(series, search, sums) for search in searches])
