"""How many whole lots come nearest to the weights, and what cash is left over?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Estimates, Universe, Vector
from engine.optimize.lot_steps import LotSearch
from engine.optimize.rounding import RoundRow, RowTable

STEPS_MAX_COUNT = 20_000
HELD_FRAC = 1e-9


@dataclass(frozen=True, eq=False)
class LotAnswer:
    """Whole lots of each asset.

    Attributes
    ----------
    lots_count
        Shape (n,), negative for shorts.
    weights_frac
        What the lots amount to, shape (n,), as fractions of the capital.
    cash_frac
        Budget less the sum of those weights.
    is_inside
        Whether the lots keep every bound and row; the budget becomes "at most".

    """

    lots_count: NDArray[np.int64]
    weights_frac: Vector
    cash_frac: float
    is_inside: bool


def lot_sizes_frac(universe: Universe) -> Vector:
    """Return what one lot of each asset is worth as a fraction of the capital, shape (n,); NaN where not known."""
    if universe.prices_money is None or universe.capital_money is None:
        return np.full(universe.count, np.nan)
    shares = np.ones(universe.count) if universe.lot_sizes_shares is None else universe.lot_sizes_shares
    shares = np.where(np.isfinite(shares), shares, 1.0)
    return universe.prices_money * shares / universe.capital_money


def round_to_lots(
    weights: Vector,
    sizes_frac: Vector,
    estimates: Estimates,
    lower: Vector,
    upper: Vector,
    net_frac: float,
    rows: Sequence[RoundRow],
) -> LotAnswer:
    """Return whole lots near the weights that spend at most the budget.

    Every position is rounded towards zero; lots are then bought where that brings the portfolio nearest to the weights
    in tracking error, as long as cash, bounds and rows allow. Where that breaks a limit, lots are taken back and added
    until all hold (`LotSearch`). A search: near, not proven nearest; and that none was found proves none for up to nine
    assets only, within a lot of each.

    Parameters
    ----------
    weights
        The exact answer, shape (n,).
    sizes_frac
        Value of one lot as a fraction of the capital, positive, shape (n,).
    estimates
        The covariance measures what is near.
    lower, upper, net_frac, rows
        Limits the lots should keep.

    """
    lots = np.trunc(weights / sizes_frac + np.sign(weights) * HELD_FRAC).astype(np.int64)
    covariance = estimates.covariance_annual
    table = RowTable.of(rows, len(weights))
    everyone = np.arange(len(weights))
    diagonal = np.diag(covariance) * sizes_frac**2
    for _ in range(STEPS_MAX_COUNT):
        held = lots * sizes_frac
        away = held - weights
        cash = net_frac - float(held.sum())
        slope = 2.0 * sizes_frac * (covariance @ away)
        steps = np.where(weights >= 0.0, 1, -1)
        change = steps * slope + diagonal
        fits = (sizes_frac <= cash + HELD_FRAC) | (steps < 0)
        after = held + steps * sizes_frac
        fits &= (after <= upper + HELD_FRAC) & (after >= lower - HELD_FRAC) & (np.abs(weights) > 0.0)
        fits &= steps * (weights - held) > -0.5 * sizes_frac  # never more than one lot past the weight
        if len(rows):
            values = table.values(held)
            moved = values[:, None] + table.changes(held, everyone, steps * sizes_frac)
            now, then = table.excess(values), table.excess(moved)
            fits &= (then <= now[:, None] + HELD_FRAC).all(axis=0)
        change = np.where(fits, change, np.inf)
        best = int(np.argmin(change))
        if not np.isfinite(change[best]) or change[best] >= 0.0:
            break
        lots[best] += steps[best]
    cash_row = RoundRow(np.ones(len(weights)), -np.inf, net_frac)
    search = LotSearch(
        weights,
        sizes_frac,
        covariance,
        np.ceil((lower - HELD_FRAC) / sizes_frac).astype(np.int64),
        np.floor((upper + HELD_FRAC) / sizes_frac).astype(np.int64),
        RowTable.of([*rows, cash_row], len(weights)),
    )
    is_inside = search.keeps(lots)
    if not is_inside:
        stepped = search.found(lots)
        is_inside, lots = stepped is not None, lots if stepped is None else stepped
    held = lots * sizes_frac
    return LotAnswer(lots, held, net_frac - float(held.sum()), is_inside)
