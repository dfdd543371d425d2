"""How do the parts of the engine become one report on the risk of a portfolio?

Runs in worker processes. A part that the data do not allow is absent, and a note says why: never a figure that looks
like one and is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

import numpy as np

from engine.decompose.structure import Position, RiskStructure, StructureOptions, risk_structure
from engine.kernel.errors import EngineError, InputRefused
from engine.liquidity.given import LiquidityOptions
from engine.performance.drawdowns import drawdown_table, underwater
from engine.performance.result import DrawdownTable
from engine.tails.result import TailReport
from engine.version import ENGINE_VERSION
from engine.volatility.result import GarchParameters
from services.market_origins import joined_documents
from services.messages.risk import VALUE_AT_RISK, BenchmarkRisk, RiskHistory, RiskReport, RiskRequest
from services.portfolio_facts import FloatArray, HeldAsset, PortfolioFacts
from services.portfolios_views import HISTORICAL_AFTER_DAYS
from services.risk_inputs import RiskInputs
from services.risk_tails import (
    FILTER_WINDOW_COUNT,
    HORIZONS_DAYS,
    LEVELS_FRAC,
    WINDOW_COUNT,
    headline_of,
    portfolio_series,
    tails_of,
)
from services.too_large import more_than_everything

Part = TypeVar("Part")
CASH_GROUP = "Cash"
ROLLING_STEP_COUNT = 5
UNKNOWN_FRAC = 1e-9


def build_report(
    facts: PortfolioFacts,
    request: RiskRequest,
    inputs: RiskInputs,
    garch: GarchParameters | None,
    now_utc: datetime,
) -> RiskReport:
    """Return the report; nothing is read or written.

    Parameters
    ----------
    garch : GarchParameters or None
        The fitted volatility model of the portfolio, where there is one.

    """
    notes: list[str] = list(facts.notes)
    series, said = portfolio_series(facts)
    notes += said
    lost = more_than_everything(facts, series)
    notes += [] if lost is None else [f"{VALUE_AT_RISK}: {lost}"]
    tails = None if lost is not None else _tried(lambda: tails_of(series, garch), VALUE_AT_RISK, notes)
    structure = risk_structure(_position(facts, inputs), _options(request, tails))
    notes += structure.notes
    history = _history(facts, series)
    drawdowns = None if lost is not None else _drawdowns(facts, history)
    metrics: dict[str, float | None] = {**structure.metrics, **_tail_metrics(tails)}
    if structure.liquidity.not_known_share_frac > UNKNOWN_FRAC:
        metrics["illiquid_share"] = None  # what nobody knows is neither liquid nor a breach
    if drawdowns is not None:
        metrics |= {"max_drawdown": drawdowns.max_drawdown_frac, "current_drawdown": drawdowns.current_frac}
    return RiskReport(
        portfolio_id=facts.portfolio_id,
        name=facts.name,
        base_currency=facts.base_currency,
        value_ccy=facts.value_ccy,
        as_of=facts.as_of,
        made_at_utc=now_utc,
        engine_version=ENGINE_VERSION,
        is_historical=(now_utc.date() - facts.as_of).days > HISTORICAL_AFTER_DAYS,
        stale_assets=facts.stale,
        outdated_assets=facts.outdated,
        observations_count=int(np.isfinite(series).sum()),
        window_count=WINDOW_COUNT,
        filter_window_count=FILTER_WINDOW_COUNT,
        headline=None if tails is None else headline_of(tails, facts.value_ccy, facts.base_currency),
        tails=tails,
        history=history,
        drawdowns=drawdowns,
        benchmark=_benchmark(facts, structure),
        decompositions=structure.decompositions,
        active=structure.active,
        factors=structure.factors,
        statistical_factors=structure.statistical_factors,
        active_factors=structure.active_factors,
        active_statistical_factors=structure.active_statistical_factors,
        factor_sets=request.factor_sets,
        concentration=structure.concentration,
        liquidity=structure.liquidity,
        correlations=structure.correlations,
        metrics=metrics,
        unbounded=structure.unbounded,
        notes=tuple(dict.fromkeys(notes)),
        groups=_named_groups(facts),
        lineage={**facts.lineage, "imports": joined_documents(facts.lineage.get("imports") or (), inputs.imports)},
    )


def groups_of(assets: tuple[HeldAsset, ...]) -> dict[str, list[str | None]]:
    """Return dimension to the group of each position; cash in other currencies is one of its own."""

    def labels(name: str) -> list[str | None]:
        return [CASH_GROUP if asset.is_cash else getattr(asset, name) for asset in assets]

    return {
        "sector": labels("sector"),
        "country": labels("country"),
        "currency": [asset.currency for asset in assets],
        "issuer": labels("issuer"),
    }


def _named_groups(facts: PortfolioFacts) -> dict[str, dict[str, str]]:
    return {
        dimension: {name: label or "Not known" for name, label in zip(facts.symbols, labels, strict=True)}
        for dimension, labels in groups_of(facts.assets).items()
    }


def _position(facts: PortfolioFacts, inputs: RiskInputs) -> Position:
    known = facts.benchmark_weights_frac
    symbols = facts.symbols
    weights = np.array([known.get(symbol, 0.0) for symbol in symbols]) if known else None
    return Position(
        assets=symbols,
        weights_frac=facts.weights_frac,
        cash_weight_frac=facts.cash_weight_frac,
        value_ccy=float(facts.value_ccy),
        returns_frac=facts.returns_frac,
        groups=groups_of(facts.assets),
        volumes_ccy=facts.adv_ccy,
        is_cash=np.array([asset.is_cash for asset in facts.assets], dtype=bool),
        benchmark_returns_frac=facts.benchmark_returns_frac,
        benchmark_weights_frac=weights,
        benchmark_outside_frac=0.0 if weights is None else max(0.0, 1.0 - float(weights.sum())),
        factors=inputs.factors,
        bars=inputs.bars,
        quoted_spreads_frac=inputs.quoted_spreads_frac,
        quoted_series_frac=inputs.quoted_series_frac,
    )


def _options(request: RiskRequest, tails: TailReport | None) -> StructureOptions:
    return StructureOptions(
        levels_frac=LEVELS_FRAC,
        window_count=WINDOW_COUNT,
        rolling_step_count=ROLLING_STEP_COUNT,
        liquidity=LiquidityOptions(participation_frac=request.participation_frac),
        var_frac=_tail_metrics(tails).get("var_99_1d"),
        var_level_frac=0.99,
    )


def _tail_metrics(tails: TailReport | None) -> dict[str, float]:
    """Return the leading method's losses under the names of the limits' metrics."""
    if tails is None:
        return {}
    found: dict[str, float] = {}
    for days in HORIZONS_DAYS:
        for level in LEVELS_FRAC:
            figure = tails.default(level, days)
            name = f"{round(100 * level)}_{days}d"
            if figure.value_at_risk is not None:
                found[f"var_{name}"] = figure.value_at_risk.loss_frac
            if figure.expected_shortfall is not None:
                found[f"es_{name}"] = figure.expected_shortfall.loss_frac
    return found


def _history(facts: PortfolioFacts, series: FloatArray) -> RiskHistory | None:
    known = np.isfinite(series)
    if not bool(known.any()):
        return None
    returns = series[known]
    can_compound = bool((returns >= -1.0).all())
    return RiskHistory(
        dates=tuple(facts.dates[known].astype("datetime64[D]").astype(object).tolist()),
        returns_frac=tuple(returns.tolist()),
        underwater_frac=tuple(underwater(returns).tolist()) if can_compound else (),
    )


def _drawdowns(facts: PortfolioFacts, history: RiskHistory | None) -> DrawdownTable | None:
    """Return the falls of today's holdings over the days that have returns."""
    if history is None:
        return None
    dates = np.array(history.dates, dtype="datetime64[D]")
    place = int(np.searchsorted(facts.dates, dates[0]))
    before = facts.dates[place - 1] if place > 0 else dates[0] - np.timedelta64(1, "D")
    started: date = before.astype("datetime64[D]").astype(object)
    return drawdown_table(np.array(history.returns_frac), dates, started)


def _benchmark(facts: PortfolioFacts, structure: RiskStructure) -> BenchmarkRisk | None:
    if structure.benchmark is None and structure.rolling is None:
        return None
    places = () if structure.rolling is None else structure.rolling.places
    days = facts.dates.astype("datetime64[D]").astype(object)
    return BenchmarkRisk(
        name=None if structure.benchmark is None else facts.benchmark_name,
        dependence=structure.benchmark,
        rolling_dates=tuple(days[place] for place in places),
        rolling=structure.rolling,
    )


def _tried(make: Callable[[], Part], what: str, notes: list[str]) -> Part | None:
    try:
        return make()
    except InputRefused as refusal:
        notes.append(f"{what}: {' '.join(f'{one.message} {one.advice or str()}'.strip() for one in refusal.problems)}")
        return None
    except EngineError as refusal:
        notes.append(f"{what}: {refusal}")
        return None
