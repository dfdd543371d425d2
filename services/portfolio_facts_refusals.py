"""Of which portfolio can no fraction be computed, and why?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.errors import Conflict

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.valuation import PortfolioState


def refuse_unusable(
    uow: UnitOfWork, row: tables.Portfolio, state: PortfolioState, until: date | None, market_day: date | None
) -> date:
    """Return the as-of date, or refuse what no fraction can be computed of.

    Parameters
    ----------
    until, market_day : date or None
        The day that was asked for, and the last one with prices; None where the latest is meant.

    """
    is_empty = state.as_of is None or not (state.holdings or any(state.balances.values()))
    if is_empty and until is not None:
        message = f"{row.name} held nothing on {formatting.day(until)}."
        raise Conflict(message, "Choose a later day, or enter what it held then.", code="portfolio_empty")
    if state.value_ccy is None and until is not None and market_day is not None and until > market_day:
        message = f"There are no prices of {formatting.day(until)}: they end on {formatting.day(market_day)}."
        raise Conflict(message, "Choose a day up to that one.", code="portfolio_unvalued")
    if state.as_of is None or not (state.holdings or any(state.balances.values())):
        raise Conflict(f"{row.name} holds nothing yet.", "Enter positions or cash first.", code="portfolio_empty")
    if state.value_ccy is None:
        lacking = [held.asset_id for held in state.holdings if held.value_ccy is None]
        symbols = sorted(asset.symbol for asset in uow.assets.get_many(lacking).values())
        what = ", ".join(symbols) if symbols else "the cash in another currency"
        raise Conflict(
            f"{row.name} cannot be valued on {formatting.day(state.as_of)}: no usable close or rate of {what}.",
            "Import the missing prices or rates, or choose another day.",
            code="portfolio_unvalued",
        )
    if state.value_ccy <= 0:
        raise Conflict(
            f"The net value of {row.name} is not positive, so fractions of it mean nothing.",
            "Pay in cash, or correct its positions.",
            code="portfolio_worthless",
        )
    return state.as_of
