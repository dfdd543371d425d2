"""What has to be bought and sold to get from the current weights to the proposed ones?"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Protocol

from services.formatting import Style, count, money, percent, weight
from services.market_marks import marked
from services.messages.optimize import OptimizationResult, Trade, TradeList


class ValuedPortfolio(Protocol):
    """What a portfolio's summary must say here."""

    @property
    def id(self) -> str:
        """Id of the portfolio."""

    @property
    def base_currency(self) -> str:
        """Its currency."""

    @property
    def value_ccy(self) -> Decimal | None:
        """Its value."""


class PricedHolding(Protocol):
    """What a holding must say here."""

    @property
    def symbol(self) -> str:
        """Symbol of the asset."""

    @property
    def price(self) -> float | Decimal | None:
        """Latest price."""

    @property
    def asset_class(self) -> str:
        """Kind of asset; cash is no trade."""

    @property
    def weight_frac(self) -> float | None:
        """Share of the portfolio's value."""


def trade_list(
    run_id: str,
    result: OptimizationResult,
    portfolio: ValuedPortfolio | None,
    holdings: tuple[PricedHolding, ...],
) -> TradeList:
    """Return the trades, the largest first; assets that stay as they are are left out.

    What is held but is not among the assets of the result is sold. What the trades take or leave over is the change of
    the portfolio's cash: minus the sum of their amounts.

    Amounts need a portfolio's value, quantities a price; shares are whole and rounded towards zero, so that a sale
    never sells more and a purchase never costs more than the weights say.
    """
    value_ccy = None if portfolio is None or portfolio.value_ccy is None else Decimal(portfolio.value_ccy)
    prices = {holding.symbol: holding.price for holding in holdings}
    samples = {line.asset for line in result.weights if line.is_sample}
    trades = []
    for asset, current_frac, weight_frac in _moves(result, holdings):
        trade_frac = weight_frac - current_frac
        if trade_frac == 0.0:
            continue
        amount = None if value_ccy is None else (value_ccy * Decimal(repr(trade_frac))).quantize(Decimal("0.01"))
        price = prices.get(asset)
        trades.append(
            Trade(
                asset=asset,
                side="buy" if trade_frac > 0 else "sell",
                current_frac=current_frac,
                proposed_frac=weight_frac,
                trade_frac=trade_frac,
                amount_ccy=None if amount is None else str(amount),
                price=None if price is None else float(price),
                quantity=None if amount is None or not price else str(_shares(amount, Decimal(str(price)))),
            )
        )
    trades.sort(key=lambda trade: (-abs(trade.trade_frac), trade.asset))
    turnover_frac = sum(abs(trade.trade_frac) for trade in trades) / 2
    cost_frac = None if result.costs is None else result.costs.once_frac
    cost_ccy = None if cost_frac is None or value_ccy is None else cost_money(cost_frac, value_ccy)
    currency = None if portfolio is None else portfolio.base_currency
    return TradeList(
        run_id=run_id,
        portfolio_id=None if portfolio is None else portfolio.id,
        base_currency=None if portfolio is None else portfolio.base_currency,
        value_ccy=None if value_ccy is None else str(value_ccy),
        turnover_frac=turnover_frac,
        trades=tuple(trades),
        sentence=_with_mark(
            turnover_sentence(len(trades), turnover_frac, value_ccy, currency)
            + ("" if cost_frac is None or not trades else f" {cost_sentence(cost_frac, cost_ccy, currency)}"),
            [trade.asset for trade in trades if trade.asset in samples],
        ),
        cost_once_frac=cost_frac,
        cost_ccy=None if cost_ccy is None else str(cost_ccy),
    )


def cost_money(cost_once_frac: float, value_ccy: Decimal) -> Decimal:
    """Return what trading costs once, in money to the cent."""
    return (value_ccy * Decimal(repr(cost_once_frac))).quantize(Decimal("0.01"))


def cost_sentence(cost_once_frac: float, cost_ccy: Decimal | None, currency: str | None, style: Style = "comma") -> str:
    """Return what the trades of the assets of the result cost, once."""
    text = f"They cost about {percent(cost_once_frac, 2, style=style)} of the portfolio"
    return f"{text}." if cost_ccy is None else f"{text}, {money(cost_ccy, currency, style=style)}."


def _moves(result: OptimizationResult, holdings: tuple[PricedHolding, ...]) -> list[tuple[str, float, float]]:
    """Return (asset, current, proposed) for every asset that is proposed or held; what lists hold is not traded."""
    still = () if result.compliance is None else result.compliance.held
    moves = [
        (line.asset, line.current_frac or 0.0, line.weight_frac) for line in result.weights if line.asset not in still
    ]
    if not moves or all(line.current_frac is None for line in result.weights):
        return moves
    known = {line.asset for line in result.weights}
    outside = [one for one in holdings if one.symbol not in known and one.asset_class != "cash"]
    return moves + [(one.symbol, one.weight_frac, 0.0) for one in outside if one.weight_frac]


def _shares(amount: Decimal, price: Decimal) -> Decimal:
    return (amount / price).quantize(Decimal(1), rounding=ROUND_DOWN)


def _with_mark(sentence: str, samples: list[str]) -> str:
    return f"{sentence} {marked(samples)}." if samples else sentence


def turnover_sentence(
    trades_count: int,
    turnover_frac: float,
    value_ccy: Decimal | None,
    currency: str | None,
    style: Style = "comma",
) -> str:
    """Return how much is traded: one-way turnover is half of all purchases and sales together."""
    if not trades_count:
        return "The current weights are the proposed ones: nothing to trade."
    text = f"{count(trades_count, 'trade')}, one-way turnover {weight(turnover_frac, style=style)} of the portfolio"
    if value_ccy is None:
        return text + "."
    return f"{text}, {money(value_ccy * Decimal(repr(turnover_frac)), currency, style=style)}."
