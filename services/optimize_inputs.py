"""Which history, sectors and current weights does an optimization request stand for?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from services.auth.actor import Actor
from services.errors import FieldProblem, InvalidRequest
from services.messages.optimize import OptimizationRequest
from services.ports import Ports

if TYPE_CHECKING:
    from engine.kernel.frames import ReturnsPanel
    from services.market import Market
    from services.portfolios import Portfolios

ASSETS_MAX_COUNT = 2000


@dataclass(frozen=True)
class Inputs:
    """Everything the engine needs beside the request.

    Parameters
    ----------
    assets : tuple of str
        Symbols, in the order of the answer.
    panel : ReturnsPanel or None
        None when the request carries its own figures.
    sectors : dict of str to str
        Asset to sector, as far as known.
    current_weights_frac : dict of str to float or None
        None when there is nothing to compare with.
    lineage : dict or None
        From which data the panel was made.
    """

    assets: tuple[str, ...]
    panel: ReturnsPanel | None
    sectors: dict[str, str]
    current_weights_frac: dict[str, float] | None
    lineage: dict[str, Any] | None

    @property
    def as_of(self) -> date | None:
        """The last day of the history."""
        return None if self.panel is None else self.panel.end


class InputsReader:
    """Turns names into data, as far as the actor may see it."""

    def __init__(self, ports: Ports, *, market: Market, portfolios: Portfolios) -> None:
        self._ports = ports
        self._market = market
        self._portfolios = portfolios

    def read(self, request: OptimizationRequest, actor: Actor, as_of: date | None = None) -> Inputs:
        """Return the data that a request stands for.

        Parameters
        ----------
        request : OptimizationRequest
        actor : Actor
        as_of : date or None
            Overrides the request's date, to repeat an earlier run.

        Raises
        ------
        InvalidRequest
            When an asset is unknown or has too little history; every one is named.
        NotFound
            When the portfolio does not exist for this actor.
        """
        if request.problem is not None:
            assets = request.problem.assets
            return Inputs(assets, None, dict(request.problem.sectors or {}), _given(request), None)
        as_of = as_of or request.as_of
        current = self._held(request.portfolio_id, actor, as_of) if request.portfolio_id else None
        symbols = request.asset_ids or tuple(sorted(current or {}))
        if not symbols:
            raise InvalidRequest(
                "The portfolio holds nothing that could be optimized.",
                "Choose the assets yourself.",
                fields=(FieldProblem("portfolio_id", "The portfolio holds no assets.", "Choose the assets yourself."),),
            )
        sectors = self._sectors(symbols, actor)
        panel, lineage = self._market.returns_panel(symbols, as_of, request.estimates.lookback_days, actor=actor)
        return Inputs(tuple(symbols), panel, sectors, _given(request) or current, lineage)

    def _held(self, portfolio_id: str, actor: Actor, as_of: date | None) -> dict[str, float]:
        holdings = self._portfolios.holdings(portfolio_id, actor, as_of)
        return {
            holding.symbol: holding.weight_frac
            for holding in holdings
            if holding.asset_class != "cash" and holding.weight_frac is not None
        }

    def _sectors(self, symbols: tuple[str, ...], actor: Actor) -> dict[str, str]:
        with self._ports.store.read(actor) as uow:
            rows = uow.assets.by_symbols(symbols)
        unknown = [position for position, symbol in enumerate(symbols) if symbol not in rows]
        if unknown:
            raise InvalidRequest(
                f"{len(unknown)} of {len(symbols)} assets are not known here.",
                "Choose assets from the list, or give the figures yourself as `problem`.",
                code="unknown_asset",
                fields=tuple(
                    FieldProblem(
                        f"asset_ids[{position}]",
                        f"There is no asset with the symbol {symbols[position]!r}.",
                        "Choose one from the list of assets.",
                    )
                    for position in unknown
                ),
            )
        return {symbol: row.sector for symbol, row in rows.items() if row.sector is not None}


def _given(request: OptimizationRequest) -> dict[str, float] | None:
    return None if request.current_weights is None else dict(request.current_weights)
