"""What became of the client's money in a period: from the value at its start, through flows, to that at its end?"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from services.messages.performance import MoneyBridge, MoneyCourse
from services.performance_history import PerformanceHistory, Vector
from services.performance_period import ChosenPeriod

CENT = Decimal("0.01")


def start_value(history: PerformanceHistory, period: ChosenPeriod) -> float:
    """Return the value at the close at which a period begins; 0 before the portfolio's first day."""
    return 0.0 if period.inside.start == 0 else float(history.values_ccy[period.inside.start - 1])


def money_bridge(history: PerformanceHistory, period: ChosenPeriod) -> MoneyBridge:
    """Return how the value went from start to end: flows of the client, and what was gained."""
    inside = period.inside
    begin, end = start_value(history, period), float(history.values_ccy[inside.stop - 1])
    moved = history.flows_ccy[inside]
    paid_in, taken_out = _money(float(moved[moved > 0].sum())), _money(abs(float(moved[moved < 0].sum())))
    fees = history.fees_frac[inside] * np.where(history.bases_ccy[inside] > 0, history.bases_ccy[inside], 0.0)
    fees_ccy, costs_ccy = _money(float(fees.sum())), _money(float(history.trade_costs_ccy[inside].sum()))
    gain = _money(end) - _money(begin) - paid_in + taken_out
    return MoneyBridge(
        start_ccy=_money(begin),
        paid_in_ccy=paid_in,
        taken_out_ccy=taken_out,
        flows_ccy=paid_in - taken_out,
        gain_before_costs_ccy=gain + fees_ccy + costs_ccy,
        gain_ccy=gain,
        end_ccy=_money(end),
        fees_ccy=fees_ccy,
        costs_ccy=costs_ccy,
    )


def cash_flows(history: PerformanceHistory, period: ChosenPeriod, *, is_gross: bool) -> tuple[list[date], list[float]]:
    """Return the client's flows as an investor sees them: paid in negative, taken out and the end value positive.

    Gross of fees, each fee counts as money that was taken out on its day.
    """
    inside = period.inside
    begin = start_value(history, period)
    days: list[date] = [period.view.start, *history.dates[inside].astype(object).tolist()]
    amounts = np.zeros(len(days))
    amounts[0] = -begin
    amounts[1:] -= history.flows_ccy[inside]
    if is_gross:
        amounts[1:] += history.fees_frac[inside] * np.maximum(history.bases_ccy[inside], 0.0)
    amounts[-1] += float(history.values_ccy[inside.stop - 1])
    return _sparse(days, amounts)


def benchmark_flows(
    history: PerformanceHistory, period: ChosenPeriod, returns_frac: Vector
) -> tuple[list[date], list[float]] | None:
    """Return the same flows with the end value that the benchmark would have made of them; None where it fell to 0."""
    values = benchmark_values(history, period, returns_frac)
    if values is None:
        return None
    inside = period.inside
    days: list[date] = [period.view.start, *history.dates[inside].astype(object).tolist()]
    amounts = np.zeros(len(days))
    amounts[0] = -start_value(history, period)
    amounts[1:] -= history.flows_ccy[inside]
    amounts[-1] += values[-1]
    return _sparse(days, amounts)


def benchmark_values(history: PerformanceHistory, period: ChosenPeriod, returns_frac: Vector) -> Vector | None:
    """Return what the value would be day by day had every flow gone into the benchmark, at its close; shape (t,).

    A day without a return of the benchmark keeps its value. None where more was taken out than there would have been.
    """
    level = start_value(history, period)
    values = np.zeros(period.inside.stop - period.inside.start)
    moves = np.nan_to_num(returns_frac[period.inside])
    for number, (move, flow) in enumerate(zip(moves, history.flows_ccy[period.inside], strict=True)):
        level = level * (1.0 + move) + flow
        if level < 0.0:
            return None
        values[number] = level
    return values


def money_course(history: PerformanceHistory, period: ChosenPeriod, benchmark_returns: Vector | None) -> MoneyCourse:
    """Return value, money put in and the benchmark's value of the same flows, by day of the period."""
    inside = period.inside
    invested = start_value(history, period) + np.cumsum(history.flows_ccy[inside])
    other = None if benchmark_returns is None else benchmark_values(history, period, benchmark_returns)
    return MoneyCourse(
        dates=tuple(history.dates[inside].astype(object).tolist()),
        value_ccy=tuple(history.values_ccy[inside].tolist()),
        invested_ccy=tuple(invested.tolist()),
        benchmark_ccy=None if other is None else tuple(other.tolist()),
    )


def _sparse(days: list[date], amounts: Any) -> tuple[list[date], list[float]]:
    """Return the days on which money moved, the first and the last always."""
    kept = [n for n, amount in enumerate(amounts.tolist()) if amount != 0.0 or n == len(days) - 1]
    if len(kept) == 1 and len(days) > 1:
        kept = [0, *kept]
    return [days[n] for n in kept], [float(amounts[n]) for n in kept]


def _money(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(CENT, rounding=ROUND_HALF_UP)
