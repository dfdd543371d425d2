"""Does the page of stress tests read what is typed, keep its view in the address, and say what it shows?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from dash import html

from callbacks import present_stress as present
from callbacks.stress_repair_words import hedges_card, way_cards, way_out
from callbacks.stress_tables import losses_grid
from callbacks.stress_typed import build_of, is_blank, question_of
from components.stress_layout import USUAL, page_layout, view_of
from services.charts.look import Look
from services.charts.stress import losses
from services.errors import InvalidRequest
from services.messages.stress import FactorMoves, FactorQuestion, WindowQuestion
from services.messages.stress_questions import RepairReport
from services.messages.stress_report import ScenarioResult, StressReport
from services.stress_library import shipped
from services.stress_own_words import differences
from services.stress_sheets_answers import answer_sheets
from services.stress_shown import chosen_of

BUILD = {
    "kind": "moves", "others": "follow", "equity": "-20", "rates": "1,5", "credit": "", "volatility": "", "oil": "40%",
    "usd": "", "slope": "", "ig": "", "emerging": "", "start": "", "end": "",
}  # fmt: skip


def text_of(component: Any) -> str:
    return json.dumps(component.to_plotly_json(), default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def html_of(parts: Any) -> html.Div:
    return html.Div(parts)


def result(**more: Any) -> ScenarioResult:
    given: dict[str, Any] = {
        "id": "covid_2020",
        "group": "historic",
        "name": "COVID-19 crash",
        "what": "A pandemic.",
        "start": date(2020, 2, 19),
        "end": date(2020, 3, 23),
        "total_frac": -0.25,
        "low_frac": -0.3,
        "high_frac": -0.2,
        "total_ccy": "-250000",
        "benchmark_frac": -0.3392,
        "index_frac": -0.3392,
        "covered_frac": 0.94,
        "positions": [],
    }
    return ScenarioResult.model_validate(given | more)


def report(*results: ScenarioResult) -> StressReport:
    return StressReport(
        portfolio_id="p-1",
        name="Test",
        base_currency="USD",
        value_ccy="1000000",
        as_of=date(2022, 12, 28),
        benchmark_name="S&P 500",
        positions_count=3,
        mode="instant",
        results=results,
        lineage={},
    )


@pytest.mark.requirement("4.2.D4")
def test_what_is_typed_in_either_style_becomes_moves() -> None:
    question = question_of(BUILD)
    assert question.moves.given() == {"equity": -0.2, "rates": 1.5, "oil": 0.4}
    assert build_of(question) == {**BUILD, "rates": "1.5", "oil": "40"}


def test_every_problem_is_told_at_its_field() -> None:
    with pytest.raises(InvalidRequest) as refused:
        question_of({**BUILD, "equity": "abc", "usd": "x"})
    assert {one.path for one in refused.value.fields} == {"equity_frac", "usd_frac"}
    with pytest.raises(InvalidRequest) as late:
        question_of({**BUILD, "kind": "days", "start": "2020-03-01", "end": "2020-02-01"})
    assert [one.path for one in late.value.fields] == ["end"]
    with pytest.raises(InvalidRequest) as far:
        question_of({**BUILD, "equity": "-2000"})
    assert [one.path for one in far.value.fields] == ["equity_frac"]


def test_days_and_moves_are_known_as_blank() -> None:
    nothing = {**BUILD, "equity": "", "rates": "", "oil": " "}
    assert is_blank(nothing)
    assert not is_blank(BUILD)
    assert is_blank({**BUILD, "kind": "days"})
    window = WindowQuestion(start=date(2020, 2, 19), end=date(2020, 3, 23))
    assert build_of(window)["kind"] == "days"
    assert build_of(FactorQuestion(moves=FactorMoves(), asset_returns_frac={"AAPL": -0.2})) is None


def test_the_address_gives_the_view_and_passes_over_what_it_does_not_know() -> None:
    view = view_of({"group": "factor", "tab": "nonsense", "equity": "-20", "scenario": "x" * 200})
    assert (view["group"], view["tab"], view["equity"]) == ("factor", "results", "-20")
    assert len(view["scenario"]) == 80
    assert set(view) == set(USUAL)
    assert page_layout(view)


def test_the_worst_of_a_group_is_looked_at_first() -> None:
    found = report(
        result(), result(id="gfc_2007", total_frac=-0.5), result(id="rates", group="factor", total_frac=-0.6)
    )
    assert chosen_of(found, "historic", "") == "gfc_2007"
    assert chosen_of(found, "factor", "") == "rates"
    assert chosen_of(found, "historic", "covid_2020") == "covid_2020"


@pytest.mark.requirement("4.2.A5")
@pytest.mark.requirement("4.2.D5")
def test_the_portfolio_stands_beside_what_really_happened() -> None:
    words = text_of(present.compared(result(), report(result()), "comma"))
    assert "S&P 500 in the event, as recorded" in words
    assert "−33.92%" in words
    assert "+8.92 pp" in words


def test_coverage_names_stand_ins_and_what_is_left_out() -> None:
    positions = [
        {"asset": "YNG", "group": "Energy", "weight_frac": 0.2, "return_frac": -0.3, "impact_frac": -0.06,
         "low_frac": -0.1, "high_frac": 0.0, "tier": "index", "proxy": "S&P 500", "r2_frac": 0.42},
        {"asset": "LOST", "group": "Unknown", "weight_frac": 0.06, "return_frac": None, "impact_frac": None,
         "low_frac": None, "high_frac": None, "tier": "none"},
    ]  # fmt: skip
    left = [{"asset": "LOST", "weight_frac": 0.06, "reason": "It has no history in the event."}]
    words = text_of(present.coverage(result(positions=positions, uncovered=left), "comma"))
    for part in ("1 of 2 positions by stand-in; 6.0% of what is held is not covered.", "42%", "LOST (6.0%)"):
        assert part in words


def test_the_library_shows_results_and_says_why_there_is_none() -> None:
    failed = result(
        id="gfc_2007", total_frac=None, low_frac=None, high_frac=None, total_ccy=None, problem="No history."
    )
    words = text_of(present.library(report(result(), failed), shipped(), "historic", "covid_2020", "comma"))
    assert "−25.00%" in words
    assert "No history." in words
    assert words.count('"aria-pressed": "true"') == 1
    assert "No scenario of your own yet" in text_of(present.library(report(result()), shipped(), "own", "", "comma"))


@pytest.mark.requirement("4.2.D4")
def test_a_move_is_refused_in_the_unit_of_its_field() -> None:
    with pytest.raises(InvalidRequest) as refused:
        question_of({**BUILD, "equity": "-300", "slope": "11"})
    told = {one.path: f"{one.message} {one.advice}" for one in refused.value.fields}
    assert told["equity_frac"] == "Shares: −300% is below −95%. Type a number from −95 to 200%."
    assert "11 is above 10 pp" in told["slope_pp"]


def test_an_empty_builder_says_what_to_do() -> None:
    with pytest.raises(InvalidRequest) as refused:
        question_of({**BUILD, "equity": "", "rates": "", "oil": ""})
    assert "at least one" in refused.value.advice


def test_a_link_asks_what_was_asked() -> None:
    view = view_of({"asked": "reverse.chance", "loss": "33.9", "days": "21"})
    words = text_of(html_of(page_layout(view)))
    assert '"data": {"loss": "33.9", "basis": "factors"}' in words
    assert '"data": {"method": "t_copula", "days": "21"}' in words
    assert '"id": "stress-repair-asked"' in words
    assert "limit" not in view_of({})["asked"]


def test_every_answer_can_be_asked_again() -> None:
    words = text_of(html_of(page_layout(view_of({}))))
    for name in ("build", "chance", "broken", "redeem", "reverse", "repair", "detail"):
        assert f'"id": {{"type": "stress-retry", "index": "{name}"}}' in words or (
            f'"index": "{name}", "type": "stress-retry"' in words
        )


@pytest.mark.requirement("4.2.D4")
def test_versions_differ_in_words() -> None:
    first = FactorQuestion(moves=FactorMoves(equity_frac=-0.2, rates_pp=1.0))
    second = FactorQuestion(moves=FactorMoves(equity_frac=-0.25, oil_frac=0.4, rates_pp=1.0), others="stay")
    assert differences(first, second) == [
        ("Shares", "−20%", "−25%"),
        ("The others", "follow", "stay"),
        ("Oil", "—", "+40%"),
    ]
    assert differences(first, first) == []
    window = WindowQuestion(start=date(2020, 2, 19), end=date(2020, 3, 23))
    assert ("From the close of", "—", "19 February 2020") in differences(first, window)


def repaired(**more: Any) -> RepairReport:
    loss = {"scenario": "gfc", "name": "Crisis", "limit_frac": 0.25, "before_frac": 0.5, "after_frac": 0.3,
            "is_within": False}  # fmt: skip
    trade = {"asset": "AAPL", "before_frac": 0.3, "after_frac": 0.2, "trade_frac": -0.1, "cost_frac": 0.0001,
             "is_hedge": False}  # fmt: skip
    given: dict[str, Any] = {
        "status": "improved", "trades": (trade,), "losses": (loss,), "excess_frac": 0.05, "cost_frac": 0.0001,
        "turnover_frac": 0.1, "expected_return_change_annual_frac": None, "cash_after_frac": 0.02,
        "binding": ({"kind": "turnover", "name": "Turnover", "price": 2.5},), "optimality_gap": 0.0,
        "notes": ("As far as it goes.",),
    }  # fmt: skip
    ways = [{"kind": kind, **given} for kind in ("trim", "hedge", "both")]
    report: dict[str, Any] = {
        "portfolio_id": "p-1", "name": "Test", "base_currency": "USD", "value_ccy": "1000000",
        "as_of": date(2022, 12, 28), "result": {"alternatives": ways}, "rules": ((), (), ()),
        "hedges": ({"kind": "treasury", "name": "IEF", "is_offered": True, "why": "A fund.", "cost_frac": 0.0002},
                   {"kind": "gold", "name": "GLD", "is_offered": False, "why": "No prices of it are stored."}),
        "expected_return_source": "Long-run means.",
    }  # fmt: skip
    return RepairReport.model_validate_json(RepairReport.model_validate(report | more).model_dump_json())


@pytest.mark.requirement("4.2.D3")
def test_a_repair_that_falls_short_says_what_binds_and_a_way_out() -> None:
    found = repaired()
    words = text_of(way_cards(found, "comma"))
    for part in ("As far as possible", "A way out: ", "allow more turnover than 10.0%", "2.50 pp", "Turnover",
                 "Expected return a year", "The same trades as Trim"):  # fmt: skip
        assert part in words
    hedge = way_out(found.result.alternatives[1], found, "comma")
    assert "raise cash, since IEF" in hedge
    assert "2.0% would be left" in hedge
    none = found.model_copy(update={"hedges": ()})
    assert "let hedges be used" in way_out(found.result.alternatives[1], none, "comma")


@pytest.mark.requirement("4.2.D3")
def test_each_scenarios_loss_stands_before_and_after_each_way() -> None:
    grid = losses_grid(repaired(), "comma")
    assert [one for one, _ in grid.columns] == ["Scenario", "Loss today", "Trim", "Hedge", "Both", "Limit"]
    assert grid.rows == [["Crisis", "50.00%", "▲ 30.00%", "▲ 30.00%", "▲ 30.00%", "25.00%"]]
    words = text_of(html_of(hedges_card(repaired(), "comma")))
    for part in ("not offered", "No prices of it are stored.", "Long-run means."):
        assert part in words


def test_sheets_hold_the_numbers_of_the_answers() -> None:
    trades, losses = answer_sheets({"repair": repaired()})
    assert [column.key for column in trades.columns][:3] == ["way", "trade", "before_frac"]
    assert trades.rows[0] == ("trim", "AAPL", 0.3, 0.2, -0.1, 0.0001, "no")
    assert losses.rows[0] == ("trim", "Crisis", 0.5, 0.3, 0.25)
    assert len(losses.rows) == 3


def test_an_event_that_was_not_checked_says_so() -> None:
    one = result(unverified_why="Its figures were not found in a source.")
    words = text_of(present.detail_words(one, report(one), "comma"))
    assert "Not checked" in words
    assert "Its figures were not found in a source." in words


def test_everything_covered_is_said_without_a_double_negative() -> None:
    position = {"asset": "AAA", "group": "Energy", "weight_frac": 1.0, "return_frac": -0.3, "impact_frac": -0.3,
                "low_frac": -0.3, "high_frac": -0.3, "tier": "own"}  # fmt: skip
    words = text_of(present.coverage(result(positions=[position], covered_frac=1.0), "comma"))
    assert "The only position had prices in the event; everything that is held is covered." in words


def test_scenarios_of_one_name_are_bars_of_their_own() -> None:
    same = [result(id=f"own:{at}", group="own", name="Mine", total_frac=-0.1 * at) for at in (1, 2, 3)]
    figure = losses(report(*same), same, Look())
    assert list(figure.data[0].y) == ["Mine", "Mine (2)", "Mine (3)"]
    assert [one[0] for one in figure.data[0].customdata] == ["own:3", "own:2", "own:1"]
