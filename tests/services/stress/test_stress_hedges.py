"""Which hedges does a repair offer, what do they cost and earn, and do they keep the limits of the house?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.spec import EstimatesSpec
from engine.stress.positions import StressedPortfolio
from engine.stress.redemption import Markets
from services.messages.stress import EventQuestion, FactorMoves, FactorQuestion
from services.messages.stress_questions import HouseRules, QuestionRequest, RepairOrder, RepairReport
from services.messages.stress_report import AskedScenario
from services.stress_answers import answer_of
from services.stress_expected import LOOKBACK_COUNT, PERIODS_PER_YEAR, expected_of
from services.stress_funds import Fund
from services.stress_hedges import FUTURE, instruments
from services.stress_inputs import StressInputs
from tests.services.stress.stress_worlds import inputs_of

EVENTS = ("lehman_2008", "covid_2020", "rates_2022")


def fund(symbol: str, inputs: StressInputs, beta: float, *, known_from: str = "2005-01-01", **more: Any) -> Fund:
    days = inputs.world.history.dates
    rng = np.random.default_rng(len(symbol) + 9)
    moves = beta * inputs.index_frac + 0.002 * rng.standard_normal(days.size) + 0.0001
    moves[days < np.datetime64(known_from)] = np.nan
    given = {"asset_id": f"id-{symbol}", "symbol": symbol, "name": symbol, "sector": None, "currency": "USD"}
    return Fund(**(given | more), returns_frac=moves)


def furnished(**more: Any) -> StressInputs:
    """The index falls in the three events, a treasury fund and gold rise."""
    inputs = inputs_of()
    index = inputs.index_frac.copy()
    days = inputs.world.history.dates
    for first, last in (("2008-09-12", "2008-11-20"), ("2020-02-19", "2020-03-23"), ("2022-01-03", "2022-10-12")):
        inside = (days > np.datetime64(first)) & (days <= np.datetime64(last))
        index[inside] -= 0.5 / inside.sum()
    own = inputs.world.history.returns_frac + np.array([1.2, 0.7, 1.0]) * (index - inputs.index_frac)[:, None]
    history = replace(inputs.world.history, returns_frac=own, benchmark_frac=index)
    stand_ins = replace(inputs.world.stand_ins, series={"S&P 500": index})
    world = replace(
        inputs.world, history=history, stand_ins=stand_ins, factor_histories={"equity": index},
        markets=replace(Markets.unknown(3), spreads_frac=np.array([0.0006, 0.0010, np.nan])),
    )  # fmt: skip
    made = replace(inputs, world=world, index_frac=index, facts=replace(inputs.facts, returns_frac=own))
    return replace(
        made,
        treasury=fund("IEF", made, -0.2),
        gold=fund("GLD", made, -0.1),
        hedge_spreads_frac={"id-GLD": 0.0004},
        **more,
    )


def order_of(**more: Any) -> RepairOrder:
    given: dict[str, Any] = {
        "scenarios": tuple(
            AskedScenario(id=key, group="historic", name=key, question=EventQuestion(event=key)) for key in EVENTS
        ),
        "max_loss_frac": 0.3,
        "turnover_max_frac": 0.6,
        "has_hedge": True,
        "rules": HouseRules(),
    }
    return RepairOrder(**(given | more))


def repaired(inputs: StressInputs, order: RepairOrder) -> RepairReport:
    return RepairReport.model_validate(answer_of(inputs, QuestionRequest(portfolio_id="p-1", repair=order)))


@pytest.fixture(scope="module")
def inputs() -> StressInputs:
    return furnished()


@pytest.mark.requirement("4.2.A6")
def test_three_ways_with_three_hedges_keep_the_worst_and_state_cost_and_return(inputs: StressInputs) -> None:
    found = repaired(inputs, order_of())
    assert [(one.kind, one.is_offered) for one in found.hedges] == [
        ("index", True), ("treasury", True), ("gold", True)
    ]  # fmt: skip
    assert {one.kind: one.cost_frac for one in found.hedges} == {"index": 0.0002, "treasury": 0.0005, "gold": 0.0002}
    ways = {one.kind: one for one in found.result.alternatives}
    worst = max(loss.before_frac for loss in ways["trim"].losses)
    names = {FUTURE, "IEF", "GLD"}
    assert {one.asset for one in ways["hedge"].trades} <= names
    assert not {one.asset for one in ways["trim"].trades} & names
    for way in ways.values():
        assert way.status in ("repaired", "improved")
        assert max(loss.after_frac for loss in way.losses) <= worst + 1e-9
        assert way.turnover_frac <= 0.6 + 1e-9
        assert way.expected_return_change_annual_frac is not None
        for trade in way.trades:
            half = {"AAA": 0.0003, "BBB": 0.0005, "YNG": 0.001, FUTURE: 0.0002, "IEF": 0.0005, "GLD": 0.0002}
            assert trade.cost_frac == pytest.approx(half[trade.asset] * abs(trade.trade_frac)), trade.asset
    assert ways["both"].cost_frac <= min(ways["trim"].cost_frac, ways["hedge"].cost_frac) + 1e-9
    assert "optimizer's usual estimate" in found.expected_return_source


def test_expected_returns_are_those_of_an_optimization_that_says_nothing_else(inputs: StressInputs) -> None:
    usual = EstimatesSpec()
    assert usual.expected_returns.kind == "historical_mean"
    assert (usual.lookback_days, usual.periods_per_year) == (LOOKBACK_COUNT, PERIODS_PER_YEAR)
    offered, _ = instruments(inputs, ("index", "treasury"), ())
    found = expected_of(inputs.facts, inputs.world.portfolio.assets, offered)
    recent = inputs.facts.returns_frac[-1260:]
    assert found.annual_frac == pytest.approx(252 * recent.mean(axis=0))
    assert found.hedges_annual_frac[0] == pytest.approx(252 * inputs.index_frac[-1260:].mean())
    way = {one.kind: one for one in repaired(inputs, order_of()).result.alternatives}["trim"]
    means = dict(zip(inputs.world.portfolio.assets, found.annual_frac.tolist(), strict=True))
    change = sum(one.trade_frac * means[one.asset] for one in way.trades)
    assert way.expected_return_change_annual_frac == pytest.approx(change)


def test_without_a_year_of_common_days_no_expected_return_is_stated() -> None:
    inputs = furnished()
    short = inputs.facts.returns_frac.copy()
    short[:-100] = np.nan
    found = expected_of(replace(inputs.facts, returns_frac=short), inputs.world.portfolio.assets, ())
    assert np.isnan(found.annual_frac).all()
    assert "not stated" in found.source


def test_what_is_not_offered_says_why_with_a_way_out() -> None:
    inputs = furnished()
    bare = replace(inputs, treasury=None, gold=fund("GLD", inputs, 0.0, currency="EUR"), index_frac=None)
    _, told = instruments(bare, ("index", "treasury", "gold"), ())
    assert not any(one.is_offered for one in told)
    index, treasury, gold = (one.why for one in told)
    assert "load or import them" in index
    assert "import those of IEF" in treasury
    assert "currency risk" in gold
    assert all(one.endswith(".") for one in (index, treasury, gold))
    none_wanted = repaired(inputs, order_of(has_hedge=False))
    assert none_wanted.hedges == ()
    assert {one.kind: one.status for one in none_wanted.result.alternatives}["hedge"] == "unavailable"


def test_help_that_rests_on_a_weak_stand_in_is_not_counted() -> None:
    """A fund that is younger than the event would seem to help by a regression that explains next to nothing."""
    inputs = furnished()
    young = replace(inputs, treasury=fund("IEF", inputs, -0.05, known_from="2015-01-01"), gold=None)
    found = repaired(young, order_of(hedges=("treasury",)))
    assert any("the help of IEF rests on a weak stand-in and is not counted" in one for one in found.result.notes)
    way = {one.kind: one for one in found.result.alternatives}["hedge"]
    lehman = next(loss for loss in way.losses if loss.scenario == "lehman_2008")
    assert lehman.after_frac >= lehman.before_frac - 1e-12, "no help in 2008, of which nothing is known"


def test_bought_hedges_count_in_the_houses_limits_and_beside_what_is_held() -> None:
    inputs = furnished()
    held = inputs.facts.assets
    renamed = replace(held[0], asset_id="id-IEF", symbol="IEF", name="IEF")
    portfolio = StressedPortfolio(("IEF", "BBB", "YNG"), inputs.world.portfolio.weights_frac, 0.1, ("", "Energy", ""))
    both = replace(
        inputs,
        facts=replace(inputs.facts, assets=(renamed, *held[1:])),
        world=replace(inputs.world, portfolio=portfolio),
    )
    rules = HouseRules(position_max_frac=0.55, gross_max_frac=1.3, cash_min_frac=0.02)
    found = repaired(both, order_of(rules=rules, turnover_max_frac=1.0, hedges=("treasury", "gold")))
    offer = next(one for one in found.hedges if one.kind == "treasury")
    assert offer.name == "IEF (more)"
    assert "held already as IEF" in offer.why
    for way, checks in zip(found.result.alternatives, found.rules, strict=True):
        assert all(one.holds for one in checks), way.kind
        after = {"IEF": 0.5, "BBB": 0.2, "YNG": 0.2} | {one.asset: one.after_frac for one in way.trades}
        assert after["IEF"] + after.get("IEF (more)", 0.0) <= 0.55 + 1e-6
        assert after.get("GLD", 0.0) <= 0.3 + 1e-9


def test_hedges_that_are_bought_without_cash_say_what_to_do() -> None:
    inputs = furnished()
    portfolio = StressedPortfolio(("AAA", "BBB", "YNG"), np.array([0.6, 0.2, 0.2]), 0.0, ("Energy", "Energy", ""))
    broke = replace(inputs, world=replace(inputs.world, portfolio=portfolio))
    found = repaired(broke, order_of(hedges=("gold",)))
    way = {one.kind: one for one in found.result.alternatives}["hedge"]
    assert way.status == "unavailable"
    assert "free cash first" in way.notes[0]


def test_a_loss_that_rises_below_the_worst_is_named() -> None:
    inputs = furnished()
    rally = FactorQuestion(
        moves=FactorMoves(equity_frac=0.2), asset_returns_frac=dict.fromkeys(("AAA", "BBB", "YNG"), -0.02)
    )
    crash = FactorQuestion(moves=FactorMoves(equity_frac=-0.4))
    scenarios = tuple(
        AskedScenario(id=key, group="own", name=key, question=one) for key, one in (("crash", crash), ("rally", rally))
    )
    order = order_of(scenarios=scenarios, hedges=("index",), max_loss_frac=0.3, turnover_max_frac=2.0)
    hedge = {one.kind: one for one in repaired(inputs, order).result.alternatives}["hedge"]
    crashed, rallied = hedge.losses
    assert hedge.status == "repaired"
    assert crashed.after_frac < crashed.before_frac
    assert rallied.after_frac > rallied.before_frac == pytest.approx(0.018)
    assert any("Some losses rise" in one and "rally" in one for one in hedge.notes)
