"""Which holdings were there before the rule, and were not touched since?

What breaks a rule the very first time that a portfolio is judged by it, and was held before the rule's day, is
grandfathered until more of it is bought. What breaks it later was within it when the rule came: that is a breach.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.compliance.fields import FACTS
from engine.compliance.measure import members
from engine.compliance.program import program_of

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.state import ComplianceState
    from services.compliance.in_force import RuleInForce

TouchedOn = Mapping[tuple[str, str], date | None]
BUYING = frozenset({"opening", "buy", "transfer"})
TRADING = BUYING | {"sell"}


def wording_of(in_force: RuleInForce) -> str:
    """Return a fingerprint of what a portfolio's rule says: its version, and the figures as overridden."""
    figures = ",".join(f"{one.name}={one.value!r}" for one in in_force.rule.parameters)
    return hashlib.sha256(f"{in_force.rule_id}|{in_force.version}|{figures}".encode()).hexdigest()


def effective_day(in_force: RuleInForce) -> date:
    """Return the day from which what a portfolio's rule says counts.

    That is the day that the rule states, else the day of its approval; figures of a client's or a portfolio's own count
    from their own day.
    """
    stated = in_force.rule.effective_from or in_force.approved_at_utc.date()
    return max([stated, *(one.at_utc.date() for one in in_force.overridden)])


class Grandfathers:
    """Tells of one portfolio what was held before its rules.

    Parameters
    ----------
    uow : UnitOfWork
    state : ComplianceState or None
        What was judged: it tells which positions are behind a group's figure. Without it, and for positions whose group
        is not known, every purchase of the portfolio counts, but for single positions.
    touched_on : mapping or None
        By rule and group: the last day on which any position behind the figure was bought, None where none ever was.
        What is not in it is read from the ledger.
    trades : sequence of rows
        What was entered of its assets since the earliest day of its rules (`Ledger.touches`).
    """

    def __init__(
        self,
        uow: UnitOfWork,
        state: ComplianceState | None = None,
        touched_on: TouchedOn | None = None,
        trades: Sequence[Any] = (),
    ) -> None:
        self._uow = uow
        self._state = state
        self._touched_on = touched_on or {}
        self._members: dict[str, dict[str, tuple[int, ...]]] = {}
        self._rows = trades
        self._entries: Sequence[Any] | None = None
        self._symbols: dict[str, str] = {}

    def is_untouched(self, in_force: RuleInForce, group: str) -> bool:
        """Return whether nothing behind a group's figure was bought since the rule's day.

        What is short grows by sales. For what may not fall below its limit, sales count like purchases. A figure of the
        portfolio as a whole, such as its leverage or its tracking error, is not held: a rule on it is to be kept from
        its day on.
        """
        if all(name in FACTS for name in program_of(in_force.rule).fields):
            return False
        day = effective_day(in_force)
        key = (in_force.rule_id, group)
        if key in self._touched_on:
            last = self._touched_on[key]
            return last is None or last < day
        is_ceiling = in_force.rule.operator in ("<=", "<")
        only = self._symbols_of(in_force, group)
        return not any(
            row.trade_date >= day
            and (only is None or self._symbols.get(row.asset_id) in only)
            and (self._is_purchase(row) if is_ceiling else row.kind in TRADING)
            for row in self._trades()
        )

    def _is_purchase(self, row: Any) -> bool:
        """Return whether an entry added to a position: of what is short that is a sale, and buying it back is none."""
        if self._symbols.get(row.asset_id) in self._short:
            return row.kind in TRADING and bool(row.quantity < 0)
        return row.kind in BUYING and bool(row.quantity > 0)

    @cached_property
    def _short(self) -> frozenset[str]:
        """Symbols of what is short."""
        if self._state is None:
            return frozenset()
        held = zip(self._state.symbols, self._state.quantities.tolist(), strict=True)
        return frozenset(symbol for symbol, quantity in held if quantity < 0.0)

    def _symbols_of(self, in_force: RuleInForce, group: str) -> set[str] | None:
        """Return the symbols behind a group's figure; None for all."""
        rule = in_force.rule
        if rule.group_by == "symbol" and rule.over == "each":
            return {group}
        if self._state is None:
            return None
        if in_force.rule_id not in self._members:
            self._members[in_force.rule_id] = members(program_of(rule), self._state)
        places = self._members[in_force.rule_id].get(group)
        return None if places is None else {self._state.symbols[place] for place in places}

    def _trades(self) -> Sequence[Any]:
        """Return the purchases and sales that were not reversed."""
        if self._entries is None:
            undone = {row.reverses_id for row in self._rows if row.reverses_id is not None}
            self._entries = [row for row in self._rows if row.id not in undone and row.reverses_id is None]
            assets = self._uow.assets.get_many(sorted({row.asset_id for row in self._entries}))
            self._symbols = {key: asset.symbol for key, asset in assets.items()}
        return self._entries
