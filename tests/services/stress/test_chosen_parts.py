"""Does what a chosen position, sector or factor does in each scenario add up, and do all charts follow it?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.charts.look import Look
from services.charts.stress import losses
from services.charts.stress_answers import repair_losses, reverse_moves
from services.charts.stress_chance import distribution, redemption
from services.charts.stress_parts import factor_parts, sectors, waterfall
from services.errors import Conflict
from services.messages.stress import FactorMoves, FactorQuestion
from services.messages.stress_questions import (
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
from services.stress_answers import answer_of
from services.stress_compute import report
from services.stress_library import LABELS, shipped
from services.stress_parts import impact_of, label_of, positions_of, sector_of
from tests.conftest import ROOT
from tests.services.stress.stress_worlds import inputs_of, too_large_inputs, uncovered_inputs
from tests.services.stress.test_stress_reports import asked, of_library

LOOK = Look()


def events() -> tuple[AskedScenario, ...]:
    return tuple(of_library(one) for one in shipped() if one.group == "historic")


@pytest.fixture(scope="module")
def found() -> StressReport:
    moves = asked(FactorQuestion(moves=FactorMoves(equity_frac=-0.3)), "moves", "Moves")
    return report(inputs_of(), StressRequest(portfolio_id="p-1", scenarios=(*events(), moves)))


@pytest.mark.requirement("4.2.A4", "4.2.D5")
def test_parts_add_up_to_the_scenario(found: StressReport) -> None:
    computed = [one for one in found.results if one.total_frac is not None]
    assert len(computed) > 5
    for one in computed:
        held = [impact_of(one, f"asset:{position.asset}") for position in one.positions]
        groups = [impact_of(one, f"sector:{group.group}") for group in one.groups]
        assert sum(part or 0.0 for part in held) == pytest.approx(one.total_frac, abs=1e-12)
        assert sum(part or 0.0 for part in groups) == pytest.approx(one.total_frac, abs=1e-12)
    moved = computed[-1]
    factors = [impact_of(moved, f"factor:{one.factor}") for one in moved.factors]
    assert sum(part or 0.0 for part in factors) == pytest.approx(moved.total_frac, abs=1e-10)
    assert impact_of(moved, "asset:NOBODY") is None
    assert impact_of(moved, "") is None


def test_every_bar_of_a_scenario_chooses_and_the_chosen_part_stands_in_it(found: StressReport) -> None:
    historic = [one for one in found.results if one.group == "historic"]
    figure = losses(found, historic, LOOK, "asset:AAA")
    keys = figure.layout.meta["choices"]["keys"]
    assert set(keys.values()) == {f"scenario:{one.id}" for one in historic if one.total_frac is not None}
    whole, part = figure.data[0], next(trace for trace in figure.data if trace.name == "AAA")
    assert whole.marker.opacity == 0.35
    by_name = dict(zip(part.y, part.x, strict=True))
    for one in historic:
        if one.total_frac is not None:
            assert by_name[one.name] == impact_of(one, "asset:AAA")
    assert figure.layout.title.text.startswith("AAA costs")
    assert figure.layout.meta["table"][0][-1] == "AAA"
    plain = losses(found, historic, LOOK)
    assert [trace.name for trace in plain.data] == [trace.name for trace in figure.data if trace.name != "AAA"]


def test_a_chosen_sector_narrows_the_waterfall_to_positions_that_add_up_to_it(found: StressReport) -> None:
    one = next(each for each in found.results if each.total_frac is not None)
    drawn = waterfall(found, one, LOOK, "sector:Energy").data[0]
    assert set(drawn.y[:-1]) == {"AAA", "BBB"} == positions_of(one, "sector:Energy")
    assert drawn.y[-1] == "Energy"
    assert drawn.x[-1] == pytest.approx(sum(drawn.x[:-1]), abs=1e-12)
    assert drawn.x[-1] == impact_of(one, "sector:Energy")
    beside = sectors(found, one, LOOK, "asset:AAA")
    strong = [name for name, shade in zip(beside.data[0].y, beside.data[0].marker.opacity, strict=True) if shade == 1.0]
    assert strong == ["Energy"] == [sector_of(one, "asset:AAA")]
    assert beside.layout.meta["choices"]["keys"]["Energy"] == "sector:Energy"
    whole = waterfall(found, one, LOOK)
    assert whole.layout.meta["choices"]["keys"]["AAA"] == "asset:AAA"


def test_a_chosen_factor_stands_out_where_factors_are_drawn(found: StressReport) -> None:
    moved = found.results[-1]
    figure = factor_parts(found, moved, LOOK, f"factor:{moved.factors[0].factor}")
    keys = list(figure.layout.meta["choices"]["keys"].values())
    assert [key for key, shade in zip(keys, figure.data[0].marker.opacity, strict=True) if shade == 1.0] == [
        f"factor:{moved.factors[0].factor}"
    ] or len(keys) == 1


@pytest.mark.requirement("4.2.A4")
@pytest.mark.parametrize(("basis", "kind"), [("factors", "factor"), ("assets", "asset")])
def test_a_move_of_a_reverse_stress_chooses_its_factor_or_position(found: StressReport, basis: str, kind: str) -> None:
    wish = ReverseWish.model_validate({"loss_frac": 0.15, "basis": basis})
    whole = ReverseReport.model_validate(answer_of(inputs_of(), QuestionRequest(portfolio_id="p-1", reverse=wish)))
    keys = reverse_moves(whole, LOOK).layout.meta["choices"]["keys"]
    parts = {one.asset for one in found.results[-1].positions} if kind == "asset" else set(LABELS)
    assert keys
    assert {key.partition(":")[0] for key in keys.values()} == {kind}
    assert {key.partition(":")[2] for key in keys.values()} <= parts
    chosen = next(iter(keys.values()))
    drawn = reverse_moves(whole, LOOK, chosen).data[0]
    shades = drawn.marker.opacity
    assert [keys[name] for name, shade in zip(drawn.y, shades, strict=True) if shade == 1.0] == [chosen]
    assert reverse_moves(whole, LOOK, "sector:Energy").data[0].marker.opacity == 1.0


def test_a_scenario_of_a_repair_chooses_itself() -> None:
    scenarios = tuple(
        asked(FactorQuestion(moves=FactorMoves(equity_frac=move)), name, f"Shares {name}")
        for move, name in ((-0.4, "down"), (-0.3, "less"))
    )
    order = RepairOrder(
        scenarios=scenarios, max_loss_frac=0.2, turnover_max_frac=1.0, has_hedge=True, rules=HouseRules()
    )
    answer = answer_of(inputs_of(), QuestionRequest(portfolio_id="p-1", repair=order))
    figure = repair_losses(RepairReport.model_validate(answer), "trim", LOOK, "less")
    assert figure.layout.meta["choices"]["keys"] == {"Shares down": "scenario:down", "Shares less": "scenario:less"}
    sizes = dict(zip(figure.data[1].y, figure.data[1].marker.size, strict=True))
    assert sizes["Shares less"] > sizes["Shares down"]


def test_a_bar_of_a_simulated_loss_chooses_the_loss_in_its_middle() -> None:
    answer = answer_of(inputs_of(), QuestionRequest(portfolio_id="p-1", monte_carlo=MonteCarloWish()))
    figure = distribution(MonteCarloReport.model_validate(answer), LOOK)
    bars = figure.data[0]
    ranges = figure.layout.meta["choices"]["ranges"]
    assert len(ranges) == sum(-0.8 <= x <= -0.01 and share > 0 for x, share in zip(bars.x, bars.y, strict=True)) > 0
    for low, high, key, _ in ranges:
        (middle,) = [x for x in bars.x if low < x < high]
        assert key == f"loss:{-100 * middle:.2f}"


def test_the_browser_calls_factors_what_the_server_calls_them() -> None:
    script = (Path(ROOT) / "assets" / "choose.js").read_text("utf-8")
    for key in LABELS:
        assert f'"factor:{key}": "{label_of(f"factor:{key}")}"' in script


@pytest.mark.requirement("4.2.F1")
def test_positions_too_large_for_their_value_are_said_and_no_share_of_it_is_simulated() -> None:
    """A book whose sides nearly cancel: a day of the past takes more than everything."""
    inputs = too_large_inputs()
    told = report(inputs, StressRequest(portfolio_id="p-1", scenarios=events()))
    assert any("times the net value in all, would have lost more than everything" in note for note in told.notes)
    ruined = [one for one in told.results if one.total_frac is not None and one.total_frac < -1.0]
    assert ruined
    assert all(any("debts of" in note for note in one.notes) for one in ruined)
    for wish in ({"monte_carlo": MonteCarloWish()}, {"correlation": CorrelationWish()}):
        with pytest.raises(Conflict, match="would have lost more than everything"):
            answer_of(inputs, QuestionRequest(portfolio_id="p-1", **wish))
    paid = answer_of(inputs, QuestionRequest(portfolio_id="p-1", liquidity=LiquidityWish(redemption_frac=0.1)))
    assert "would have lost more than everything" in LiquidityReport.model_validate(paid).notes[-1]
    small = asked(FactorQuestion(moves=FactorMoves(equity_frac=-0.1)))
    usual = report(inputs_of(), StressRequest(portfolio_id="p-1", scenarios=(small,)))
    assert not any("more than everything" in note for note in usual.notes)


@pytest.mark.requirement("4.2.F1")
def test_what_nothing_covers_is_never_told_as_no_loss() -> None:
    inputs = uncovered_inputs()
    told = report(inputs, StressRequest(portfolio_id="p-1", scenarios=events()))
    assert {one.total_frac for one in told.results} == {None}
    assert all((one.problem or "").startswith("Nothing that is held is covered") for one in told.results)
    wishes = (
        {"monte_carlo": MonteCarloWish()},
        {"correlation": CorrelationWish()},
        {"reverse": ReverseWish(loss_frac=0.2)},
    )
    for wish in wishes:
        with pytest.raises(Conflict, match="has enough history"):
            answer_of(inputs, QuestionRequest(portfolio_id="p-1", **wish))


def test_invented_volumes_mark_the_answer_that_reads_volumes_and_no_other():
    inputs = inputs_of()
    lineage = {"is_sample": True, "sample_assets": [], "sample_rates": [], "sample_facts": ["volumes"]}
    of_volumes = replace(inputs, facts=replace(inputs.facts, lineage=lineage))
    wishes = {
        "monte_carlo": MonteCarloWish(),
        "reverse": ReverseWish(loss_frac=0.1),
        "liquidity": LiquidityWish(redemption_frac=0.1),
    }
    marks = {
        name: answer_of(of_volumes, QuestionRequest(portfolio_id="p-1", **{name: wish}))["is_sample"]
        for name, wish in wishes.items()
    }
    assert marks == {"monte_carlo": False, "reverse": False, "liquidity": True}
    assert not report(of_volumes, StressRequest(portfolio_id="p-1", scenarios=events()[:1])).is_sample
    for found in ({**lineage, "sample_rates": ["EUR"]}, {"is_sample": True}):
        marked = replace(inputs, facts=replace(inputs.facts, lineage=found))
        assert report(marked, StressRequest(portfolio_id="p-1", scenarios=events()[:1])).is_sample
    paid = answer_of(of_volumes, QuestionRequest(portfolio_id="p-1", liquidity=LiquidityWish(redemption_frac=0.1)))
    assert "volumes" in redemption(LiquidityReport.model_validate(paid), LOOK).to_json()
