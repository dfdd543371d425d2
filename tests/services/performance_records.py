"""A small record of performance with known returns, for tests that need no store."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernel.risk_free import RiskFree
from services.messages.performance import AttributionRequest, PerformanceRequest, PeriodsRequest
from services.performance import head_of
from services.performance_attribution import attribution_parts
from services.performance_benchmark import BenchmarkHistory
from services.performance_history import PerformanceHistory
from services.performance_period import choose_period
from services.performance_reader import NamedAsset, PerformanceRecord

SECTORS = ("Energy", "Energy", "Utilities")


def record_of(days_count: int = 520, *, has_benchmark: bool = True, fx: bool = False) -> PerformanceRecord:
    """Return a portfolio of three assets and cash beside a benchmark of the same assets."""
    rng = np.random.default_rng(11)
    size = (days_count, 3)
    dates = np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-01-01") + days_count)
    moves = rng.normal(0.0006, 0.01, size)
    rates = np.zeros(size)
    if fx:
        rates[:, 2] = rng.normal(0.0, 0.004, days_count)
    weights = np.tile([0.5, 0.3, 0.1], (days_count, 1))
    weights[0] = 0.0
    returns = (weights * moves).sum(axis=1)
    values = 1000.0 * np.cumprod(1.0 + returns)
    flows = np.zeros(days_count)
    flows[0] = 1000.0
    history = PerformanceHistory(
        asset_ids=("a", "b", "c"),
        dates=dates,
        values_ccy=values,
        flows_ccy=flows,
        bases_ccy=np.concatenate(([1000.0], values[:-1])),
        returns_frac=returns,
        weights_begin_frac=weights,
        asset_returns_frac=np.where(weights != 0.0, moves, np.nan),
        fx_returns_frac=rates,
        trades_frac=np.zeros(size),
        cash_frac=np.zeros(days_count),
        fees_frac=np.zeros(days_count),
        trade_costs_ccy=np.zeros(days_count),
    )
    base = np.tile([0.2, 0.3, 0.5], (days_count, 1))
    level = (base * moves).sum(axis=1)
    level[0] = np.nan
    benchmark = BenchmarkHistory("Index", "weights", False, level, ("a", "b", "c"), base, moves, rates, ())
    named = {
        key: NamedAsset(
            key, key.upper(), key.upper(), "equity", sector, "US", "EUR" if fx and key == "c" else "USD", False
        )
        for key, sector in zip("abc", SECTORS, strict=True)
    }
    return PerformanceRecord(
        portfolio_id="p",
        name="Core",
        base_currency="USD",
        own_currency="USD",
        is_sample=False,
        history=history,
        benchmark_id="b" if has_benchmark else None,
        benchmark=benchmark if has_benchmark else None,
        assets=named,
        risk_free=RiskFree.constant(0.01, "USD"),
    )


def parts_of(record: PerformanceRecord, request: PeriodsRequest, parts: Any) -> dict[str, Any]:
    """Return head and parts of an answer about a record."""
    period = choose_period(record.history, request)
    return {**head_of(record, period, request), **parts(record, period, request)}


def attribution_of(record: PerformanceRecord, **asked: Any) -> dict[str, Any]:
    """Return an attribution of the whole record."""
    request = AttributionRequest(portfolio_id="p", **asked)
    return parts_of(record, request, lambda one, period, wish: attribution_parts(one, period, wish, None))


def report_request(**asked: Any) -> PerformanceRequest:
    """Return a request about the record."""
    return PerformanceRequest(portfolio_id="p", **asked)
