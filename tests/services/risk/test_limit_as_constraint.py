"""Does an optimization with a limit as its constraint keep the limit, measured as the risk report measures?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.risk_free import RiskFree
from engine.risk_limits.metrics import METRICS
from services.market import Market
from services.messages.optimize import OptimizationRequest
from services.messages.risk import LimitConstraint, RiskLimitInput, RiskLimitsInput, RiskRequest
from services.optimize_inputs import InputsReader
from services.risk_constraints import Held, Translation, translate
from services.risk_held import held_of
from services.risk_inputs import read_inputs
from services.risk_report import build_report
from services.risk_tails import WINDOW_COUNT
from tests.services.risk.worlds import World, walk

COUNT = 760
SYMBOLS = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")


@pytest.fixture
def holder(world: World) -> tuple[World, str]:
    """Six assets, the livelier the better, in two sectors, with volumes; a portfolio that holds all of them."""
    ids = {}
    for place, symbol in enumerate(SYMBOLS):
        closes = walk(COUNT, 11 + place, 0.006 + 0.004 * place) * np.exp(np.arange(COUNT) * 0.0004 * place)
        sector = "Energy" if place % 2 else "Tech"
        ids[symbol] = world.asset(symbol, closes, sector=sector, volumes=np.full(COUNT, 400.0 + 150.0 * place))
    return world, world.portfolio({key: 10.0 for key in ids.values()})


def constraint_of(world: World, portfolio: str, metric: str, value: float, direction: str = "max") -> LimitConstraint:
    world.risk.report(portfolio, world.manager)
    wanted = RiskLimitInput(metric=metric, value=value, direction=direction)
    (limit,) = world.risk.set_limits(portfolio, RiskLimitsInput(limits=(wanted,)), world.manager).limits
    assert limit.has_constraint, limit.constraint_reason
    return world.risk.constraint(portfolio, limit.id, world.manager)


def optimum(world: World, portfolio: str, made: LimitConstraint | None) -> dict[str, float]:
    """Return the weights of the largest return under the constraints of a limit."""
    request = OptimizationRequest.model_validate_json(
        json.dumps(
            {
                "asset_ids": list(SYMBOLS),
                "objective": {"kind": "max_return", "volatility_max_annual_frac": 1.4},
                "estimates": {} if made is None else made.estimates or {},
                "constraints": [] if made is None else list(made.constraints),
            }
        )
    )
    reader = InputsReader(world.ports, market=Market(world.ports), portfolios=world.portfolios)
    inputs = reader.read(request, world.manager)
    result = engine.optimize(
        request,
        panel=inputs.panel,
        sectors=inputs.sectors,
        current_weights_frac=None,
        facts=inputs.facts,
        risk_free=RiskFree.not_set(),
    )
    assert result.weights, result.message
    return {line.asset: line.weight_frac for line in result.weights}


def measured(world: World, portfolio: str, weights: dict[str, float]) -> Any:
    """Return what the report says of a portfolio with these weights, at its present value."""
    facts = world.facts.read(portfolio, world.manager)
    given = np.array([weights.get(symbol, 0.0) for symbol in facts.symbols])
    moved = replace(facts, weights_frac=given, cash_weight_frac=1.0 - float(given.sum()))
    inputs = read_inputs(world.ports, world.facts.reader, moved, world.manager)
    request = RiskRequest(portfolio_id=portfolio)
    return build_report(moved, request, inputs, None, world.ports.clock.now_utc())


@pytest.mark.requirement("4.1.D5")
@pytest.mark.parametrize(
    ("metric", "value", "binds"),
    [
        ("volatility_annual", 0.16, True), ("largest_position", 0.30, True), ("largest_sector", 0.55, True),
        ("effective_positions", 4.0, False), ("herfindahl", 0.25, False), ("days_to_95", 0.1, False),
        ("stressed_days_to_95", 0.2, False),
    ],
)  # fmt: skip
def test_the_optimum_keeps_the_limit_by_the_definition_of_the_report(
    holder: tuple[World, str], metric: str, value: float, binds: bool
) -> None:
    world, portfolio = holder
    direction = METRICS[metric].direction
    made = constraint_of(world, portfolio, metric, value, direction)
    free = measured(world, portfolio, optimum(world, portfolio, None)).metrics[metric]
    kept = measured(world, portfolio, optimum(world, portfolio, made)).metrics[metric]
    if direction == "min":
        assert free < value * 0.9  # without the constraint the limit would be broken
        assert kept >= value - 1e-6
    else:
        assert free > value * 1.1
        assert kept <= value + 1e-6
    if binds:
        assert kept == pytest.approx(value, abs=2e-5)


@pytest.mark.requirement("4.1.D5")
@pytest.mark.parametrize(("metric", "level"), [("es_95_1d", 0.95), ("es_99_1d", 0.99)])
def test_a_ceiling_on_shortfall_is_the_reports_historical_figure_and_the_note_says_which_one_leads(
    holder: tuple[World, str], metric: str, level: float
) -> None:
    world, portfolio = holder
    made = constraint_of(world, portfolio, metric, 0.018)
    report = measured(world, portfolio, optimum(world, portfolio, made))
    historical = next(
        one
        for one in report.tails.figures
        if (one.method, one.level_frac, one.horizon_days) == ("historical", level, 1)
    )
    assert historical.expected_shortfall.loss_frac == pytest.approx(0.018, abs=2e-5)
    assert not made.is_same
    assert "historical method" in made.note
    assert made.estimates["lookback_days"] == WINDOW_COUNT


@pytest.mark.requirement("4.1.D5")
def test_a_ceiling_for_value_at_risk_keeps_the_historical_one(holder: tuple[World, str]) -> None:
    world, portfolio = holder
    made = constraint_of(world, portfolio, "var_95_1d", 0.014)
    report = measured(world, portfolio, optimum(world, portfolio, made))
    figures = {
        one.method: one.value_at_risk.loss_frac
        for one in report.tails.figures
        if (one.level_frac, one.horizon_days) == (0.95, 1) and one.value_at_risk is not None
    }
    assert figures["historical"] <= 0.014
    assert "never smaller" in made.note


def test_drawdowns_are_measured_otherwise_and_the_note_says_how(holder: tuple[World, str]) -> None:
    world, portfolio = holder
    made = constraint_of(world, portfolio, "max_drawdown", 0.15)
    assert made.estimates is None
    assert "without compounding" in made.note
    weights = optimum(world, portfolio, made)
    facts = world.facts.read(portfolio, world.manager)
    returns = facts.returns_frac @ np.array([weights.get(symbol, 0.0) for symbol in facts.symbols])
    path = np.concatenate([[0.0], np.cumsum(returns)])
    assert float((np.maximum.accumulate(path) - path).max()) == pytest.approx(0.15, abs=1e-4)


def test_a_beta_limit_is_the_reports_beta(world: World) -> None:
    market = walk(COUNT, 5)
    rng = np.random.default_rng(4)
    for place, symbol in enumerate(SYMBOLS):
        own = np.exp(np.cumsum(rng.normal(0.0, 0.004, COUNT)))
        world.asset(symbol, np.round(100.0 * (market / market[0]) ** (0.4 + 0.25 * place) * own, 4))
    index = world.benchmark(world.asset("INDEX", market))
    with world.ports.store.read(world.manager) as uow:
        ids = {row.symbol: row.id for row in uow.assets.list(limit=50).rows if row.symbol in SYMBOLS}
    portfolio = world.portfolio({key: 10.0 for key in ids.values()}, benchmark_id=index)
    made = constraint_of(world, portfolio, "beta", 0.7)
    assert made.is_same
    request = OptimizationRequest.model_validate_json(
        json.dumps(
            {
                "portfolio_id": portfolio,
                "asset_ids": list(SYMBOLS),
                "objective": {"kind": "max_return", "volatility_max_annual_frac": 1.4},
                "estimates": {
                    **made.estimates,
                    "expected_returns": {
                        "kind": "given_returns", "returns_frac": {s: 0.02 * n for n, s in enumerate(SYMBOLS)},
                    },
                },
                "constraints": list(made.constraints),
            }
        )
    )  # fmt: skip
    reader = InputsReader(world.ports, market=Market(world.ports), portfolios=world.portfolios)
    inputs = reader.read(request, world.manager)
    result = engine.optimize(
        request, panel=inputs.panel, sectors=inputs.sectors, facts=inputs.facts, risk_free=RiskFree.not_set()
    )
    kept = measured(world, portfolio, {line.asset: line.weight_frac for line in result.weights}).metrics["beta"]
    assert kept == pytest.approx(0.7, abs=1e-7)


def test_another_currency_of_the_optimizer_is_told() -> None:
    euros = Held(groups={"currency": ["USD"]}, base_currency="EUR")
    made = translate("volatility_annual", "max", 0.1, euros)
    assert isinstance(made, Translation)
    assert not made.is_same
    assert "The report measures in EUR, an optimization of these assets in USD" in made.note
    mixed = translate("volatility_annual", "max", 0.1, Held(groups={"currency": ["USD", "EUR"]}, base_currency="USD"))
    assert isinstance(mixed, Translation)
    assert mixed.is_same


def test_a_gross_limit_never_lets_a_long_portfolio_sell_short() -> None:
    for value in (0.9, 1.0, 1.3):
        assert isinstance(translate("gross_exposure", "max", value, Held()), str)
    made = translate("gross_exposure", "max", 1.3, Held(has_shorts=True))
    assert isinstance(made, Translation)
    assert made.constraints == ({"kind": "long_short", "gross_max_frac": 1.3, "short_max_frac": None},)


def test_positions_of_unknown_volume_have_no_cap_and_are_named_and_what_does_not_trade_is_sold(world: World) -> None:
    slow = world.asset("SLOW", walk(80, 1), volumes=np.full(80, 10.0))
    none = world.asset("NONE", walk(80, 2), volumes=np.zeros(80))
    hidden = world.asset("HIDDEN", walk(80, 3))
    portfolio = world.portfolio({slow: 100.0, none: 1.0, hidden: 1.0})
    report = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager)
    held = held_of(report)
    made = translate("days_to_95", "max", 5.0, held)
    assert isinstance(made, Translation)
    caps = {one["assets"][0]: one["max_frac"] for one in made.constraints}
    weight = next(one.weight_frac for one in report.liquidity.assets if one.name == "SLOW")
    assert caps["SLOW"] == pytest.approx(weight * 5.0 * 0.2 * 10.0 / 100.0)
    assert held.unknown == tuple(one.name for one in report.liquidity.assets if one.is_traded is None)
    assert "HIDDEN" not in caps
    assert "HIDDEN" in made.note
    if "NONE" not in held.unknown:
        assert caps["NONE"] == 0.0
