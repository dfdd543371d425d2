"""What is a look at a portfolio for its rules: which state, when, which fields, and which trades in mind?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.store import tables
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
