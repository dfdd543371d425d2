"""What do all visible portfolios hold at once, with their targets, limits and stored days?

One reading for whatever looks at many portfolios together: a fixed number of questions to the store, however many
portfolios there are.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from data.store import tables
from services.messages.portfolios import Holding, LimitCheck, PortfolioSummary
from services.portfolios_views import Names, checks_of, holdings_of, summary_of
from services.valuation import STATES_KEPT_COUNT, DayPoint, PortfolioState

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


Facts = tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Whole:
    """A portfolio as its list, its page and its limits show it.

    Parameters
    ----------
    holdings : tuple of Holding
        The largest first, with target and drift where a target is in force.
    checks : tuple of LimitCheck
        Limits of house and client.
    recent : tuple of DayPoint
        The stored days of a bit more than a year.
    cash_ccy : Decimal or None
        In the base currency; None where some of it has no rate.
    target_frac : mapping of asset id to weight, or None
        The target in force; None without one.

    """

    summary: PortfolioSummary
    holdings: tuple[Holding, ...] = field(repr=False)
    checks: tuple[LimitCheck, ...] = field(repr=False)
    recent: tuple[DayPoint, ...] = field(repr=False)
    cash_ccy: Decimal | None
    target_frac: Mapping[str, float] | None


class HoldingsMemory:
    """Holdings as they were drawn up last, for as long as state, target and facts of the assets are the same.

    They say nothing that depends on who reads, so that readers share them; who sees which is decided before.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[PortfolioState, Mapping[str, float] | None, Facts, tuple[Holding, ...]]] = (
            OrderedDict()
        )
        self._lock = threading.Lock()

    def holdings(
        self, state: PortfolioState, assets: Mapping[str, tables.Asset], target: Mapping[str, float] | None
    ) -> tuple[Holding, ...]:
        """Return the holdings of a portfolio, from memory where nothing changed."""
        facts = tuple(_facts(assets[one.asset_id]) for one in state.holdings)
        with self._lock:
            kept = self._kept.get(state.portfolio_id)
        if kept is not None and kept[0] is state and kept[1] == target and kept[2] == facts:
            return kept[3]
        made = holdings_of(state, assets, target)
        with self._lock:
            self._kept[state.portfolio_id] = (state, target, facts, made)
            self._kept.move_to_end(state.portfolio_id)
            while len(self._kept) > STATES_KEPT_COUNT:
                self._kept.popitem(last=False)
        return made


def _facts(asset: tables.Asset) -> tuple[object, ...]:
    """Return everything of an asset that a holding tells."""
    return asset.id, asset.symbol, asset.name, asset.sector, asset.asset_class, asset.currency, asset.is_sample


def wholes_of(
    uow: UnitOfWork,
    rows: list[tables.Portfolio],
    states: Mapping[str, PortfolioState],
    names: Names,
    today: date,
    memory: HoldingsMemory,
) -> tuple[Whole, ...]:
    """Return the portfolios of some rows, in their order."""
    held = sorted({one.asset_id for state in states.values() for one in state.holdings})
    assets = dict(uow.assets.get_many(held))
    on_risk = uow.risk_limits.standing()
    targets = uow.targets.in_force([row.id for row in rows])
    made = []
    for row in rows:
        state, target = states[row.id], targets.get(row.id)
        holdings = memory.holdings(state, assets, target)
        made.append(
            Whole(
                summary=summary_of(row, state, holdings, names, today, on_risk.get(row.id, (0, 0))),
                holdings=holdings,
                checks=checks_of(row, state, holdings),
                recent=state.recent,
                cash_ccy=state.cash_ccy,
                target_frac=target,
            )
        )
    return tuple(made)
