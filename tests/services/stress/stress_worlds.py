"""What do the tests of stress reports share: a small portfolio with a history that knows two crises?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from engine.stress.positions import StressedPortfolio
from engine.stress.redemption import Markets
from engine.stress.stand_ins import History, StandIns
from engine.stress.world import StressWorld
from services.portfolio_facts import HeldAsset, PortfolioFacts
from services.stress_inputs import INDEX_NAME, StressInputs, _events, _regulatory, _windows

SYMBOLS = ("AAA", "BBB", "YNG")
SECTORS = ("Energy", "Energy", "Health Care")
WEIGHTS = np.array([0.5, 0.2, 0.2])
VALUE_CCY = Decimal("1000000")


def held(symbol: str, sector: str | None, currency: str = "USD", asset_class: str = "equity") -> HeldAsset:
    return HeldAsset(
        asset_id=f"id-{symbol}",
        symbol=symbol,
        name=symbol,
        asset_class=asset_class,
        sector=sector,
        country="US",
        currency=currency,
        issuer=symbol,
        is_sample=False,
        price_date=date(2022, 12, 28),
        is_stale=False,
    )


def facts_of(days: Any, returns: Any, benchmark: Any, **more: Any) -> PortfolioFacts:
    count = returns.shape[1]
    given: dict[str, Any] = {
        "portfolio_id": "p-1",
        "name": "Test portfolio",
        "base_currency": "USD",
        "as_of": date(2022, 12, 28),
        "value_ccy": VALUE_CCY,
        "assets": tuple(held(symbol, sector) for symbol, sector in zip(SYMBOLS, SECTORS, strict=True)),
        "weights_frac": WEIGHTS,
        "quantities": np.ones(count),
        "cash_weight_frac": 0.1,
        "cash_currencies": {"USD": 0.1},
        "dates": days,
        "returns_frac": returns,
        "local_returns_frac": returns,
        "fx_returns_frac": np.zeros_like(returns),
        "benchmark_id": "b-1",
        "benchmark_name": "S&P 500 Index",
        "benchmark_returns_frac": benchmark,
        "benchmark_weights_frac": {},
        "benchmark_assets": (),
        "adv_units": np.full(count, np.nan),
        "adv_ccy": np.full(count, np.nan),
        "price_ccy": np.ones(count),
        "market_day": date(2022, 12, 28),
        "notes": (),
        "lineage": {},
    }
    return PortfolioFacts(**(given | more))


def inputs_of(seed: int = 3) -> StressInputs:
    """Return a portfolio of two old positions and a young one, from 2005 on."""
    days = np.arange("2005-01-03", "2022-12-29", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    rng = np.random.default_rng(seed)
    index = 0.01 * rng.standard_normal(days.size)
    own = 0.008 * rng.standard_normal((days.size, 3))
    returns = index[:, None] * np.array([1.2, 0.7, 1.0]) + own
    returns[days < np.datetime64("2015-01-01"), 2] = np.nan
    facts = facts_of(days, returns, index)
    world = StressWorld(
        portfolio=StressedPortfolio(SYMBOLS, WEIGHTS, 0.1, SECTORS),
        history=History(days, returns, index),
        stand_ins=StandIns({INDEX_NAME: index}, INDEX_NAME),
        windows=_windows(),
        events=_events(),
        markets=Markets.unknown(3),
        factor_histories={"equity": index},
        regulatory=_regulatory(),
        currencies=dict.fromkeys(SYMBOLS, "USD"),
        benchmark_beta=1.0,
    )
    return StressInputs(facts, world, index)


def too_large_inputs() -> StressInputs:
    """Return a long and a short side that nearly cancel: each is a hundred times the net value."""
    weights = np.array([100.0, -99.0, 0.0])
    made = inputs_of()
    facts = replace(made.facts, weights_frac=weights, cash_weight_frac=0.0, value_ccy=Decimal("620"))
    portfolio = StressedPortfolio(SYMBOLS, weights, 0.0, SECTORS)
    return replace(made, facts=facts, world=replace(made.world, portfolio=portfolio))


def uncovered_inputs() -> StressInputs:
    """Return three positions with a handful of closes, for which nothing stands in."""
    made = inputs_of()
    returns = np.full_like(made.facts.returns_frac, np.nan)
    returns[-5:] = 0.001
    facts = replace(made.facts, returns_frac=returns, weights_frac=np.array([0.6, 0.2, 0.2]), cash_weight_frac=0.0)
    history = replace(made.world.history, returns_frac=returns)
    portfolio = StressedPortfolio(SYMBOLS, facts.weights_frac, 0.0, ("", "", ""))
    world = replace(made.world, portfolio=portfolio, history=history, stand_ins=StandIns(), factor_histories={})
    return replace(made, facts=facts, world=world)
