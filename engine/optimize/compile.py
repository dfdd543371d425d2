"""What do all limits of a request amount to, as bounds and rows on the weights?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.constraints import Constraint
from engine.kernel.facts import KnownUniverse
from engine.kernel.forms import (
    AbsoluteRow,
    Box,
    CountLimit,
    Gap,
    Minimum,
    RiskLimit,
    Row,
    ShortBudget,
    Span,
    TailLimit,
    Universe,
    Vector,
)

Interval = tuple[float, float]
ROUNDING_FRAC = 1e-12
ZERO: Interval = (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class LimitSet:
    """All limits on weights w of shape (n,).

    Attributes
    ----------
    net_frac
        Σ w.
    lower_frac, upper_frac
        Hull of what each asset may have, shape (n,); NaN where nothing is left.
    rows
        Linear limits apart from the budget, in the units of their coefficients.
    short_budget
        Gross and short budgets, None for a long-only portfolio.
    minimum_frac
        "Zero or at least" of each asset, shape (n,); 0 where there is none.
    split
        Place to disjoint sorted intervals, for the assets that have not exactly one; empty means nothing is left.
    absolute_rows, risks, tails
        Limits on sums of absolute distances, on volatility or tracking error, and on tail measures.
    count
        Limit on the number of holdings, or None.
    has_lots
        Whether the last step rounds to whole lots.
    boxes, spans, minimums, gaps
        What the bounds and intervals were made from; of two boxes the later holds.
    net_source, short_source, count_source
        Place of the limit that states the budget, the gross and short budgets, the number of holdings; -1 for none.

    """

    universe: Universe
    net_frac: float
    lower_frac: Vector
    upper_frac: Vector
    rows: tuple[Row, ...]
    short_budget: ShortBudget | None
    minimum_frac: Vector
    notes: tuple[str, ...]
    split: Mapping[int, tuple[Interval, ...]] = field(default_factory=dict)
    absolute_rows: tuple[AbsoluteRow, ...] = ()
    risks: tuple[RiskLimit, ...] = ()
    tails: tuple[TailLimit, ...] = ()
    count: CountLimit | None = None
    has_lots: bool = False
    boxes: tuple[Box, ...] = ()
    spans: tuple[Span, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    gaps: tuple[Gap, ...] = ()
    net_source: int = -1
    short_source: int = -1
    count_source: int = -1

    @property
    def is_polyhedral(self) -> bool:
        """Whether the hull of the limits is linear: no risk and no tail ceiling."""
        return not self.risks and not self.tails

    @property
    def is_convex(self) -> bool:
        """Whether every asset has one interval."""
        return not self.split

    @cached_property
    def intervals(self) -> tuple[tuple[Interval, ...], ...]:
        """For each asset the values it may take, as disjoint sorted intervals; empty means none is left."""
        pieces = [(pair,) for pair in zip(self.lower_frac.tolist(), self.upper_frac.tolist(), strict=True)]
        found: list[tuple[Interval, ...]] = list(pieces)
        for place, item in self.split.items():
            found[place] = item
        return tuple(found)

    @cached_property
    def bound_sources(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Place of the limit that sets the lower and the upper bound of each asset, shape (n,) each; -1 for none.

        Minimum holdings and trades, which cut the inside, are not looked at.
        """
        most, has_shorts = max(1.0, self.net_frac), self.short_budget is not None
        low, high = _box_sides(self.boxes, self.universe.count, most, has_shorts=has_shorts)[:2]
        lower_source = np.full(self.universe.count, -1, dtype=np.intp)
        for box in self.boxes:
            lower_source[box.mask] = box.source
        upper_source = lower_source.copy()
        for span in self.spans:
            tighter, looser = span.lower_frac > low + ROUNDING_FRAC, span.upper_frac < high - ROUNDING_FRAC
            lower_source[tighter], upper_source[looser] = span.source, span.source
            low, high = np.maximum(low, span.lower_frac), np.minimum(high, span.upper_frac)
        return lower_source, upper_source


def compile_limits(constraints: Sequence[Constraint], universe: Universe) -> LimitSet:
    """Return what the limits amount to; the `source` of each part is the place of its limit in `constraints`.

    Later position bounds override earlier ones for the assets they name; bounds that another kind of limit sets, such
    as the exclusion of assets without a score, come last.

    Parameters
    ----------
    constraints
        All limits, the budget included.
    universe
        The assets with what is known of them; `engine.checks.universe_problems` must have found nothing.

    """
    known = KnownUniverse.of(universe)
    gathered = _Gathered()
    for place, item in enumerate(constraints):
        gathered.add(place, item, known)
    net = 1.0 if gathered.net_frac is None else gathered.net_frac
    minimum = np.zeros(known.count)
    for part in gathered.minimums:
        minimum = np.where(part.mask, np.maximum(minimum, part.min_frac), minimum)
    boxes = (*gathered.boxes, *gathered.late_boxes)
    has_shorts = gathered.short_budget is not None
    bounds = _Bounds(boxes, gathered.spans, gathered.gaps, minimum, max(1.0, net), has_shorts=has_shorts)
    return LimitSet(
        universe=known,
        net_frac=net,
        lower_frac=bounds.lower,
        upper_frac=bounds.upper,
        rows=tuple(gathered.all_rows()),
        short_budget=gathered.short_budget,
        minimum_frac=minimum,
        notes=tuple(dict.fromkeys([*gathered.notes, *_notes(bounds, gathered, minimum)])),
        split=bounds.split,
        absolute_rows=tuple(gathered.absolute_rows),
        risks=tuple(gathered.risks),
        tails=tuple(gathered.tails),
        count=gathered.count,
        has_lots=gathered.has_lots,
        boxes=boxes,
        spans=tuple(gathered.spans),
        minimums=tuple(gathered.minimums),
        gaps=tuple(gathered.gaps),
        net_source=gathered.net_source,
        short_source=gathered.short_source,
        count_source=gathered.count_source,
    )


class _Gathered:
    """The parts of all limits by form, each with its source."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.late_boxes: list[Box] = []
        self.spans: list[Span] = []
        self.gaps: list[Gap] = []
        self.rows: list[Row] = []
        self.averages: list[int] = []
        self.absolute_rows: list[AbsoluteRow] = []
        self.risks: list[RiskLimit] = []
        self.tails: list[TailLimit] = []
        self.minimums: list[Minimum] = []
        self.notes: list[str] = []
        self.count: CountLimit | None = None
        self.short_budget: ShortBudget | None = None
        self.net_frac: float | None = None
        self.net_source = self.short_source = self.count_source = -1
        self.has_lots = False

    def add(self, place: int, item: Constraint, universe: Universe) -> None:
        """Add the parts of the limit at that place; of budgets and numbers of holdings the first holds."""
        part = item.compile(universe)
        if part.rows:
            if item.is_average:
                self.averages += range(len(self.rows), len(self.rows) + len(part.rows))
            self.rows += [_placed(row, place) for row in part.rows]
        if part.boxes:
            is_late = getattr(item, "kind", "") != "position_bounds"
            boxes = self.late_boxes if is_late else self.boxes
            boxes += [replace(box, source=place) for box in part.boxes]
        if part.spans or part.gaps or part.minimums:
            self.spans += [replace(span, source=place) for span in part.spans]
            self.gaps += [replace(gap, source=place) for gap in part.gaps]
            self.minimums += [replace(minimum, source=place) for minimum in part.minimums]
        if part.absolute_rows or part.risks or part.tails:
            self.absolute_rows += [replace(row, source=place) for row in part.absolute_rows]
            self.risks += [replace(risk, source=place) for risk in part.risks]
            self.tails += [replace(tail, source=place) for tail in part.tails]
        self.notes += part.notes
        self.has_lots = self.has_lots or part.lots is not None
        if part.count is not None and self.count is None:
            self.count, self.count_source = part.count, place
        if part.short_budget is not None and self.short_budget is None:
            self.short_budget, self.short_source = part.short_budget, place
        if part.net_frac is not None and self.net_frac is None:
            self.net_frac, self.net_source = part.net_frac, place

    def all_rows(self) -> list[Row]:
        """Return the rows; one about an average over what is invested is measured from its side, for any budget."""
        rows = list(self.rows)
        for at in self.averages:
            rows[at] = _from_side(rows[at])
        return rows


def _from_side(row: Row) -> Row:
    """Return a floor or ceiling on an average as a row with 0 as its side."""
    is_floor = bool(np.isfinite(row.lower_frac))
    side = row.lower_frac if is_floor else row.upper_frac
    lower, upper = (0.0, np.inf) if is_floor else (-np.inf, 0.0)
    return replace(row, coefficients=row.coefficients - side, lower_frac=lower, upper_frac=upper, average=side)


def _placed(row: Row, place: int) -> Row:
    """Return the row with its source; `dataclasses.replace` would take as long as all else that a row needs."""
    return Row(row.name, row.kind, row.scope, row.coefficients, row.lower_frac, row.upper_frac, place)


def _box_sides(
    boxes: Sequence[Box], count: int, most_frac: float, *, has_shorts: bool
) -> tuple[Vector, Vector, NDArray[np.bool_]]:
    """Return the hull of the last box of each asset, and where a minimum splits it into a short and a long side.

    An asset without a box may hold everything there is to invest, `most_frac`, and be short by the whole capital.
    """
    low, high, short = np.zeros(count), np.full(count, most_frac), np.ones(count)
    for box in boxes:
        where: NDArray[np.bool_] | slice = slice(None) if box.mask.all() else box.mask
        low[where], high[where] = box.min_frac, box.max_frac
        short[where] = np.nan if box.short_max_frac is None else box.short_max_frac
    if not has_shorts:
        return low, high, np.zeros(count, dtype=bool)
    short = np.where(np.isnan(short), high, short)
    is_split = (low > 0.0) & (short > 0.0) & (short >= low)
    return np.where((low == 0.0) | is_split, 0.0 - short, low), high, is_split


class _Bounds:
    """Bounds and intervals of all assets: boxes within spans, less the gaps of minimum holdings and trades."""

    def __init__(
        self,
        boxes: Sequence[Box],
        spans: Sequence[Span],
        gaps: Sequence[Gap],
        minimum: Vector,
        most_frac: float,
        *,
        has_shorts: bool,
    ) -> None:
        count = len(minimum)
        lower, upper, is_split = _box_sides(boxes, count, most_frac, has_shorts=has_shorts)
        self._spans, self._gaps, self._minimum = spans, gaps, minimum
        self.split: dict[int, tuple[Interval, ...]] = {}
        for span in spans:
            lower, upper = np.maximum(lower, span.lower_frac), np.minimum(upper, span.upper_frac)
        if spans:
            lower = np.where((lower > upper) & (lower - upper <= ROUNDING_FRAC), upper, lower)
        self.lower, self.upper = lower, upper
        is_hit = (minimum > 0.0) & (lower < minimum) & (upper > -minimum) & ((lower != 0.0) | (upper != 0.0))
        if not is_split.any() and not gaps:
            self._cut_long(is_hit & (lower == 0.0) & (upper >= minimum))
            is_hit &= (lower != 0.0) | (upper < minimum)
        for gap in gaps:
            near = (lower < gap.center_frac + gap.min_frac) & (upper > gap.center_frac - gap.min_frac)
            is_hit |= gap.mask & near
        for place in np.flatnonzero(is_hit | is_split | (lower > upper)).tolist():
            self._keep(place, self._pieces(place, boxes if is_split[place] else ()))

    def _cut_long(self, mask: NDArray[np.bool_]) -> None:
        """Cut a minimum holding out of long positions that may be zero, the frequent case."""
        for place in np.flatnonzero(mask).tolist():
            self.split[place] = (ZERO, (float(self._minimum[place]), float(self.upper[place])))

    def _keep(self, place: int, pieces: tuple[Interval, ...]) -> None:
        self.lower[place] = pieces[0][0] if pieces else np.nan
        self.upper[place] = pieces[-1][1] if pieces else np.nan
        if len(pieces) != 1:
            self.split[place] = pieces

    def _pieces(self, place: int, boxes: Sequence[Box]) -> tuple[Interval, ...]:
        """Return the values one asset may take; `boxes` are given where a minimum splits the asset's own."""
        low, high = float(self.lower[place]), float(self.upper[place])
        pieces = [(low, high)]
        if boxes:
            least = next(box.min_frac for box in reversed(boxes) if box.mask[place])
            pieces = [(low, min(high, -least)), (max(low, least), high)]
        pieces = [(start, end) for start, end in pieces if start <= end]
        if self._minimum[place] > 0.0:
            pieces = _cut(pieces, 0.0, float(self._minimum[place]))
        for gap in self._gaps:
            if gap.mask[place]:
                pieces = _cut(pieces, float(gap.center_frac[place]), gap.min_frac)
        return tuple(pieces)


def _cut(pieces: Sequence[Interval], center: float, distance: float) -> list[Interval]:
    """Return what is left of the intervals when only the center, and what is that far from it, may be taken."""
    cut: list[Interval] = []
    below, above = center - distance, center + distance
    for start, end in pieces:
        if start <= below + ROUNDING_FRAC:
            cut.append((start, max(start, min(end, below))))
        if start - ROUNDING_FRAC <= center <= end + ROUNDING_FRAC:
            middle = min(max(center, start), end)
            cut.append((middle, middle))
        if end >= above - ROUNDING_FRAC:
            cut.append((min(end, max(start, above)), end))
    return cut


def _notes(bounds: _Bounds, gathered: _Gathered, minimum: Vector) -> list[str]:
    """Return what the limits together bring about unasked."""
    notes: list[str] = []
    if gathered.short_budget is not None and not (bounds.lower < 0.0).any():
        notes.append("Shorts are allowed in all, but no single position may be short: the portfolio is long-only.")
    if gathered.minimums:
        is_out = (minimum > 0.0) & (bounds.lower == 0.0) & (bounds.upper == 0.0)
        for box in gathered.late_boxes:
            is_out &= ~box.mask
        barred = int(np.count_nonzero(is_out))
        if barred and barred < len(minimum):
            notes.append(f"{barred} assets stay out: their maximum is below the minimum holding.")
    return notes
