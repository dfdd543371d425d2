"""Which multiples of 1e-8 stand nearest to the weights, inside every limit, and sum to the budget exactly?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import UNITS_PER_ONE
from engine.optimize.round_inward import moved_inward

Units = NDArray[np.int64]
DUST = 1e-4
MOVES_COUNT = 4000
CANDIDATES_COUNT = 40
LEAST_GAIN = 1e-4  # of what is broken: where the best move gains less, no portfolio is near
WINDOW_COUNT, LEFT_SHARE = 60, 0.8


@dataclass(frozen=True, eq=False)
class RoundRow:
    """A limit that the rounded weights must keep: ``lower <= coefficients @ w + absolute @ |w - center| <= upper``."""

    coefficients: Vector
    lower_frac: float
    upper_frac: float
    absolute: Vector | None = None
    center_frac: Vector | None = None


@dataclass(frozen=True, eq=False)
class Rounded:
    """Weights in units of 1e-8, and whether they keep every bound and row and sum to the budget.

    `is_inside` is so for the sides as they are. `is_to_a_step` is so where each side that is no multiple of 1e-8 is
    passed by less than one such step, all others by nothing.
    """

    units: Units
    is_inside: bool
    is_to_a_step: bool = False

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
    move between pairs of assets while a row is broken. Sides that are no multiples of 1e-8 are read inwards. Where that
    leaves no portfolio (a cap of 1/3 for three assets, a position fixed at 1.23456789%), or only one with a holding of
    a step or two that the exact weights do not have, they are passed by less than a step.
    """
    target = round(net_frac * UNITS_PER_ONE)
    task = _Rounding(weights * UNITS_PER_ONE, (_inward(lower, upper), _outward(lower, upper)), target)
    exact = None if not rows else RowTable.of(rows, len(weights), float(UNITS_PER_ONE))
    near = None if not rows else RowTable.of([_widened(row) for row in rows], len(weights), float(UNITS_PER_ONE))
    found: Units | None = None
    for is_still in (True, False) if task.is_idle.any() else (False,):
        for table, is_strict in ((exact, True), (near, False)):
            units, is_kept = task.run(table, is_strict=is_strict, is_still=is_still)
            if is_kept and is_strict:
                return Rounded(units, True, is_to_a_step=True)
            if is_strict and table is not None and task.has_room:
                inward = task.inward(table, is_still=is_still)
                if inward is not None:
                    return Rounded(inward, True, is_to_a_step=True)
            if is_kept:
                return Rounded(units, False, is_to_a_step=True)
            found = units if found is None or is_strict else found
    assert found is not None
    return Rounded(found, False)


class _Rounding:
    """One set of weights with its bounds read inwards and outwards, all in units."""

    def __init__(self, scaled: Vector, bounds: tuple[tuple[Units, Units], tuple[Units, Units]], target: int) -> None:
        self.scaled, self.target = scaled, target
        low, high = bounds[0]
        self.has_room = bool((low <= high).all()) and int(low.sum()) <= target <= int(high.sum())
        nearest = np.clip(np.rint(scaled), high, low).astype(np.int64)  # where no step lies inside
        low, high = np.where(low > high, nearest, low), np.where(low > high, nearest, high)
        self.bounds = ((low, high), bounds[1])
        self.is_idle = (np.abs(scaled) < 0.5) & (low <= 0) & (high >= 0)

    def inward(self, table: RowTable, *, is_still: bool) -> Units | None:
        """Return units that keep everything, a little way off the rows that press; None where there are none."""
        low, high = self.bounds[0]
        if is_still:
            low, high = np.where(self.is_idle, 0, low), np.where(self.is_idle, 0, high)
        moved = moved_inward(self.scaled, low, high, table, self.target)
        if moved is None:
            return None
        units = np.minimum(np.maximum(np.rint(moved), low), high).astype(np.int64)
        _spread(units, moved, low, high, self.target - int(units.sum()))
        is_kept = int(units.sum()) == self.target and not (table.broken(units) > 0.0).any()
        return units if is_kept else None

    def run(self, table: RowTable | None, *, is_strict: bool, is_still: bool) -> tuple[Units, bool]:
        """Return units, and whether they keep bounds, rows and the sum; `is_still` keeps idle assets at zero."""
        sides: tuple[tuple[Units, Units], ...] = self.bounds[:1] if is_strict and self.has_room else self.bounds
        if is_still:
            sides = tuple((np.where(self.is_idle, 0, a), np.where(self.is_idle, 0, b)) for a, b in sides)
        low, high = sides[0]
        units = np.minimum(np.maximum(np.rint(self.scaled), low), high).astype(np.int64)
        for low, high in sides:  # outwards only what is left
            _spread(units, self.scaled, low, high, self.target - int(units.sum()))
        low, high = sides[-1]
        is_kept = table is None or _repair(units, low, high, table)
        is_inside = bool(((units >= low) & (units <= high)).all())
        is_strict_kept = not is_strict or len(sides) == 1
        return units, is_kept and is_inside and is_strict_kept and int(units.sum()) == self.target


def _widened(row: RoundRow) -> RoundRow:
    """Return a row of whole coefficients with its sides at the multiples of 1e-8 outside them; others as they are."""
    parts = [row.coefficients] if row.absolute is None else [row.coefficients, row.absolute]
    if not all((part == np.rint(part)).all() for part in parts):
        return row
    low, high = row.lower_frac * UNITS_PER_ONE + DUST, row.upper_frac * UNITS_PER_ONE - DUST
    low = np.floor(low) / UNITS_PER_ONE if np.isfinite(low) else low
    high = np.ceil(high) / UNITS_PER_ONE if np.isfinite(high) else high
    return RoundRow(row.coefficients, float(low), float(high), row.absolute, row.center_frac)


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
        open_places = (units < high if step > 0 else units > low).nonzero()[0]
        if not len(open_places):
            return
        need = step * (scaled[open_places] - units[open_places])
        chosen = open_places[np.argsort(-need, kind="stable")[: abs(missing)]]
        units[chosen] += step
        missing -= step * len(chosen)


@dataclass(frozen=True, eq=False)
class RowTable:
    """All rows as one table, in units of `unit`: coefficients (m, n), sides (m,), and the rows with absolute parts."""

    matrix: Matrix
    low: Vector
    high: Vector
    bent: NDArray[np.intp]
    absolute: Matrix
    centers: Matrix

    @classmethod
    def of(cls, rows: Sequence[RoundRow], count: int, unit: float = 1.0) -> RowTable:
        """Return the table of rows on weights of shape (n,), which are fractions times `unit`."""
        low, high = (np.array([getattr(row, name) for row in rows]) * unit for name in ("lower_frac", "upper_frac"))
        bent = [at for at, row in enumerate(rows) if row.absolute is not None]
        nothing = np.zeros(count)
        centers = [nothing if (center := rows[at].center_frac) is None else center for at in bent]
        return cls(
            np.array([row.coefficients for row in rows]).reshape(len(rows), count),
            low,
            high,
            np.array(bent, dtype=np.intp),
            np.array([rows[at].absolute for at in bent]).reshape(len(bent), count),
            np.array(centers).reshape(len(bent), count) * unit,
        )

    def values(self, weights: Vector) -> Vector:
        """Return the value of each row, absolute parts as they are, shape (m,)."""
        values = self.matrix @ weights
        if len(self.bent):
            values[self.bent] += (self.absolute * np.abs(weights - self.centers)).sum(axis=1)
        return np.asarray(values)

    def changes(self, weights: Vector, places: NDArray[np.intp], steps: Vector | float) -> Matrix:
        """Return by how much each row changes when one of the places alone moves by its step, shape (m, places)."""
        changes = self.matrix[:, places] * steps
        if len(self.bent):
            away = weights[places] - self.centers[:, places]
            changes[self.bent] += self.absolute[:, places] * (np.abs(away + steps) - np.abs(away))
        return np.asarray(changes)

    def excess(self, values: Vector) -> Vector:
        """Return by how much values lie beyond the sides, 0 where they do not; values of shape (m, ...)."""
        shape = (len(self.low),) + (1,) * (values.ndim - 1)
        low, high = self.low.reshape(shape), self.high.reshape(shape)
        return np.asarray(np.maximum(np.maximum(low - values, values - high), 0.0))

    def broken(self, units: Units) -> Vector:
        """Return by how many units each row is broken; below 1e-4 of a unit is none."""
        broken = self.excess(self.values(units.astype(np.float64)))
        return np.where(broken > DUST, broken, 0.0)


def _repair(units: Units, low: Units, high: Units, table: RowTable) -> bool:
    """Move units from one asset to another while that makes the rows less broken; return whether all are kept."""
    before = np.inf
    for move in range(MOVES_COUNT):
        broken = table.broken(units)
        worst = int(np.argmax(broken))
        if broken[worst] <= 0.0:
            return True
        if move % WINDOW_COUNT == 0:
            if float(broken.sum()) > LEFT_SHARE * before:
                return False  # as where a ceiling is the least reachable risk: no portfolio on the grid lies under it
            before = float(broken.sum())
        best = _best_move(units, low, high, table, worst, float(broken.sum()))
        if best is None:
            return False
        giver, taker, size = best
        units[giver] -= size
        units[taker] += size
    return not (table.broken(units) > 0.0).any()


def _best_move(
    units: Units, low: Units, high: Units, table: RowTable, worst: int, total: float
) -> tuple[int, int, int] | None:
    """Return who gives how many units to whom so that the rows are least broken; None where no move helps enough."""
    weights = units.astype(np.float64)
    values = table.values(weights)
    sign = 1.0 if values[worst] < table.low[worst] else -1.0
    givers, takers = np.flatnonzero(units > low), np.flatnonzero(units < high)
    if not givers.size or not takers.size:
        return None
    given, taken = table.changes(weights, givers, -1.0)[worst], table.changes(weights, takers, 1.0)[worst]
    givers = givers[np.argsort(-sign * given, kind="stable")][:CANDIDATES_COUNT]
    takers = takers[np.argsort(-sign * taken, kind="stable")][:CANDIDATES_COUNT]
    most = max(float(np.abs(given).max()), float(np.abs(taken).max()), 1e-12)
    found: tuple[int, int, int] | None = None
    least = total * (1.0 - LEAST_GAIN) - 1e-9
    miss = float(max(table.low[worst] - values[worst], values[worst] - table.high[worst]))
    for size in dict.fromkeys((1, max(1, int(miss / most)))):
        losses, gains = table.changes(weights, givers, -float(size)), table.changes(weights, takers, float(size))
        after = table.excess(values[:, None, None] + losses[:, :, None] + gains[:, None, :]).sum(axis=0)
        fits = (units[givers] - size >= low[givers])[:, None] & (units[takers] + size <= high[takers])[None, :]
        after = np.where(fits & (givers[:, None] != takers[None, :]), after, np.inf)
        giver, taker = divmod(int(np.argmin(after)), len(takers))
        if after[giver, taker] < least:
            least, found = float(after[giver, taker]), (int(givers[giver]), int(takers[taker]), size)
    return found
