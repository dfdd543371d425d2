"""Did the trades themselves break a rule, or make worse what was broken before them?

What counts is how far a figure lies beyond its limit, for a limit may move with the portfolio. A share also grows where
only the whole shrinks: costs come out of net assets, and a sale that repays a debt makes total assets smaller. Nobody
traded the positions whose shares grow so. Nor does anybody trade cash who sells, or buys back what was short. What was
broken before is made worse only if it is worse than before, and is so too with wholes that are no smaller than before
and, after trades that only reduce, with the cash of before. What was kept before and is broken now is broken by the
trades, whatever the reason: also by costs alone. Where a figure cannot tell, what was bought does (`bought`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from math import isfinite

import numpy as np

from engine.compliance.bought import Bought, Growth
from engine.compliance.bounds import STEPS_PER_MONEY, STEPS_PER_UNIT, Vector
from engine.compliance.fields import POSITION_FIELDS
from engine.compliance.measure import Measured, measure
from engine.compliance.program import Program
from engine.compliance.result import BAD, Cause
from engine.compliance.state import MOVED_FACTS, ComplianceState, Order

_ZERO = Decimal(0)


class Moves:
    """What lies before trades, and after them.

    Parameters
    ----------
    before, after
        States with the same positions, or the holdings of the day before and those of today.

    """

    def __init__(self, before: ComplianceState, after: ComplianceState) -> None:
        self.before, self.after = before, after

    @cached_property
    def unshrunk(self) -> ComplianceState:
        """What lies after, with wholes no smaller than before; the very same state where nothing shrank."""
        return self.after.unshrunk(self.before)

    @cached_property
    def calm(self) -> ComplianceState:
        """What lies after, with wholes no smaller than before, and without what mere reductions did to cash.

        What is sold becomes cash, and with cash is bought back what was short: that is no trade in cash. Costs are none
        either, up to the size of what is traded; what more is owed is owed.
        """
        was, now = self.before.values_ccy[0], self.after.values_ccy[0]
        whole, rest = self.before.net_assets_ccy, self.after.net_assets_ccy
        if self.growth.places or was is None or now is None or whole is None or rest is None or now < min(was, _ZERO):
            return self.unshrunk
        return self.unshrunk.with_cash(was - max(whole - rest - self._traded_ccy, _ZERO))

    @property
    def _traded_ccy(self) -> Decimal:
        """How much of anything but cash was traded, at the prices of after."""
        sides = [dict(zip(one.symbols[1:], one.values_ccy[1:], strict=True)) for one in (self.before, self.after)]
        names = sides[0].keys() | sides[1].keys()
        return sum((abs((sides[1].get(one) or _ZERO) - (sides[0].get(one) or _ZERO)) for one in names), _ZERO)

    @cached_property
    def crossed(self) -> frozenset[str]:
        """Symbols of what was long and is short, or the other way."""
        return frozenset(self.before.symbols[place] for place in self.growth.crossed_before)

    @cached_property
    def closed(self) -> Moves | None:
        """The moves from where all is closed that was long and is short, or the other way; None where nothing is.

        A trade through nothing is two: the first reduces, the second opens what was not there.
        """
        held = dict(zip(self.before.symbols, self.before.quantities.tolist(), strict=True))
        if not self.crossed:
            return None
        before = self.before.after([Order(symbol, -held[symbol]) for symbol in sorted(self.crossed)])
        return Moves(replace(before, facts=self.before.facts, kept={}, _columns={}), self.after)

    @cached_property
    def growth(self) -> Growth:
        """Which positions the trades made larger."""
        return Growth(self.before, self.after)


@dataclass(frozen=True, slots=True)
class _Gaps:
    """How far figures lie beyond their limit, at the least and at the most; negative within it.

    Parameters
    ----------
    least, most
        Shape (g,).
    places
        Of the groups, by name.

    """

    least: Vector
    most: Vector
    places: dict[str, int]

    @classmethod
    def of(cls, operator: str, measured: Measured) -> _Gaps:
        found, limit = (measured.least, measured.most), (measured.limit.least, measured.limit.most)
        with np.errstate(invalid="ignore"):  # neither the figure nor the limit is bounded
            if operator in ("<=", "<"):
                least, most = found[0] - limit[1], found[1] - limit[0]
            elif operator in (">=", ">"):
                least, most = limit[0] - found[1], limit[1] - found[0]
            else:
                most = np.maximum.reduce([np.abs(one - aim) for one in found for aim in limit])
                least = most
        places = dict(zip(measured.names, range(len(measured.names)), strict=True))
        return cls(np.where(np.isnan(least), -np.inf, least), np.where(np.isnan(most), np.inf, most), places)

    def is_beyond(self, place: int, other: _Gaps, at: int, noise: float) -> bool:
        """Return whether a group lies farther out than in other figures, on either side."""
        return bool(self.most[place] > other.most[at] + noise or self.least[place] > other.least[at] + noise)


class Earlier:
    """How one rule stood before the trades.

    Parameters
    ----------
    program
        The rule.
    now
        What it measures after them.
    moves
        Both states.

    """

    def __init__(self, program: Program, now: Measured, moves: Moves) -> None:
        self._program, self._now, self._moves = program, now, moves
        self._was = now if moves.before is moves.after else measure(program, moves.before)
        operator = program.rule.operator
        self._gaps, self._gaps_before = _Gaps.of(operator, now), _Gaps.of(operator, self._was)
        self._noise = 0.5 / (STEPS_PER_MONEY if program.unit == "ccy" else STEPS_PER_UNIT)  # half a step of the figures

    def value(self, name: str) -> float | None:
        """Return a group's figure before the trades; None where it was not there or not known."""
        at = self._gaps_before.places.get(name)
        if at is None:
            return None
        least, most = float(self._was.least[at]), float(self._was.most[at])
        return least if least == most and isfinite(least) else None

    def cause(self, place: int) -> Cause:
        """Return what brought about that a group did not pass; `place` is its own after the trades."""
        if self._is_active(place):
            return "active"
        closed = self._closed if self._may_be_opened(self._now.names[place]) else None
        return "passive" if closed is None else closed.cause(place)

    def _may_be_opened(self, name: str) -> bool:
        """Return whether a trade through nothing may have to do with a group; of single positions only its own has."""
        rule, fields = self._program.rule, self._program.fields
        if rule.group_by == "symbol" and rule.over == "each":
            return name in self._moves.crossed
        return any(one in POSITION_FIELDS or one in MOVED_FACTS for one in fields)

    def _is_active(self, place: int) -> bool:
        name, was = self._now.names[place], self._gaps_before
        at = was.places.get(name)
        if at is None or self._was.status(at) not in BAD:
            return True
        return self._is_farther(place, at) or self._bought.adds_to(place)

    def _is_farther(self, place: int, at: int) -> bool:
        """Return whether a group lies farther beyond its limit, and not only since something shrank."""
        was = self._gaps_before
        if not self._gaps.is_beyond(place, was, at, self._noise):
            return False
        if self._moves.calm is self._moves.after:
            return True
        same = self._calm.places.get(self._now.names[place])
        return same is not None and self._calm.is_beyond(same, was, at, self._noise)

    @cached_property
    def _closed(self) -> Earlier | None:
        return None if self._moves.closed is None else Earlier(self._program, self._now, self._moves.closed)

    @cached_property
    def _bought(self) -> Bought:
        return Bought(self._program, self._now, self._moves.growth)

    @cached_property
    def _calm(self) -> _Gaps:
        return _Gaps.of(self._program.rule.operator, measure(self._program, self._moves.calm))
