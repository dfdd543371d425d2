"""What is a look at a portfolio for its rules: which state, when, which fields, and which trades in mind?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from services.compliance.short_month import SHORT, closed_shorts

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.valuation import PortfolioState


@dataclass(frozen=True)
class Look:
    """What is looked at and when: a portfolio in a state, its wanted fields and risk, and what may be traded."""

    portfolio: tables.Portfolio
    state: PortfolioState
    on: date | None
    wanted: frozenset[str]
    risk: Mapping[str, float | None]
    now_utc: datetime
    trades: Mapping[str, Decimal] = field(default_factory=dict)
    symbols: tuple[str, ...] = ()

    def not_held(self, uow: UnitOfWork) -> list[str]:
        """Return the symbols that stand in the check though they may not be held: traded, or short within the month."""
        assert self.state.as_of is not None
        closed = closed_shorts(uow, self.state, self.state.as_of) if self.wanted & SHORT else set()
        return sorted({*self.trades, *self.symbols, *closed})
