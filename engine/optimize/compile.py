"""What do all limits of a request amount to, as bounds and rows on the weights?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.constraints import Constraint
from engine.kernel.forms import Box, LimitParts, Matrix, Row, ShortBudget, Universe, Vector
from engine.kernel.units import percent

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class LimitSet:
    """All limits on weights w of shape (n,).

    Attributes
    ----------
    net_frac
        Σ w.
    intervals
        For each asset the values it may take, as disjoint sorted intervals; empty means none is left.
    lower_frac, upper_frac
        Hull of the intervals, shape (n,).
    rows
        Linear limits apart from the budget.
    short_budget
        Gross and short budgets, None for a long-only portfolio.
    minimum_frac
        "Zero or at least" of each asset, shape (n,); 0 where there is none.

    """

    universe: Universe
    net_frac: float
    intervals: tuple[tuple[Interval, ...], ...]
    lower_frac: Vector
    upper_frac: Vector
    rows: tuple[Row, ...]
    short_budget: ShortBudget | None
    minimum_frac: Vector
    notes: tuple[str, ...]

    @property
    def is_convex(self) -> bool:
        """Whether every asset has one interval."""
        return all(len(pieces) == 1 for pieces in self.intervals)


@dataclass(frozen=True, eq=False)
class LiftedRows:
    """The limits as rows on x = (w, s), where s_i ≥ 0 is the short part of the assets that may be short.

    |w_i| = w_i + 2 s_i holds at the answer, so gross and short budgets are linear. Row 0 is the budget, row 1 the
    return floor (open until set); then the user's rows, gross, short, and w_i + s_i ≥ 0.
    """

    matrix: Matrix
    row_lower: Vector
    row_upper: Vector
    shorts: np.ndarray
    names: tuple[str, ...]

    BUDGET = 0
    RETURN_FLOOR = 1

    def bounds(self, lower: Vector, upper: Vector) -> tuple[Vector, Vector]:
        """Return bounds on x from bounds on w."""
        room = np.maximum(0.0, -lower[self.shorts])
        return np.concatenate([lower, np.zeros(len(self.shorts))]), np.concatenate([upper, room])

    def lift(self, weights: Vector) -> Vector:
        """Return x = (w, s) with the short parts of w."""
        return np.concatenate([weights, np.maximum(0.0, -weights[self.shorts])])


def compile_limits(constraints: Sequence[Constraint], universe: Universe) -> LimitSet:
    """Return what the limits amount to. Later position bounds override earlier ones for the assets they name."""
    parts = [item.compile(universe) for item in constraints]
    budget = next((part.short_budget for part in parts if part.short_budget is not None), None)
    net = next((part.net_frac for part in parts if part.net_frac is not None), 1.0)
    minimum = np.zeros(universe.count)
    for part in parts:
        for item in part.minimums:
            minimum = np.where(item.mask, np.maximum(minimum, item.min_frac), minimum)
    intervals = tuple(
        _intervals(_box_of(parts, place), float(minimum[place]), budget is not None) for place in range(universe.count)
    )
    lower = np.array([pieces[0][0] if pieces else np.nan for pieces in intervals])
    upper = np.array([pieces[-1][1] if pieces else np.nan for pieces in intervals])
    notes = [note for part in parts for note in part.notes]
    if budget is not None and not (lower < 0.0).any():
        notes.append("Shorts are allowed in all, but no single position may be short: the portfolio is long-only.")
    barred = [universe.assets[i] for i, p in enumerate(intervals) if minimum[i] > 0 and p == ((0.0, 0.0),)]
    if barred and len(barred) < universe.count:
        notes.append(f"{len(barred)} assets stay out: their maximum is below the minimum holding.")
    return LimitSet(
        universe,
        net,
        intervals,
        lower,
        upper,
        tuple(row for part in parts for row in part.rows),
        budget,
        minimum,
        tuple(notes),
    )


def lift_rows(limits: LimitSet, rewards: Vector) -> LiftedRows:
    """Return the limits as rows on x = (w, s), with an open floor on ``rewards @ w``."""
    count = limits.universe.count
    budget = limits.short_budget
    has_budget = budget is not None and (budget.gross_max_frac is not None or budget.short_max_frac is not None)
    shorts = np.flatnonzero(limits.lower_frac < 0.0) if has_budget else np.array([], dtype=np.intp)
    width = count + len(shorts)

    def wide(coefficients: Vector) -> Vector:
        return np.concatenate([coefficients, np.zeros(len(shorts))])

    rows = [wide(np.ones(count)), wide(rewards)]
    low, high = [limits.net_frac, -np.inf], [limits.net_frac, np.inf]
    names = ["Budget", "Return floor"]
    for row in limits.rows:
        rows.append(wide(row.coefficients))
        low.append(row.lower_frac)
        high.append(row.upper_frac)
        names.append(row.name)
    if budget is not None:
        if budget.gross_max_frac is not None:
            rows.append(np.concatenate([np.ones(count), np.full(len(shorts), 2.0)]))
            low.append(-np.inf)
            high.append(budget.gross_max_frac)
            names.append("Gross exposure")
        if budget.short_max_frac is not None and len(shorts):
            rows.append(np.concatenate([np.zeros(count), np.ones(len(shorts))]))
            low.append(-np.inf)
            high.append(budget.short_max_frac)
            names.append("Short positions together")
    if len(shorts):
        coupling = np.zeros((len(shorts), width))
        coupling[np.arange(len(shorts)), shorts] = 1.0
        coupling[np.arange(len(shorts)), count + np.arange(len(shorts))] = 1.0
        rows.extend(coupling)
        low.extend([0.0] * len(shorts))
        high.extend([np.inf] * len(shorts))
        names.extend(f"Short part of {limits.universe.assets[i]}" for i in shorts)
    return LiftedRows(np.array(rows), np.array(low), np.array(high), shorts, tuple(names))


def _box_of(parts: Sequence[LimitParts], place: int) -> Box | None:
    boxes = [box for part in parts for box in part.boxes if box.mask[place]]
    return boxes[-1] if boxes else None


def _intervals(box: Box | None, minimum: float, has_shorts: bool) -> tuple[Interval, ...]:
    """Return the values one asset may take, as disjoint sorted intervals."""
    low, high = (box.min_frac, box.max_frac) if box else (0.0, 1.0)
    short = 0.0
    if has_shorts:
        short = high if box is None or box.short_max_frac is None else box.short_max_frac
    pieces: list[Interval] = []
    if short > 0.0 and low > 0.0:
        if short >= low:
            pieces.append((-short, -low))
        pieces.append((low, high))
    else:
        pieces.append((low - short if low == 0.0 else low, high))
    if minimum <= 0.0:
        return tuple(pieces)
    cut: list[Interval] = []
    for start, end in pieces:
        if start <= -minimum:
            cut.append((start, min(end, -minimum)))
        if start <= 0.0 <= end:
            cut.append((0.0, 0.0))
        if end >= minimum:
            cut.append((max(start, minimum), end))
    return tuple(cut)


def describe_bounds(limits: LimitSet, place: int) -> str:
    """Return the values one asset may take as text."""
    return " or ".join(
        percent(low) if low == high else f"{percent(low)} to {percent(high)}" for low, high in limits.intervals[place]
    )
