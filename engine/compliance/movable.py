"""How do the rows and bounds that a rule has become follow when the rule's own limit is moved by hand?

A row ``coefficients @ w <= upper`` of a rule on shares of net assets keeps its coefficients; its side follows straight.
Of a rule on shares of something else that holds only where all portfolios have the same of that, as an average over
what is invested has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.compliance.along import Along
from engine.compliance.bound import Bound
from engine.compliance.bounds import Vector
from engine.compliance.limit import Asked, RuledRequest, RuleLimit, on_weights
from engine.compliance.linear import GUARD, LinearRow, LinearRule
from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.constraints import Constraint
from engine.constraints.budget import Budget

SIDES = ("max_frac", "min_frac", "max_score", "min_score")
UNITS = ("frac", "score")
ALIKE = 1e-12
OF_THEIR_OWN = "its groups have limits of their own today, as it is kept no worse than now"
A_RATIO = "it is a share of something that differs from portfolio to portfolio"
A_LEAST = "it asks for least positions"
DECIDED = "how much is invested decides it alone"
NO_SHARE = "its figure is neither a share nor a score"
NO_LIMIT = "it says what may not be held, not how much"


@dataclass(frozen=True, slots=True, eq=False)
class RuleMove:
    """A rule whose limit can be moved.

    Attributes
    ----------
    rule, limit
        The rule, and what it has become, where its limit stands.
    value
        The limit.
    is_most
        Whether it is a ceiling: a smaller value is tighter.
    ends
        Between which values some portfolio that invests as much can keep the rows that say the same of every one.
    rows
        Place of a row among those of the limit, and how its upper side moves with the value.
    bounds
        Place of an asset, its upper bound, and how that moves with the value.

    """

    rule: Rule
    limit: RuleLimit
    value: float
    is_most: bool
    ends: tuple[float, float]
    rows: tuple[tuple[int, float], ...]
    bounds: tuple[tuple[int, float, float], ...]

    @property
    def is_share(self) -> bool:
        """Whether the limit is a fraction, not points of a score."""
        return program_of(self.rule).unit == "frac"

    def is_looser(self, value: float) -> bool:
        """Return whether a value allows more than the rule does."""
        return value > self.value if self.is_most else value < self.value

    def at(self, value: float) -> RuleLimit:
        """Return what the rule becomes with another limit."""
        return limit_at(self.limit, value)


class RulesMoved:
    """The rules of a portfolio on a frontier whose limits are moved.

    Parameters
    ----------
    along
        The rules as limits of the request, where they stand.

    """

    def __init__(self, along: Along) -> None:
        self.along = along
        self._read()

    def _read(self) -> None:
        along = self.along
        net = next((one.net_frac for one in along.limits if isinstance(one, Budget)), 1.0)
        self.moves: dict[str, RuleMove] = {}
        self.still: dict[str, str] = {}
        for one in along.bound:
            limit = one.limit(along.search.places, along.search.weights) if isinstance(one.kept, LinearRule) else None
            if limit is None:
                continue
            found = _move_of(one, limit, net)
            if isinstance(found, RuleMove):
                self.moves[one.rule.id] = found
            else:
                self.still[one.rule.title] = found

    def limits(self, values: Mapping[str, float]) -> list[Constraint]:
        """Return the limits of the request and those of the rules, each where its value is moved to, by rule id."""
        return [
            limit_at(one, values[one.rule_id]) if isinstance(one, RuleLimit) and one.rule_id in values else one
            for one in self.along.limits
        ]

    def request(self, values: Mapping[str, float]) -> RuledRequest:
        """Return the request with these limits."""
        return RuledRequest.of(self.along.request, self.limits(values))

    def gives_up(self) -> bool:
        """Leave out rules that are kept no worse than now; return whether there were any."""
        given = self.along.gives_up()
        self._read()
        return given


def limit_at(limit: RuleLimit, value: float) -> RuleLimit:
    """Return a limit with another value of the one side that it has."""
    return limit.model_copy(update={_side_of(limit): value})


def _side_of(limit: RuleLimit) -> str:
    return next(name for name in SIDES if getattr(limit, name) is not None)


def _move_of(one: Bound, limit: RuleLimit, net_frac: float) -> RuleMove | str:
    """Return how a rule's rows follow its limit, or why they cannot, as the end of a sentence."""
    asked: Asked = limit.asked
    if all(getattr(limit, name) is None for name in SIDES):
        return OF_THEIR_OWN if asked.rows else NO_LIMIT
    if program_of(one.rule).unit not in UNITS:
        return NO_SHARE
    value = float(getattr(limit, _side_of(limit)))
    rows: list[tuple[int, float]] = []
    bounds: list[tuple[int, float, float]] = []
    low, high = -np.inf, np.inf
    for place, row, coefficients, upper in _compiled(asked, value):
        single = np.flatnonzero(coefficients)
        whole = _whole_of(row, asked.places, net_frac)
        if place is None:
            if coefficients[single[0]] < 0.0:
                return A_LEAST
            if row.whole is not None and not bool((row.whole == 1.0).all()):
                return A_RATIO
            bounds.append((int(single[0]), *(part / coefficients[single[0]] for part in (upper, row.sign))))
            continue
        if whole is None:
            return A_RATIO
        slope = row.sign * whole
        if float(np.ptp(coefficients)) <= ALIKE:
            stop = value + (float(coefficients[0]) * net_frac - upper) / slope
            low, high = (max(low, stop), high) if slope > 0.0 else (low, min(high, stop))
            continue
        rows.append((place, slope))
    if not rows and not bounds:
        return DECIDED
    is_most = _side_of(limit).startswith("max")
    return RuleMove(one.rule, limit, value, is_most, (low, high), tuple(rows), tuple(bounds))


def _compiled(asked: Asked, value: float) -> Iterator[tuple[int | None, LinearRow, Vector, float]]:
    """Yield the rows that move as the limit compiles them: their place among its rows, None for bounds of one asset."""
    count = 0
    for row in asked.rows:
        stands = row.group == GUARD
        coefficients, upper = on_weights(row if stands else row.at(value), asked.places)
        is_bound = len(np.flatnonzero(coefficients)) == 1
        if not stands:
            yield None if is_bound else count, row, coefficients, upper
        count += 0 if is_bound else 1


def _whole_of(row: LinearRow, places: np.ndarray, net_frac: float) -> float | None:
    """Return what a row is a share of, where that is the same for every portfolio that invests `net_frac`."""
    if row.whole is None:
        return 1.0
    over_cash: Vector = row.whole[places] - row.whole[0]
    if float(np.ptp(over_cash)) > ALIKE:
        return None
    return float(over_cash[0] * net_frac + row.whole[0])


def rows_at(move: RuleMove, value: float) -> list[tuple[str, Vector, float]]:
    """Return the rows that move as (group, coefficients on weights, upper side), where the limit is `value`."""
    moved = {place for place, _ in move.rows}
    compiled = _compiled(move.limit.asked, value)
    return [(row.group, coefficients, upper) for place, row, coefficients, upper in compiled if place in moved]
