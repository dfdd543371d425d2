"""Which rows show the way from the present weights to the proposed ones, cash included?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from callbacks.run_sureness_words import interval_text
from services.charts.differences import shown_difference
from services.formatting import Style
from services.messages.optimize import OptimizationResult, TradeList
from services.messages.uncertainty import UncertaintyResult
from services.optimize_trades import turnover_sentence

CASH: Final = "Cash"
DECIMALS: Final = 2
"""Weights and their differences are shown with two decimals of percent here: what an amount is computed from."""


def weight_rows(
    result: OptimizationResult,
    trades: TradeList | None,
    sure: UncertaintyResult | None = None,
    style: Style = "comma",
) -> list[dict[str, Any]]:
    """Return one row an asset, the largest proposed weight first, then what is sold altogether, then cash.

    Parameters
    ----------
    result, trades
        The answer, and what it comes to.
    sure : UncertaintyResult or None
        With it each weight has its interval and in how many other histories the asset is held.
    style : Style
        Number format of the intervals.

    """
    intervals = {} if sure is None else {line.asset: line for line in sure.weights}
    by_asset = {trade.asset: trade for trade in trades.trades} if trades else {}
    rows = []
    for line in sorted(result.weights, key=lambda line: (-line.weight_frac, -(line.current_frac or 0.0), line.asset)):
        words = f"{line.asset} (sample, fictitious)" if line.is_sample else line.asset
        made = _row(words, line.sector, line.current_frac, line.weight_frac, by_asset.pop(line.asset, None))
        made |= {"symbol": line.asset}
        rows.append(made | {"risk_frac": getattr(line, "risk_contribution_frac", None)})
        if line.asset in intervals:
            known = intervals[line.asset]
            rows[-1] |= {"interval": interval_text(known, style), "inclusion_frac": known.inclusion_frac}
    rows += [_row(trade.asset, None, trade.current_frac, 0.0, trade) for trade in by_asset.values()]
    cash = _cash(rows, trades)
    return [*rows, cash] if cash else rows


def _row(asset: str, sector: str | None, before: float | None, after: float, trade: Any) -> dict[str, Any]:
    difference = shown_difference(after, before, DECIMALS)
    return {
        "asset": asset,
        "sector": sector,
        "current_frac": before,
        "weight_frac": after,
        "trade_pp": None if difference is None else float(difference),
        "amount_ccy": None if trade is None or trade.amount_ccy is None else float(trade.amount_ccy),
        "quantity": None if trade is None or trade.quantity is None else float(trade.quantity),
        "price": None if trade is None else trade.price,
        "symbol": None if trade is None else trade.asset,
    }


def _cash(rows: Sequence[dict[str, Any]], trades: TradeList | None) -> dict[str, Any] | None:
    """Return what the trades take from cash or leave in it; None where there is no portfolio to compare with."""
    if trades is None or trades.value_ccy is None or any(row["current_frac"] is None for row in rows):
        return None
    before = 1.0 - sum(row["current_frac"] for row in rows)
    after = 1.0 - sum(row["weight_frac"] for row in rows)
    moved = -sum((Decimal(trade.amount_ccy) for trade in trades.trades if trade.amount_ccy), Decimal(0))
    cash = _row(CASH, "What the trades take from cash, or leave in it", _clean(before), _clean(after), None)
    return cash | {"amount_ccy": float(moved)}


def _clean(fraction: float) -> float:
    """Return a fraction without the noise of a long sum."""
    return round(fraction, 9) + 0.0


def trades_sentence(trades: TradeList, style: Style) -> str:
    """Return the turnover in the account's number format."""
    value_ccy = None if trades.value_ccy is None else Decimal(trades.value_ccy)
    return turnover_sentence(len(trades.trades), trades.turnover_frac, value_ccy, trades.base_currency, style)
