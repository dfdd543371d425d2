"""What is a portfolio worth at live prices, beside its stored valuation?

The overlay moves the stored values: value plus, for each holding with a live price, units times the distance of that
price from the close it was valued at. At the close it gives the stored value to the cent. Rates of exchange stay those
of the as-of date. The day's result is measured against each live price's previous close (the stored close where the
feed does not say); holdings without a live price add nothing to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from data.feeds.ticks import Tick
from services.auth.actor import Actor
from services.live import Live
from services.messages.live import LivePortfolio, LivePortfolios, LivePosition, LiveValue
from services.messages.portfolios import Holding, PortfolioSummary
from services.portfolios import Portfolios
from services.valuation_prices import exact

CENT = Decimal("0.01")
PORTFOLIOS_MAX_COUNT = 200


class LiveOverlay:
    """Portfolios at live prices, for whoever may see them.

    Parameters
    ----------
    live : Live
    portfolios : Portfolios
    """

    def __init__(self, live: Live, portfolios: Portfolios) -> None:
        self._live = live
        self._portfolios = portfolios

    def portfolios(self, portfolio_ids: Sequence[str] | None, actor: Actor) -> LivePortfolios:
        """Return what a screen needs to keep figures at live prices; ids that the actor may not see are left out.

        Parameters
        ----------
        portfolio_ids : sequence of str or None
            All that the actor sees, up to 200, when None.
        """
        seen = self._portfolios.list(actor)
        wanted = [one for one in seen if portfolio_ids is None or one.id in set(portfolio_ids)][:PORTFOLIOS_MAX_COUNT]
        return LivePortfolios(
            portfolios=tuple(_recipe(one, self._portfolios.holdings(one.id, actor)) for one in wanted)
        )

    def value(self, portfolio_id: str, actor: Actor) -> LiveValue:
        """Return a portfolio's value and day's result at the latest live prices.

        Raises
        ------
        NotFound
            There is none, or none for this actor.
        """
        one = self._portfolios.get(portfolio_id, actor)
        holdings = self._portfolios.holdings(portfolio_id, actor)
        ticks = {tick.symbol: tick for tick in self._live.houses.of(actor.tenant_id).latest()}
        value_ccy, day_ccy, live_count = moved(one, holdings, ticks)
        return LiveValue(
            portfolio_id=one.id,
            base_currency=one.base_currency,
            value_ccy=value_ccy,
            day_pnl_ccy=day_ccy,
            live_count=live_count,
            holdings_count=len(holdings),
            feed=self._live.feed(actor),
        )


def moved(
    one: PortfolioSummary, holdings: Sequence[Holding], ticks: Mapping[str, Tick]
) -> tuple[Decimal | None, Decimal | None, int]:
    """Return value and day's result at live prices, and how many holdings have one; the stored ones without any."""
    value_ccy, day_ccy, live_count = one.value_ccy, Decimal(0), 0
    for held in holdings:
        tick = ticks.get(held.symbol)
        if tick is None or tick.currency != held.currency or not held.price or held.value_ccy is None:
            continue
        live_count += 1
        price, units = exact(tick.price), held.value_ccy / held.price
        before = held.price if tick.previous_close is None else exact(tick.previous_close)
        day_ccy += units * (price - before)
        if value_ccy is not None:
            value_ccy += units * (price - held.price)
    if not live_count:
        return one.value_ccy, one.day_pnl_ccy, 0
    return None if value_ccy is None else value_ccy.quantize(CENT), day_ccy.quantize(CENT), live_count


def _recipe(one: PortfolioSummary, holdings: Sequence[Holding]) -> LivePortfolio:
    return LivePortfolio(
        portfolio_id=one.id,
        base_currency=one.base_currency,
        as_of=one.as_of,
        value_ccy=one.value_ccy,
        day_pnl_ccy=one.day_pnl_ccy,
        positions=tuple(
            LivePosition(
                asset_id=held.asset_id,
                symbol=held.symbol,
                currency=held.currency,
                units_ccy=float(held.value_ccy / held.price) if held.price and held.value_ccy is not None else 0.0,
                close=_plain(held.price),
                value_ccy=_plain(held.value_ccy),
                day_pnl_ccy=_plain(held.day_pnl_ccy),
                unrealized_pnl_ccy=_plain(held.unrealized_pnl_ccy),
                target_weight_frac=held.target_weight_frac,
            )
            for held in holdings
        ),
    )


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
