"""Do reports of stress tests add up, say what they rest on, and go on past what cannot be computed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.stress.scenarios import parse_scenario
from engine.stress.scenarios.factors import PRESETS
from services.charts.look import Look
from services.charts.stress import losses
from services.charts.stress_answers import repair_losses, reverse_moves
from services.charts.stress_chance import correlation_course, distribution, redemption
from services.charts.stress_parts import course, fall, sectors, waterfall
from services.messages.stress import (
    EventQuestion,
    FactorMoves,
    FactorQuestion,
    OwnScenario,
    Scenario,
    WindowQuestion,
)
from services.messages.stress_questions import (
    CorrelationReport,
    CorrelationWish,
    HouseRules,
    LiquidityReport,
    LiquidityWish,
    MonteCarloReport,
    MonteCarloWish,
    QuestionRequest,
    RepairOrder,
    RepairReport,
    ReverseReport,
    ReverseWish,
)
from services.messages.stress_report import AskedScenario, StressReport, StressRequest
from services.messages.templates import Sharing
from services.stress_answers import answer_of
from services.stress_compute import amount_of, document_of, report
from services.stress_hedges import FUTURE
from services.stress_inputs import is_broad, names_of
from services.stress_library import library, question_words, shipped
from services.stress_sheets import sheets
from tests.services.stress.stress_worlds import SECTORS, VALUE_CCY, WEIGHTS, facts_of, held, inputs_of


def asked(question: Any, key: str = "one", name: str = "One") -> AskedScenario:
    return AskedScenario(id=key, group="own", name=name, question=question)


def of_library(one: Scenario) -> AskedScenario:
    return AskedScenario(id=one.id, group=one.group, name=one.name, what=one.what, question=one.question)


@pytest.fixture(scope="module")
def inputs() -> Any:
    return inputs_of()


@pytest.fixture(scope="module")
def whole(inputs: Any) -> StressReport:
    """Every scenario that is shipped, as the page asks for them."""
    scenarios = tuple(of_library(one) for one in shipped() if one.question is not None)
    return report(inputs, StressRequest(portfolio_id="p-1", scenarios=scenarios))


def test_the_presets_are_those_of_the_engine() -> None:
    ours = {one.id: one.question.moves.given() for one in shipped() if one.group == "factor"}
    assert ours == {one.id: dict(one.moves) for one in PRESETS}
    levels = {one.id: one.question.moves.volatility_level_points for one in shipped() if one.group == "factor"}
    assert levels == {one.id: one.volatility_level_points for one in PRESETS}


@pytest.mark.requirement("4.2.D2")
def test_the_library_has_2008_covid_and_ten_more_events_with_dates_and_sources() -> None:
    events = {one.id: one for one in shipped() if one.group == "historic"}
    assert {"gfc_2007", "covid_2020"} < set(events)
    assert len(events) >= 12
    assert all(one.start and one.end and one.start < one.end and one.source for one in events.values())
    for one in shipped():
        if one.question is not None:
            parse_scenario(document_of(one.question, one.name, "instant"))


def test_supervisors_sets_name_their_source_and_leave_out_what_was_not_found() -> None:
    sets = {one.id: one for one in shipped() if one.group == "regulatory"}
    assert all(one.source and "not a supervisory result" in one.what for one in sets.values())
    assert "Shares −58%, volatility index to 72, investment grade spread to 5.70 pp" in sets["fed_2026"].what
    assert "emerging market shares −65%" in sets["eba_2021"].what
    assert sets["eba_2025"].question is None
    for one in shipped():
        if one.group != "factor":
            assert (one.unverified_why is None) == (one.verified_on is not None), one.id
    assert "nothing is computed" in sets["eba_2025"].what


@pytest.mark.requirement("4.2.A3")
@pytest.mark.requirement("4.2.A4")
def test_positions_add_up_to_the_total_and_amounts_to_the_value(whole: StressReport) -> None:
    for one in whole.results:
        assert one.problem is None, (one.id, one.problem)
        impacts = [held.impact_frac for held in one.positions if held.impact_frac is not None]
        assert sum(impacts) == pytest.approx(one.total_frac, abs=1e-12)
        assert sum(group.impact_frac for group in one.groups) == pytest.approx(one.total_frac, abs=1e-12)
        assert one.low_frac <= one.total_frac <= one.high_frac
        assert one.total_ccy == amount_of(one.total_frac, VALUE_CCY)


@pytest.mark.requirement("4.2.F1")
@pytest.mark.requirement("4.2.A5")
def test_a_replay_is_the_days_again_beside_the_benchmark_and_the_recorded_index(
    inputs: Any, whole: StressReport
) -> None:
    found = {one.id: one for one in whole.results}
    covid = found["covid_2020"]
    days = inputs.facts.dates
    inside = (days > np.datetime64("2020-02-19")) & (days <= np.datetime64("2020-03-23"))
    moves = np.prod(1.0 + inputs.facts.returns_frac[inside], axis=0) - 1.0
    assert covid.total_frac == pytest.approx(float(WEIGHTS @ moves), abs=1e-12)
    assert covid.benchmark_frac == pytest.approx(float(np.prod(1.0 + inputs.index_frac[inside])) - 1.0, abs=1e-12)
    assert covid.index_frac == -0.3392
    assert covid.proxied_frac == 0.0
    crisis = found["gfc_2007"]
    young = next(one for one in crisis.positions if one.asset == "YNG")
    assert (young.tier, young.proxy) == ("index", "S&P 500")
    assert crisis.proxied_frac == pytest.approx(0.2)


def test_an_event_before_the_history_takes_the_recorded_index_for_the_benchmark(inputs: Any) -> None:
    scenarios = (asked(EventQuestion(event="black_monday_1987")),)
    request = StressRequest(portfolio_id="p-1", scenarios=scenarios)
    assert report(inputs, request).results[0].benchmark_frac is None
    broad = report(replace(inputs, is_benchmark_broad=True), request).results[0]
    assert broad.benchmark_frac == broad.index_frac == -0.2851
    assert broad.is_mostly_proxied


@pytest.mark.requirement("4.2.F4")
def test_moves_of_factors_add_up_and_say_how_plausible_they_are(whole: StressReport) -> None:
    down = next(one for one in whole.results if one.id == "equity_down_20")
    assert sum(one.impact_frac for one in down.factors) == pytest.approx(down.total_frac, abs=1e-12)
    assert {one.factor: one.route for one in down.moves}["equity"] == "given"
    assert down.plausibility.word in ("common", "plausible", "rare", "extreme")
    assert down.benchmark_frac == pytest.approx(-0.2)


def test_a_window_is_replayed_like_an_event_and_one_outside_the_history_says_so(inputs: Any) -> None:
    window = WindowQuestion(start=date(2020, 2, 19), end=date(2020, 3, 23))
    far = WindowQuestion(start=date(1999, 2, 19), end=date(1999, 3, 23))
    scenarios = (asked(window), asked(far, "far"), asked(EventQuestion(event="covid_2020"), "event"))
    one, other, event = report(inputs, StressRequest(portfolio_id="p-1", scenarios=scenarios)).results
    assert one.total_frac == pytest.approx(event.total_frac, abs=1e-12)
    assert one.index_frac == pytest.approx(event.benchmark_frac, abs=1e-12)
    assert other.total_frac is None
    assert "outside the stored history" in str(other.problem)


def test_stated_returns_come_before_what_factors_would_do(inputs: Any) -> None:
    question = FactorQuestion(
        moves=FactorMoves(equity_frac=-0.1), sector_returns_frac={"Energy": -0.3}, asset_returns_frac={"BBB": 0.1}
    )
    one = report(inputs, StressRequest(portfolio_id="p-1", scenarios=(asked(question),))).results[0]
    moves = {held.asset: held.return_frac for held in one.positions}
    assert (moves["AAA"], moves["BBB"]) == (pytest.approx(-0.3), pytest.approx(0.1))
    assert moves["YNG"] == pytest.approx(-0.1, abs=0.02)


def test_a_path_ends_where_the_move_at_once_does(inputs: Any) -> None:
    scenarios = (asked(EventQuestion(event="covid_2020")),)
    at_once = report(inputs, StressRequest(portfolio_id="p-1", scenarios=scenarios)).results[0]
    held_on = report(inputs, StressRequest(portfolio_id="p-1", scenarios=scenarios, mode="buy_and_hold")).results[0]
    assert held_on.path.value_index[-1] - 1.0 == pytest.approx(at_once.total_frac, abs=1e-12)
    assert held_on.path.max_drawdown_frac >= -min(0.0, at_once.total_frac) - 1e-12


@pytest.mark.requirement("4.2.F3")
def test_a_kept_scenario_stands_in_the_library_with_what_it_supposes() -> None:
    kept = OwnScenario(
        id="k-1",
        name="Mine",
        description=None,
        sharing=Sharing.PRIVATE,
        team_id=None,
        owner_id="u-1",
        owner_name="Ann",
        is_mine=True,
        version=2,
        question=FactorQuestion(moves=FactorMoves(equity_frac=-0.25, rates_pp=1.0)),
        row_version=3,
        created_at_utc="2026-01-01T00:00:00Z",
        changed_at_utc="2026-01-02T00:00:00Z",
    )
    last = library((kept,))[-1]
    assert (last.id, last.group, last.version, last.row_version) == ("own:k-1", "own", 2, 3)
    assert last.what == "Shares −25%, ten-year yield +1.00 pp; the other factors follow."
    assert question_words(kept.question) == last.what


def test_charts_state_their_finding_and_their_bars_add_up(inputs: Any, whole: StressReport) -> None:
    events = [one for one in whole.results if one.group == "historic"]
    bars = losses(whole, events, Look())
    totals = list(bars.data[0].x)
    assert totals == sorted(totals)
    worst = min(events, key=lambda one: one.total_frac)
    assert bars.layout.meta["title"].startswith(worst.name)
    scenarios = (of_library(next(one for one in shipped() if one.id == "covid_2020")),)
    deep = report(inputs, StressRequest(portfolio_id="p-1", scenarios=scenarios, mode="buy_and_hold"))
    one = deep.results[0]
    steps = waterfall(deep, one, Look()).data[0]
    assert sum(steps.x[:-1]) == pytest.approx(steps.x[-1], abs=1e-12)
    assert steps.base[-2] + steps.x[-2] == pytest.approx(one.total_frac, abs=1e-12)
    assert set(sectors(deep, one, Look()).data[0].y) == set(SECTORS)
    assert course(deep, one, Look()).layout.meta["table"][1]
    assert fall(deep, one, Look()).layout.meta["title"].startswith("Down")


def test_the_file_has_every_scenario_and_every_position_of_each(whole: StressReport) -> None:
    first, second, *_ = sheets(whole)
    assert [row[0] for row in first.rows] == [one.name for one in whole.results]
    assert len(second.rows) == 3 * len(whole.results)
    assert all(len(row) == len(sheet.columns) for sheet in (first, second) for row in sheet.rows)


def test_the_reverse_of_a_loss_loses_it(inputs: Any) -> None:
    request = QuestionRequest(portfolio_id="p-1", reverse=ReverseWish(loss_frac=0.15))
    whole = ReverseReport.model_validate(answer_of(inputs, request))
    found = whole.result
    assert found.status == "found"
    assert "to lose 15.00%" in reverse_moves(whole, Look()).layout.meta["title"]
    assert -sum(one.impact_frac for one in found.moves) == pytest.approx(0.15, abs=1e-4)


@pytest.mark.requirement("4.2.A6")
def test_a_repair_keeps_losses_and_the_limits_of_the_house(inputs: Any) -> None:
    scenarios = (asked(FactorQuestion(moves=FactorMoves(equity_frac=-0.4)), "down", "Shares −40%"),)
    rules = HouseRules(position_max_frac=0.5, sector_max_frac=0.7, gross_max_frac=1.3, cash_max_frac=0.8)
    order = RepairOrder(scenarios=scenarios, max_loss_frac=0.25, turnover_max_frac=1.0, has_hedge=True, rules=rules)
    found = RepairReport.model_validate(answer_of(inputs, QuestionRequest(portfolio_id="p-1", repair=order)))
    ways = {one.kind: one for one in found.result.alternatives}
    assert {one.status for one in ways.values()} == {"repaired"}
    assert all(one.losses[0].after_frac <= 0.25 + 1e-8 < one.losses[0].before_frac for one in ways.values())
    assert all(rule.holds for checks in found.rules for rule in checks)
    assert [one.asset for one in ways["hedge"].trades] == [FUTURE]
    assert (
        repair_losses(found, "trim", Look()).layout.meta["title"].startswith("Trim: 1 of 1 scenarios within the limit")
    )
    assert ways["both"].cost_frac <= min(ways["trim"].cost_frac, ways["hedge"].cost_frac) + 1e-9
    tight = rules.model_copy(update={"gross_max_frac": 0.91})
    again = order.model_copy(update={"rules": tight})
    held_back = RepairReport.model_validate(answer_of(inputs, QuestionRequest(portfolio_id="p-1", repair=again)))
    assert {one.kind: one.status for one in held_back.result.alternatives}["hedge"] != "repaired"


@pytest.mark.requirement("4.2.F6")
def test_a_redemption_without_known_volumes_is_paid_from_cash_alone(inputs: Any) -> None:
    small = answer_of(inputs, QuestionRequest(portfolio_id="p-1", liquidity=LiquidityWish(redemption_frac=0.05)))
    large = answer_of(inputs, QuestionRequest(portfolio_id="p-1", liquidity=LiquidityWish(redemption_frac=0.3)))
    assert small["result"]["ways"][0]["is_paid"]
    assert large["result"]["ways"][0]["shortfall_frac"] == pytest.approx(0.2)
    assert any("No volume is known" in text for text in large["result"]["notes"])
    assert "can be paid" in redemption(LiquidityReport.model_validate(small), Look()).layout.meta["title"]
    assert "stays unpaid" in redemption(LiquidityReport.model_validate(large), Look()).layout.meta["title"]


def test_names_are_unique_where_symbols_are_not() -> None:
    assets = (held("AAA", None), held("AAA", None, "EUR"), held("BBB", None))
    facts = facts_of(np.empty(0, dtype="datetime64[D]"), np.zeros((0, 3)), None, assets=assets)
    assert names_of(facts) == ("AAA (USD)", "AAA (EUR)", "BBB")


@pytest.mark.parametrize(
    ("symbol", "name", "is_known"),
    [
        ("SP500", "S&P 500 Index", True),
        ("^GSPC", "Standard and Poor's", True),
        (None, "S&P 500", True),
        ("SP5000", "Another", False),
        ("STOXX", "STOXX Europe 600", False),
    ],
)
def test_the_broad_index_is_known_by_its_name(symbol: str | None, name: str, is_known: bool) -> None:
    assert is_broad(SimpleNamespace(kind="index", symbol=symbol, name=name)) is is_known


@pytest.mark.requirement("4.2.F2")
@pytest.mark.requirement("4.2.D3")
def test_simulated_tails_are_the_same_for_the_same_seed_and_state_their_error(inputs: Any) -> None:
    wish = MonteCarloWish(method="block_bootstrap", scenarios_count=4000, paths_count=200, horizon_days=5)
    request = QuestionRequest(portfolio_id="p-1", monte_carlo=wish)
    first, again = answer_of(inputs, request), answer_of(inputs, request)
    assert first["result"] == again["result"]
    tails = MonteCarloReport.model_validate(first).result.tails
    assert all(one.es_frac >= one.var_frac > 0.0 and one.var_error_frac > 0.0 for one in tails)
    known = np.isfinite(inputs.facts.returns_frac).all(axis=1)
    daily = inputs.facts.returns_frac[known] @ WEIGHTS
    normal = 1.645 * np.sqrt(5.0) * float(daily.std())
    assert tails[0].var_frac == pytest.approx(normal, rel=0.25), "five days of nearly normal returns"
    chart = distribution(MonteCarloReport.model_validate(first), Look())
    assert sum(chart.data[0].y) == pytest.approx(1.0)


@pytest.mark.requirement("4.2.F5")
def test_risk_rises_when_diversification_fails(inputs: Any) -> None:
    wish = CorrelationWish(strength_frac=1.0, stressed_correlation=1.0)
    found = CorrelationReport.model_validate(
        answer_of(inputs, QuestionRequest(portfolio_id="p-1", correlation=wish))
    ).result
    values = [one.volatility_annual_frac for one in found.points]
    assert values == sorted(values)
    assert found.asked.volatility_annual_frac == pytest.approx(values[-1])
    chart = correlation_course(
        CorrelationReport.model_validate(answer_of(inputs, QuestionRequest(portfolio_id="p-1", correlation=wish))),
        Look(),
    )
    assert chart.layout.meta["title"].startswith("Volatility rises")
