"""Did the trades add to what a rule does not let be held, where its figure does not tell?

A count, a flag and the worst of some marks stay what they are when more of the same is bought, and so does a figure
that is not known and lies at its bounds. There the figure cannot say that a breach grew: what was bought does.
"""

from __future__ import annotations

from functools import cached_property
from math import isfinite

import numpy as np

from engine.compliance.bounds import Truths
from engine.compliance.compute import groups_of
from engine.compliance.fields import POSITION_FIELDS
from engine.compliance.meaning import ONE
from engine.compliance.measure import Measured, meant, measure
from engine.compliance.program import Program
from engine.compliance.result import BAD
from engine.compliance.state import MOVED_FACTS, ComplianceState, Order


class Growth:
    """Which positions trades made larger, and what is held without a part of that.

    Parameters
    ----------
    before, after
        States with the same positions, or the holdings of the day before and those of today.

    """

    def __init__(self, before: ComplianceState, after: ComplianceState) -> None:
        self.after = after
        self._before = before
        held = dict(zip(before.symbols, before.quantities.tolist(), strict=True))
        self._was = np.array([held.get(symbol, 0.0) for symbol in after.symbols])
        self._lesser: dict[tuple[int, ...], ComplianceState] = {}

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Positions that moved away from nothing, or to its other side; cash is none of them."""
        was, now = self._was, self.after.quantities
        grew = (np.abs(now) > np.abs(was)) | ((now != 0.0) & (now * was < 0.0))
        cash = self.after.column("is_cash")
        assert isinstance(cash, Truths)
        return tuple(place for place in np.flatnonzero(grew & ~cash.sure).tolist() if place)

    @cached_property
    def crossed_before(self) -> tuple[int, ...]:
        """Places before the trades of what was long and is short now, or the other way, and has a price."""
        now = dict(zip(self.after.symbols, self.after.quantities.tolist(), strict=True))
        places = {symbol: place for place, symbol in enumerate(self._before.symbols)}
        found = [places[self.after.symbols[row]] for row in self.places if self.after.symbols[row] in places]
        was, priced = self._before.quantities, np.isfinite(self._before.prices_ccy)
        return tuple(at for at in found if priced[at] and was[at] * now[self._before.symbols[at]] < 0.0)

    def is_priced(self, place: int) -> bool:
        """Return whether a position has a price."""
        return bool(np.isfinite(self.after.prices_ccy[place]))

    def lesser(self, *places: int) -> ComplianceState:
        """Return what is held with less of some positions, or all that grew, which stay on their side."""
        if places not in self._lesser:
            orders = []
            for place in places or [one for one in self.places if self.is_priced(one)]:
                was, now = float(self._was[place]), float(self.after.quantities[place])
                less = was if was * now > 0.0 else now / 2.0
                orders.append(Order(self.after.symbols[place], less - now))
            self._lesser[places] = self.after.after(orders)
        return self._lesser[places]


class Bought:
    """What trades bought of what one rule is about.

    Parameters
    ----------
    program
        The rule.
    now
        What it measures after the trades.
    growth
        What they made larger.

    """

    def __init__(self, program: Program, now: Measured, growth: Growth) -> None:
        self._program, self._now, self._growth = program, now, growth
        self._alones: dict[int, Measured] = {}

    def adds_to(self, place: int) -> bool:
        """Return whether they added to a group that did not pass, which its own figure cannot show.

        So does a purchase of a position if the group's figure would be the same with less of it, and the rule would not
        hold with that position alone, though it holds of nothing at all; or if nobody can tell how the figure grows.
        """
        rows = [*self._grown.get(self._now.names[place], ()), *self._grown.get(None, ())]
        if not rows or self._sees(place, rows):
            return False
        is_lone = len(rows) == 1
        return any(self._is_to_blame(place, row) and (is_lone or self._is_blind(place, row)) for row in rows)

    @cached_property
    def _grown(self) -> dict[str | None, list[int]]:
        """Positions that the rule is about and that grew, by group; under None where that may be any."""
        state, shape, fields = self._growth.after, self._program.measured.shape, self._program.fields
        if not self._growth.places or not any(name in POSITION_FIELDS or name in MOVED_FACTS for name in fields):
            return {}
        is_meant, found = meant(self._program, state), dict[str | None, list[int]]()
        groups = None if shape == ONE or self._program.rule.over != "each" else groups_of(state, shape)
        for row in self._growth.places:
            if is_meant[row]:
                is_any = groups is None or bool(groups.unknown[row])
                found.setdefault(None if groups is None or is_any else groups.names[groups.codes[row]], []).append(row)
        return found

    def _is_to_blame(self, place: int, row: int) -> bool:
        """Return whether a position is by itself what the rule forbids, or what cannot be judged."""
        name, fields = self._now.names[place], self._program.fields
        alone, nothing = self._alone(row), self._nothing
        if _is_bad(alone, name) and not _is_bad(nothing, name):
            return True
        one, none = _figure(alone, name), _figure(nothing, name)
        if one is None:
            return False
        if self._counts_large_groups:
            return none is not None and one[1] > none[1]
        if one == none:  # a figure of the whole portfolio, which trades move or have nothing to do with
            return one[0] < one[1] and not MOVED_FACTS.isdisjoint(fields)
        return not isfinite(one[1] - one[0])

    def _sees(self, place: int, rows: list[int]) -> bool:
        """Return whether the group's figure is another one with less of all that grew, and so with less of each.

        Of several that holds where all is known; else each is looked at by itself.
        """
        name = self._now.names[place]
        now = _figure(self._now, name)
        is_told = len(rows) == 1 or (now is not None and now[0] == now[1])
        return is_told and all(map(self._growth.is_priced, rows)) and _figure(self._with_less, name) != now

    def _is_blind(self, place: int, row: int) -> bool:
        """Return whether the group's figure is the same with less of a position."""
        name, growth = self._now.names[place], self._growth
        return not growth.is_priced(row) or _figure(measure(self._program, growth.lesser(row)), name) == _figure(
            self._now, name
        )

    @cached_property
    def _with_less(self) -> Measured:
        return measure(self._program, self._growth.lesser())

    @property
    def _counts_large_groups(self) -> bool:
        """Whether so many groups may be as large as they are: the number is the same when these grow."""
        rule = self._program.rule
        return rule.over == "count" and bool(rule.keep.strip()) and rule.operator in ("<=", "<")

    @cached_property
    def _nothing(self) -> Measured:
        return measure(self._program, self._growth.after, np.zeros(len(self._growth.after.symbols), dtype=bool))

    def _alone(self, row: int) -> Measured:
        """Return what is measured of one position, or of its group where groups are counted."""
        state, shape = self._growth.after, self._program.measured.shape
        if shape == "symbol" and self._program.rule.over == "each":
            return self._now
        if row not in self._alones:
            chosen = np.zeros(len(state.symbols), dtype=bool)
            chosen[row] = True
            if self._program.rule.over == "count" and shape != ONE:
                groups = groups_of(state, shape)
                chosen |= ~groups.unknown & (groups.codes == groups.codes[row])
            self._alones[row] = measure(self._program, state, chosen)
        return self._alones[row]


def _is_bad(measured: Measured, name: str) -> bool:
    return name in measured.names and measured.status(measured.names.index(name)) in BAD


def _figure(measured: Measured, name: str) -> tuple[float, float] | None:
    """Return the bounds of a group's figure; None where there is none."""
    if name not in measured.names:
        return None
    place = measured.names.index(name)
    return float(measured.least[place]), float(measured.most[place])
