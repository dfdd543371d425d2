"""What is a portfolio worth at live prices, beside its stored valuation?

The overlay moves the stored values: for each holding, units times the distance of its live price from the close it was
valued at, the live price taken at the live rate of exchange. What has no live price counts at its last close, and what
has no live rate at that of the as-of date; at close and rate it gives the stored value to the cent. The day's result is
measured against each live price's and rate's previous close, and is unknown where that of one is not known; holdings of
which neither is live add nothing to it. Balances in other currencies stay at the rate of the as-of date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from data.feeds.ticks import Tick
from services.auth.actor import Actor
from services.live import Live
from services.live_closes import day_note
from services.live_rates import Moved, moved_rate, rate_now
from services.messages.live import (
    FeedView,
    LiveHolding,
    LivePortfolio,
    LivePortfolios,
    LivePosition,
    LiveRate,
    LiveValue,
)
from services.messages.portfolios import Holding, PortfolioSummary
from services.portfolios import Portfolios
from services.valuation_prices import exact

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
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
        chosen = None if portfolio_ids is None else set(portfolio_ids)
        seen = [one for one in self._portfolios.wholes(actor) if chosen is None or one.summary.id in chosen]
        return LivePortfolios(
            portfolios=tuple(self._recipe(one.summary, one.holdings, actor) for one in seen[:PORTFOLIOS_MAX_COUNT])
        )

    def _recipe(self, one: PortfolioSummary, holdings: Sequence[Holding], actor: Actor) -> LivePortfolio:
        rates = self._live.rates(one.base_currency, [held.currency for held in holdings], one.as_of, actor)
        return _recipe(one, holdings, rates)

    def value(self, portfolio_id: str, actor: Actor) -> LiveValue:
        """Return a portfolio's value and day's result at the latest live prices.

        Raises
        ------
        NotFound
            There is none, or none for this actor.
        """
        seen = self.look(portfolio_id, actor)
        one, moves, ticks, rates = seen.portfolio, seen.moves, seen.ticks, seen.rates
        value_ccy, day_ccy, live_count = moved(one, moves)
        return LiveValue(
            portfolio_id=one.id,
            base_currency=one.base_currency,
            value_ccy=value_ccy,
            day_pnl_ccy=day_ccy,
            day_note=day_note([move.held.symbol for move in moves if move.day_ccy is None]),
            live_count=live_count,
            holdings_count=len(moves),
            feed=seen.feed,
            positions=tuple(_position(move) for move in moves),
            rates=tuple(rate_now(rate, one.base_currency, ticks) for rate in rates),
        )

    def look(self, portfolio_id: str, actor: Actor) -> Look:
        """Return how each holding has moved at the latest live prices.

        Raises
        ------
        NotFound
            There is none, or none for this actor.
        """
        one = self._portfolios.get(portfolio_id, actor)
        holdings = self._portfolios.holdings(portfolio_id, actor)
        ticks = {tick.symbol: tick for tick in self._live.houses.of(actor.tenant_id).latest()}
        rates = self._live.rates(one.base_currency, [held.currency for held in holdings], one.as_of, actor)
        by_currency = {rate.currency: rate for rate in rates}
        moves = tuple(
            move_of(held, ticks.get(held.symbol), moved_rate(by_currency.get(held.currency), one.base_currency, ticks))
            for held in holdings
        )
        return Look(one, moves, ticks, rates, self._live.feed(actor))


@dataclass(frozen=True)
class Move:
    """One holding at live prices; amounts to the cent, so that those of all holdings sum to the portfolio's.

    ``day_ccy`` is None where the close or the rate of the session before is not known. ``fx_ccy`` is the part of it
    that the rate of exchange brought: the value at the live price, at the rate now less at the rate before.
    """

    held: Holding
    price: Decimal | None
    is_price_live: bool
    is_rate_live: bool
    moved_ccy: Decimal = ZERO
    day_ccy: Decimal | None = ZERO
    fx_ccy: Decimal | None = ZERO

    @property
    def is_live(self) -> bool:
        """Whether its price or its rate is a live one."""
        return self.is_price_live or self.is_rate_live


@dataclass(frozen=True)
class Look:
    """A portfolio, how its holdings have moved, and by which prices, rates and feed."""

    portfolio: PortfolioSummary
    moves: tuple[Move, ...]
    ticks: Mapping[str, Tick]
    rates: tuple[LiveRate, ...]
    feed: FeedView


def move_of(held: Holding, tick: Tick | None, rate: Moved) -> Move:
    """Return what a live price and a live rate change of a holding."""
    if not held.price or held.value_ccy is None:
        return Move(held, held.price, False, False)
    quote = tick if tick is not None and tick.currency == held.currency else None
    if quote is None and not rate.is_live:
        return Move(held, held.price, False, False)
    price: Decimal = held.price
    before: Decimal | None = held.price
    if quote is not None:
        price = exact(quote.price)
        before = None if quote.previous_close is None else exact(quote.previous_close)
    units = held.value_ccy / held.price
    started = None if before is None or rate.before is None else before * rate.before
    return Move(
        held,
        price,
        quote is not None,
        rate.is_live,
        (units * (price * rate.now - held.price)).quantize(CENT),
        None if started is None else (units * (price * rate.now - started)).quantize(CENT),
        None if started is None or rate.before is None else (units * price * (rate.now - rate.before)).quantize(CENT),
    )


def moved(one: PortfolioSummary, moves: Sequence[Move]) -> tuple[Decimal | None, Decimal | None, int]:
    """Return value and day's result at live prices, and how many holdings have one; the stored ones without any.

    The day's result is None where that of a live holding is not known: a part of it is no result.
    """
    live_count = sum(move.is_live for move in moves)
    if not live_count:
        return one.value_ccy, one.day_pnl_ccy, 0
    value_ccy = None if one.value_ccy is None else one.value_ccy + sum((move.moved_ccy for move in moves), ZERO)
    days = [move.day_ccy for move in moves if move.day_ccy is not None]
    return value_ccy, sum(days, ZERO) if len(days) == len(moves) else None, live_count


def _position(move: Move) -> LiveHolding:
    held = move.held
    is_valued = held.value_ccy is not None
    return LiveHolding(
        asset_id=held.asset_id,
        symbol=held.symbol,
        currency=held.currency,
        price=move.price,
        is_price_live=move.is_price_live,
        is_rate_live=move.is_rate_live,
        value_ccy=held.value_ccy + move.moved_ccy if held.value_ccy is not None else None,
        day_pnl_ccy=move.day_ccy if is_valued else None,
    )


def _recipe(one: PortfolioSummary, holdings: Sequence[Holding], rates: tuple[LiveRate, ...]) -> LivePortfolio:
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
        rates=rates,
    )


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
