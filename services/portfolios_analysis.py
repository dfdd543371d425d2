"""What did each position held now add to the return of a period, and what does it add to the risk?

Contributions are those of the portfolio's own history; shares of risk those of the report on risk, over the same days.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import ServiceError
from services.messages.portfolio_analysis import Period, PositionPart, PositionsAnalysis
from services.risk_tails import WINDOW_COUNT

if TYPE_CHECKING:
    from services.messages.portfolios import Holding
    from services.portfolio_facts import PortfolioFacts
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.portfolios import Portfolios

DAYS: Mapping[str, int] = {"1m": 31, "3m": 92, "1y": 365}
NO_HISTORY = "No contributions: the portfolio has no valued days in this period."
NO_RISK = "No shares of risk: too few days have returns of what is held."


class PositionsAnalyst:
    """Positions of the portfolios that the actor may see.

    Parameters
    ----------
    portfolios : Portfolios
    facts : PortfolioFactsReader

    """

    def __init__(self, *, portfolios: Portfolios, facts: PortfolioFactsReader) -> None:
        self._portfolios = portfolios
        self._facts = facts

    def analyze(self, portfolio_id: str, period: Period, actor: Actor) -> PositionsAnalysis:
        """Return contribution, share of risk and age of the price of each position.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        holdings = self._portfolios.holdings(portfolio_id, actor)
        end = self._portfolios.get(portfolio_id, actor).as_of
        start = None if end is None else first_close(period, end)
        added: dict[str, float] = {}
        notes: list[str] = []
        if start is not None and end is not None:
            views = self._portfolios.contribution(portfolio_id, actor, start, end)
            added = {one.symbol: one.contribution_frac for one in views}
        whole = math.fsum(added.values()) if added else None
        if not added:
            notes.append(NO_HISTORY)
        shares = self._shares(portfolio_id, actor)
        if holdings and not shares:
            notes.append(NO_RISK)
        parts = tuple(_part(one, added, shares, end) for one in holdings)
        held = math.fsum(one.contribution_frac for one in parts if one.contribution_frac is not None)
        return PositionsAnalysis(
            portfolio_id=portfolio_id,
            period=period,
            start=start,
            end=end,
            return_frac=whole,
            rest_frac=None if whole is None else whole - held,
            positions=parts,
            notes=tuple(notes),
        )

    def _shares(self, portfolio_id: str, actor: Actor) -> dict[str, float]:
        try:
            facts = self._facts.read(portfolio_id, actor)
        except ServiceError:
            return {}
        return risk_shares(facts)


def risk_shares(facts: PortfolioFacts) -> dict[str, float]:
    """Return each position's part of the volatility of the last 500 days, by symbol; empty where it cannot be told.

    The parts sum to 1; a negative one takes risk away.
    """
    from engine.decompose.total import decompose
    from engine.kernel.errors import InputRefused

    try:
        found = decompose(facts.returns_frac[-WINDOW_COUNT:], facts.weights_frac, facts.symbols, has_torsion=False).of(
            "volatility"
        )
    except InputRefused:
        return {}
    if found is None:
        return {}
    return {one.name: one.share_frac for one in found.assets if one.share_frac is not None}


def first_close(period: Period, end: date) -> date:
    """Return the close from which a period runs that ends on a day."""
    if period == "all":
        return date.min
    if period == "ytd":
        return date(end.year - 1, 12, 31)
    return end - timedelta(days=DAYS[period])


def _part(held: Holding, added: Mapping[str, float], shares: Mapping[str, float], end: date | None) -> PositionPart:
    priced = held.price_date
    age = None if priced is None or end is None else int(np.busday_count(priced, end))
    return PositionPart(
        symbol=held.symbol,
        contribution_frac=added.get(held.symbol, 0.0) if added else None,
        risk_share_frac=shares.get(held.symbol),
        price_age_days=None if age is None else max(age, 0),
    )
