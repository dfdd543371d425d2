"""What are products of the market in the eyes of their client, what do derivatives stand for, and how did they do?

- A key information document is had by funds, derivatives and structured products, not by shares.
- A product is for its client where its maker names a kind of client and a knowledge that the client has: kinds and
  knowledge are ranks, retail (1) to eligible counterparties (3), and basic (1) to advanced (3).
- Which kinds of instrument a client knows: none without knowledge, all as a professional, else those that were stated.
- A fall since something was bought is that of its value below what was paid for what is still held, at today's rate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from services.messages.clients import Knowledge

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.state_lines import Line
    from services.compliance.stated_facts import Stated
    from services.valuation import PortfolioState

KNOWS, CATEGORY = "client_knows", "client_category"
SRI, HOLDING = "priips_sri", "recommended_holding_days"
TARGET_CLIENT, TARGET_KNOWLEDGE = "target_client_rank", "target_knowledge_rank"
EXPOSURE = "exposure_per_unit_ccy"
ATTRIBUTES = {
    "sri": (SRI,),
    "holding_days": (HOLDING,),
    "is_in_target_market": (TARGET_CLIENT, TARGET_KNOWLEDGE),
    "exposure": (EXPOSURE,),
    "gross_exposure": (EXPOSURE,),
    "net_exposure": (EXPOSURE,),
}
"""Facts about assets that a file brings, by the field or fact that they are read for."""
EXPOSED = frozenset({"exposure", "exposure_ccy", "gross_exposure", "net_exposure"})
RANKS = {Knowledge.NONE: 0.0, Knowledge.BASIC: 1.0, Knowledge.INFORMED: 2.0, Knowledge.PROFESSIONAL: 3.0}
RETAIL = 1.0
Value = Callable[["Line", str], "float | None"]
_SAFE, _OPEN = frozenset({"equity"}), frozenset({"bond"})


@dataclass(frozen=True)
class Client:
    """What counts of the client: rank of knowledge and of the kind of client; None where not known."""

    knowledge: float | None
    category: float | None
    stated: Stated

    def knows(self, kind: str) -> bool | None:
        """Return whether the client knows a kind of instrument."""
        said = self.stated.get((KNOWS, kind))
        if said is not None:
            return said == 1.0
        if self.knowledge == RANKS[Knowledge.NONE]:
            return False
        return True if self.knowledge == RANKS[Knowledge.PROFESSIONAL] else None

    def is_meant(self, client: float | None, knowledge: float | None) -> bool | None:
        """Return whether a product with these least ranks is for the client."""
        category = RETAIL if self.category is None and client == RETAIL else self.category
        pairs = ((client, category), (knowledge, self.knowledge))
        if any(least is not None and own is not None and own < least for least, own in pairs):
            return False
        return None if any(least is None or own is None for least, own in pairs) else True


def client_on(uow: UnitOfWork, portfolio: tables.Portfolio, on: date, stated: Stated) -> Client:
    """Return the client as known on a day."""
    row = profile_on(uow, portfolio, on)
    category = stated.get((CATEGORY, ""))
    return Client(
        None if row is None else RANKS[Knowledge(row.knowledge)], None if category is None else float(category), stated
    )


def profile_on(uow: UnitOfWork, portfolio: tables.Portfolio, on: date) -> tables.ClientProfile | None:
    """Return the client's profile in force on a day; None without a client or a profile."""
    rows = () if portfolio.client_id is None else uow.clients.profiles(portfolio.client_id)
    dated = [row for row in rows if row.dated_on <= on]
    return max(dated, key=lambda one: (one.dated_on, one.version)) if dated else None


def product_fields(
    lines: Sequence[Line], wanted: Collection[str], value: Value, client: Client
) -> dict[str, Sequence[Any]]:
    """Return what makers say of products, beside what the client is; NaN and None where not known."""
    found: dict[str, Sequence[Any]] = {}
    for name, attribute in (("sri", SRI), ("holding_days", HOLDING)):
        if name in wanted:
            found[name] = [_number(value(line, attribute)) for line in lines]
    if "is_in_target_market" in wanted:
        found["is_in_target_market"] = [
            True if line.asset is None else client.is_meant(value(line, TARGET_CLIENT), value(line, TARGET_KNOWLEDGE))
            for line in lines
        ]
    if "is_known_kind" in wanted:
        found["is_known_kind"] = [True if one.asset is None else client.knows(one.asset.asset_class) for one in lines]
    return found


def exposures(
    lines: Sequence[Line], is_derivative: Sequence[bool], value: Value, state: PortfolioState, day: date
) -> tuple[Sequence[float | None], NDArray[np.float64]]:
    """Return what positions stand for and what one unit does, in the portfolio's currency.

    Of what is no derivative None, its value; NaN of a derivative of which no file says it or without a rate.
    """
    units = []
    for line, derives in zip(lines, is_derivative, strict=True):
        stands_for = value(line, EXPOSURE) if derives else None
        rate = None if stands_for is None or line.asset is None else state.book.rate(line.asset.currency, day)
        units.append(np.nan if stands_for is None or rate is None else stands_for * float(rate))
    whole = [
        one * float(line.quantity) if derives else None
        for one, line, derives in zip(units, lines, is_derivative, strict=True)
    ]
    return whole, np.array(units)


def falls(lines: Sequence[Line], state: PortfolioState, day: date) -> list[float]:
    """Return how far positions are below what was paid for them, of a short one above what it brought; NaN unknown."""
    found = []
    for line in lines:
        basis = None if line.asset is None else state.costs.get(line.asset.id)
        rate = None if line.asset is None else state.book.rate(line.asset.currency, day)
        if basis is None or rate is None or line.value_ccy is None or basis.cost_ccy == 0:
            found.append(0.0 if line.asset is None else np.nan)
            continue
        ratio = float(line.value_ccy / (basis.cost_ccy * rate))
        found.append(1.0 - ratio if line.quantity > 0 else ratio - 1.0)
    return found


def follows(name: str, kind: str, *, is_fund: bool, is_derivative: bool) -> bool | None:
    """Return which truth follows from the kind of an asset; None where none does."""
    match name:
        case "is_money_market":
            return None if kind in _OPEN else False
        case "is_nonvoting":
            return None if kind in _SAFE else False
        case "is_leveraged":
            return True if is_derivative else None if is_fund else False
        case "is_priip" if is_fund or is_derivative:
            return True
        case "is_priip":
            return None if kind in _OPEN else False
    return None


def _number(found: float | None) -> float:
    return np.nan if found is None else found
