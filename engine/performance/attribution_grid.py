"""How did the effects build up over time, by period, month or year?"""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.performance.brinson import Effects, geometric_effects
from engine.performance.linking import coefficients, running
from engine.performance.positions import Positions
from engine.performance.result_attribution import Linking, PeriodEffect

EACH_COUNT = 60
Grid = Literal["auto", "period", "month", "year"]


def grid_ends(dates: NDArray[np.datetime64], grid: Grid) -> NDArray[np.intp]:
    """Return the places of the last periods of each step of a grid."""
    if grid == "period" or (grid == "auto" and len(dates) <= EACH_COUNT):
        return np.arange(len(dates))
    labels = dates.astype("datetime64[Y]" if grid == "year" else "datetime64[M]")
    return np.flatnonzero(np.concatenate([labels[1:] != labels[:-1], [True]]))


def period_rows(
    positions: Positions, effects: Effects, linking: Linking, is_folded: bool, ends: NDArray[np.intp]
) -> tuple[PeriodEffect, ...]:
    """Return the effects of each step of a grid, linked within it, and their running sums since the start.

    Parameters
    ----------
    positions, effects
        Of all periods.
    linking, is_folded
        As for the whole attribution.
    ends
        Places of the last period of each step, shape (q,).

    """
    own, base = positions.portfolio_frac, effects.base_frac
    starts = np.concatenate([[0], ends[:-1] + 1])
    steps_own, steps_base = (np.multiply.reduceat(1.0 + one, starts) - 1.0 for one in (own, base))
    if linking == "geometric":
        parts = geometric_effects(effects, positions)
        whole = [parts[0].sum(axis=1), parts[1].sum(axis=1), np.zeros(len(own)), parts[2]]
        table = np.column_stack(whole)
        within = np.multiply.reduceat(1.0 + table, starts, axis=0) - 1.0
        since = np.cumprod(1.0 + table, axis=0)[ends] - 1.0
    else:
        table = _totals(effects, positions.trading_frac, is_folded)
        within = np.array(
            [
                coefficients(own[i : j + 1], base[i : j + 1], linking) @ table[i : j + 1]
                for i, j in zip(starts, ends, strict=True)
            ]
        )
        since = running(table, own, base, linking, ends)
    return tuple(
        PeriodEffect(
            ended_on=_day(positions.dates[end]),
            portfolio_return_frac=float(steps_own[q]),
            benchmark_return_frac=float(steps_base[q]),
            allocation_frac=float(within[q, 0]),
            selection_frac=float(within[q, 1]),
            interaction_frac=float(within[q, 2]),
            trading_frac=float(within[q, 3]),
            cumulative_allocation_frac=float(since[q, 0]),
            cumulative_selection_frac=float(since[q, 1]),
            cumulative_interaction_frac=float(since[q, 2]),
            cumulative_trading_frac=float(since[q, 3]),
        )
        for q, end in enumerate(ends)
    )


def _totals(effects: Effects, trading: Vector, is_folded: bool) -> Matrix:
    """Return allocation, selection, interaction and trading of each period over all segments, shape (t, 4)."""
    a, s, i = (one.sum(axis=1) for one in (effects.allocation, effects.selection, effects.interaction))
    if is_folded:
        s, i = s + i, np.zeros(len(s))
    return np.column_stack([a, s, i, trading])


def _day(value: np.datetime64) -> date:
    return value.astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]
