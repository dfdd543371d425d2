"""Which multiples of 1e-8 stand nearest to the weights, inside every limit, and sum to the budget exactly?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.kernel.units import UNITS_PER_ONE

Units = NDArray[np.int64]
DUST = 1e-4
MOVES_COUNT = 4000


@dataclass(frozen=True, eq=False)
class RoundRow:
    """A linear limit that the rounded weights must keep: ``lower <= coefficients @ w <= upper``."""

    coefficients: Vector
    lower_frac: float
    upper_frac: float


@dataclass(frozen=True, eq=False)
class Rounded:
    """Weights in units of 1e-8, and whether they keep every bound and row and sum to the budget."""

    units: Units
    is_inside: bool

    @property
    def weights_frac(self) -> Vector:
        """The weights as fractions, shape (n,)."""
        return self.units / UNITS_PER_ONE

    @property
    def sum_frac(self) -> float:
        """The exact sum of the weights."""
        return int(self.units.sum()) / UNITS_PER_ONE


def round_weights(
    weights: Vector, lower: Vector, upper: Vector, net_frac: float, rows: Sequence[RoundRow] = ()
) -> Rounded:
    """Return weights in units of 1e-8 that sum to the budget and keep bounds and rows, as near as they come.

    Each weight is rounded and clipped into its bounds; the units left over go where rounding took most, and units then
    move between pairs of assets while a row is broken. Bounds that are no multiples of 1e-8 are read inwards; when that
    leaves no portfolio at all (a cap of 1/3 for three assets) they are read outwards and `is_inside` is False.
    """
    target = round(net_frac * UNITS_PER_ONE)
    low, high = _inward(lower, upper)
    is_inside = bool((low <= high).all()) and int(low.sum()) <= target <= int(high.sum())
    if not is_inside:
        low, high = _outward(lower, upper)
    scaled = weights * UNITS_PER_ONE
    units = np.clip(np.rint(scaled), low, high).astype(np.int64)
    _spread(units, scaled, low, high, target - int(units.sum()))
    _repair(units, low, high, rows)
    is_inside = is_inside and int(units.sum()) == target and not (_violations(units, rows) > 0.0).any()
    return Rounded(units, is_inside)


def _inward(lower: Vector, upper: Vector) -> tuple[Units, Units]:
    low = np.ceil(lower * UNITS_PER_ONE - DUST).astype(np.int64)
    return low, np.floor(upper * UNITS_PER_ONE + DUST).astype(np.int64)


def _outward(lower: Vector, upper: Vector) -> tuple[Units, Units]:
    low = np.floor(lower * UNITS_PER_ONE + DUST).astype(np.int64)
    return low, np.ceil(upper * UNITS_PER_ONE - DUST).astype(np.int64)


def _spread(units: Units, scaled: Vector, low: Units, high: Units, missing: int) -> None:
    """Add (or take) the missing units where the rounded weight falls shortest of (or exceeds most) the exact one."""
    while missing:
        step = 1 if missing > 0 else -1
        room = units < high if step > 0 else units > low
        if not room.any():
            return
        need = np.where(room, step * (scaled - units), -np.inf)
        order = np.argsort(-need, kind="stable")[: min(abs(missing), int(room.sum()))]
        units[order] += step
        missing -= step * len(order)


def _violations(units: Units, rows: Sequence[RoundRow]) -> Vector:
    """Return by how many units each row is broken; below 1e-4 of a unit is none."""
    if not rows:
        return np.zeros(0)
    values = np.array([row.coefficients @ units for row in rows])
    low = np.array([row.lower_frac for row in rows]) * UNITS_PER_ONE
    high = np.array([row.upper_frac for row in rows]) * UNITS_PER_ONE
    broken = np.maximum(np.maximum(low - values, values - high), 0.0)
    return np.where(broken > DUST, broken, 0.0)


def _repair(units: Units, low: Units, high: Units, rows: Sequence[RoundRow]) -> None:
    """Move units from one asset to another while that makes the rows less broken."""
    if not rows:
        return
    matrix = np.array([row.coefficients for row in rows])
    floor = np.array([row.lower_frac for row in rows]) * UNITS_PER_ONE
    cap = np.array([row.upper_frac for row in rows]) * UNITS_PER_ONE
    for _ in range(MOVES_COUNT):
        broken = _violations(units, rows)
        worst = int(np.argmax(broken))
        if broken[worst] <= 0.0:
            return
        values = matrix @ units
        sign = 1.0 if values[worst] < floor[worst] else -1.0
        gain = sign * matrix[worst]
        givers, takers = np.flatnonzero(units > low), np.flatnonzero(units < high)
        if not givers.size or not takers.size:
            return
        givers = givers[np.argsort(gain[givers], kind="stable")][:40]
        takers = takers[np.argsort(-gain[takers], kind="stable")][:40]
        best: tuple[float, int, int, int] | None = None
        total = float(broken.sum())
        for size in (1, max(1, int(broken[worst] / max(float(np.abs(gain).max()), 1e-12)))):
            shift = size * (matrix[:, None, takers] - matrix[:, givers, None])
            moved = values[:, None, None] + shift
            after = np.maximum(np.maximum(floor[:, None, None] - moved, moved - cap[:, None, None]), 0.0).sum(axis=0)
            fits = (units[givers] - size >= low[givers])[:, None] & (units[takers] + size <= high[takers])[None, :]
            after = np.where(fits, after, np.inf)
            place = int(np.argmin(after))
            giver, taker = divmod(place, len(takers))
            if after[giver, taker] < total - 1e-9 and (best is None or after[giver, taker] < best[0]):
                best = (float(after[giver, taker]), int(givers[giver]), int(takers[taker]), size)
        if best is None:
            return
        units[best[1]] -= best[3]
        units[best[2]] += best[3]
