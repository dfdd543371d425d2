"""What is the risk of a portfolio, as it is and as it would be after some trades?

Volatility and tracking error are those of the report on risk, by the same functions over the same 500 days. The loss of
20 days at 99%, which that report has not, comes from filtered historical simulation over 1,000 days, the method that
leads there, with volatilities by EWMA, so that a check before a trade need not fit a model first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.compliance.market_risk import market_risk_class
from engine.kernel.errors import EngineError, InputRefused
from services.portfolio_facts import WEIGHT_ZERO_FRAC, FloatArray, HeldAsset, PortfolioFacts
from services.portfolio_facts_panel import Column, returns_tables
from services.risk_tails import FILTER_WINDOW_COUNT, WINDOW_COUNT, portfolio_series

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.state_lines import Line
    from services.market_series import SeriesReader

RISK = frozenset({"volatility", "tracking_error", "var_99_20d", "benchmark_var_99_20d", "product_risk"})
LEVEL_FRAC, HORIZON_DAYS = 0.99, 20
PERIODS_A_YEAR = 252


def risk_facts(facts: PortfolioFacts, wanted: Collection[str]) -> dict[str, float | None]:
    """Return the wanted figures of today's holdings; None where the data do not allow one."""
    series, _ = portfolio_series(facts)
    bench = facts.benchmark_returns_frac
    make: dict[str, Callable[[], float | None]] = {
        "volatility": lambda: _volatility(facts),
        "tracking_error": lambda: _tracking_error(facts),
        "var_99_20d": lambda: _loss(series),
        "benchmark_var_99_20d": lambda: None if bench is None else _loss(bench),
        "product_risk": lambda: _class(series),
    }
    return {name: _tried(make[name]) for name in sorted(RISK & set(wanted))}


def with_weights(
    uow: UnitOfWork, reader: SeriesReader, facts: PortfolioFacts, lines: Mapping[Line, float]
) -> PortfolioFacts:
    """Return the same history with other weights, and with what is not held yet.

    Parameters
    ----------
    lines : mapping of Line to float
        Every position with its weight after the trades, cash among them; the base currency's first.

    """
    base, *others = lines.items()
    held = {asset.symbol: place for place, asset in enumerate(facts.assets)}
    fresh = [(line, weight) for line, weight in others if line.symbol not in held and line.asset is not None]
    weights = np.zeros(len(facts.assets))
    for line, weight in others:
        if line.symbol in held:
            weights[held[line.symbol]] = weight
    returns, local, fx = _columns(uow, reader, facts, [line for line, _ in fresh])
    return replace(
        facts,
        assets=(*facts.assets, *(_held(line) for line, _ in fresh)),
        weights_frac=np.append(weights, [weight for _, weight in fresh]),
        quantities=np.append(facts.quantities, np.zeros(len(fresh))),
        cash_weight_frac=base[1],
        returns_frac=np.hstack([facts.returns_frac, returns]),
        local_returns_frac=np.hstack([facts.local_returns_frac, local]),
        fx_returns_frac=np.hstack([facts.fx_returns_frac, fx]),
    )


def _columns(
    uow: UnitOfWork, reader: SeriesReader, facts: PortfolioFacts, lines: list[Line]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the returns of what is not held yet on the days of the facts; NaN where there are none."""
    nothing = np.full((facts.dates.size, len(lines)), np.nan)
    assets = [line.asset for line in lines if line.asset is not None]
    if not assets or not facts.dates.size:
        return nothing, nothing, nothing
    series = reader.series(uow, [one.id for one in assets])
    rates = {
        currency: found
        for currency in sorted({one.currency for one in series.values()} - {facts.base_currency})
        if (found := reader.rates(uow, currency, facts.base_currency)) is not None
    }
    usable = [
        place
        for place, one in enumerate(assets)
        if one.id in series and series[one.id].currency in {*rates, facts.base_currency}
    ]
    columns = [Column(series[assets[place].id], series[assets[place].id].currency) for place in usable]
    days = np.concatenate((facts.dates[:1] - np.timedelta64(1, "D"), facts.dates))
    made = []
    for table in returns_tables(columns, rates, facts.base_currency, days):
        whole = nothing.copy()
        whole[:, usable] = table
        made.append(whole)
    return made[0], made[1], made[2]


def _held(line: Line) -> HeldAsset:
    asset = line.asset
    assert asset is not None
    return HeldAsset(
        asset_id=asset.id,
        symbol=asset.symbol,
        name=asset.name,
        asset_class=asset.asset_class,
        sector=asset.sector,
        country=asset.country,
        currency=line.currency,
        issuer=None,
        is_sample=line.is_sample,
        price_date=None,
        is_stale=False,
    )


def _counting(facts: PortfolioFacts) -> tuple[FloatArray, FloatArray, list[str]]:
    """Return the returns, weights and symbols of what has a weight."""
    counts = facts.counts
    names = [symbol for symbol, is_held in zip(facts.symbols, counts, strict=True) if is_held]
    return facts.returns_frac[-WINDOW_COUNT:][:, counts], facts.weights_frac[counts], names


def _volatility(facts: PortfolioFacts) -> float | None:
    from engine.decompose.total import decompose

    returns, weights, names = _counting(facts)
    if float(np.abs(weights).sum()) <= WEIGHT_ZERO_FRAC:
        return 0.0
    found = decompose(returns, weights, names, has_torsion=False)
    total = found.of("volatility")
    return None if total is None or found.left_out else math.sqrt(PERIODS_A_YEAR) * total.total_frac


def _tracking_error(facts: PortfolioFacts) -> float | None:
    from engine.decompose.total import decompose_active

    if facts.benchmark_returns_frac is None:
        return None
    known = facts.benchmark_weights_frac
    beside = np.array([known.get(symbol, 0.0) for symbol in facts.symbols]) if known else None
    found = decompose_active(
        facts.returns_frac[-WINDOW_COUNT:],
        facts.weights_frac,
        facts.symbols,
        benchmark_returns_frac=facts.benchmark_returns_frac[-WINDOW_COUNT:],
        benchmark_weights_frac=beside,
        benchmark_outside_frac=0.0 if beside is None else max(0.0, 1.0 - float(beside.sum())),
        has_torsion=False,
    )
    total = found.of("volatility")
    return None if total is None or found.left_out else math.sqrt(PERIODS_A_YEAR) * total.total_frac


def _loss(returns_frac: FloatArray) -> float | None:
    from engine.tails.report import tail_report

    recent = returns_frac[-FILTER_WINDOW_COUNT:]
    if bool((recent[np.isfinite(recent)] == 0.0).all()) and bool(np.isfinite(recent).any()):
        return 0.0
    found = tail_report(
        recent, levels=(LEVEL_FRAC,), horizons_days=(HORIZON_DAYS,), methods=("fhs",), resamples_count=0
    ).default(LEVEL_FRAC, HORIZON_DAYS)
    return None if found.value_at_risk is None else max(found.value_at_risk.loss_frac, 0.0)


def _class(returns_frac: FloatArray) -> float | None:
    found = market_risk_class(returns_frac)
    return None if found is None else float(found)


def _tried(make: Callable[[], float | None]) -> float | None:
    try:
        return make()
    except (InputRefused, EngineError):
        return None
