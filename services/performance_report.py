"""Which figures, curves, tables, stretches and regimes does the engine make of a portfolio's record?"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.performance.figures import performance_figures
from engine.performance.history import History
from engine.performance.money_weighted import internal_rate
from engine.performance.months import calendar_table
from services.messages.performance import MoneyWeighted, PerformanceRequest, PeriodsRequest, ReturnKinds
from services.performance_history import Vector
from services.performance_money import benchmark_flows, cash_flows, money_bridge, money_course
from services.performance_period import ChosenPeriod
from services.performance_reader import PerformanceRecord
from services.performance_words import daily

PERIODS_PER_YEAR = 252
ROLLING_ALONE = ("sharpe", "volatility", "return")
ROLLING = ("sharpe", "beta", "volatility", "active_return")


def engine_history(record: PerformanceRecord, period: ChosenPeriod, request: PeriodsRequest) -> History:
    """Return the record of a period as the engine takes it."""
    history, inside, beside = record.history, period.inside, record.benchmark
    returns = history.gross_returns_frac if request.fees == "gross" else history.returns_frac
    return History.of(
        history.dates[inside],
        returns[inside],
        periods_per_year=PERIODS_PER_YEAR,
        started_on=period.view.start,
        risk_free=record.risk_free,
        benchmark_returns_frac=None if beside is None else beside.returns_frac[inside],
        benchmark_name=None if beside is None else beside.name,
    )


def report_parts(record: PerformanceRecord, period: ChosenPeriod, request: PerformanceRequest) -> dict[str, Any]:
    """Return what a report says beside its head."""
    from engine.performance.rolling import rolling, wealth_curve

    history = engine_history(record, period, request)
    beside = None if record.benchmark is None else record.benchmark.returns_frac
    days, amounts = cash_flows(record.history, period, is_gross=request.fees == "gross")
    other = None if beside is None else benchmark_flows(record.history, period, beside)
    return {
        "basis": request.basis,
        "return_frac": float(np.prod(1.0 + history.returns_frac) - 1.0),
        "benchmark_return_frac": None if beside is None else _compounded(beside[period.inside]),
        "figures": daily(performance_figures(history)),
        "wealth": wealth_curve(history),
        "calendar": calendar_table(history),
        "rolling": tuple(rolling(history, key, request.rolling_count) for key in _rolling_keys(history)),
        "money": internal_rate(list(zip(days, amounts, strict=True))),
        "benchmark_money": None if other is None else internal_rate(list(zip(*other, strict=True))),
        "kinds": _kinds(record, period),
        "bridge": money_bridge(record.history, period),
        "course": money_course(record.history, period, beside),
    }


def _kinds(record: PerformanceRecord, period: ChosenPeriod) -> ReturnKinds:
    """Return the period's return time-weighted and money-weighted, net and gross."""
    own, inside = record.history, period.inside

    def weighted(*, is_gross: bool) -> MoneyWeighted:
        return internal_rate(list(zip(*cash_flows(own, period, is_gross=is_gross), strict=True)))

    return ReturnKinds(
        twr_net_frac=_compounded(own.returns_frac[inside]),
        twr_gross_frac=_compounded(own.gross_returns_frac[inside]),
        mwr_net=weighted(is_gross=False),
        mwr_gross=weighted(is_gross=True),
    )


def periods_parts(record: PerformanceRecord, period: ChosenPeriod, request: PeriodsRequest) -> dict[str, Any]:
    """Return stretches beside the benchmark, or why there are none."""
    from engine.performance.periods import active_periods
    from engine.performance.phases import market_phases
    from services.performance_words import no_benchmark_of

    history = engine_history(record, period, request)
    if history.common() is None:
        return {
            "periods": None,
            "periods_sentence": no_benchmark_of(record.name, has_benchmark=record.benchmark is not None),
        }
    return {"periods": active_periods(history), "periods_sentence": None, "phases": market_phases(history)}


def regimes_parts(record: PerformanceRecord, period: ChosenPeriod, request: PeriodsRequest) -> dict[str, Any]:
    """Return the two states of volatility."""
    from engine.performance.regimes import volatility_regimes

    return {"regimes": volatility_regimes(engine_history(record, period, request))}


def _rolling_keys(history: History) -> tuple[Any, ...]:
    return ROLLING if history.common() is not None else ROLLING_ALONE


def _compounded(returns_frac: Vector) -> float | None:
    """Return the compound return; None without any, days without one left out."""
    known = returns_frac[np.isfinite(returns_frac)]
    return float(np.prod(1.0 + known) - 1.0) if known.size else None
