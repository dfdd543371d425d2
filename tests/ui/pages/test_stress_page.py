"""Does the page of stress tests read what is typed, keep its view in the address, and say what it shows?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from callbacks import present_stress as present
from callbacks.stress_ask import chosen_of
from callbacks.stress_typed import build_of, is_blank, question_of
from components.stress_layout import USUAL, page_layout, view_of
from services.errors import InvalidRequest
from services.messages.stress import FactorMoves, FactorQuestion, WindowQuestion
from services.messages.stress_report import ScenarioResult, StressReport
from services.stress_library import shipped

BUILD = {
    "kind": "moves", "others": "follow", "equity": "-20", "rates": "1,5", "credit": "", "volatility": "", "oil": "40%",
    "usd": "", "start": "", "end": "",
}  # fmt: skip


def text_of(component: Any) -> str:
    return json.dumps(component.to_plotly_json(), default=lambda one: one.to_plotly_json(), ensure_ascii=False)


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
