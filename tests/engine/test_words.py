"""Are refusals and reasons true, precise and useful: benchmarks, units, names, numbers, goals without an answer?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.names import meant
from engine.kernel.units import percent, percent_at_least, percent_at_most, percent_fixed, percents

RETURNS = [0.08, 0.05, 0.03]
COVARIANCE = [[0.04, 0.006, 0.001], [0.006, 0.01, 0.002], [0.001, 0.002, 0.005]]
CALM = {"kind": "min_volatility"}
ALL = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}


def ask(
    goal: dict[str, Any] = CALM, limits: Any = (), returns: Any = RETURNS, covariance: Any = COVARIANCE, **more: Any
) -> engine.OptimizationResult:
    periods = more.pop("periods", 1)
    problem = {
        "assets": ["A", "B", "C"][: len(returns)],
        "expected_returns_frac": list(returns),
        "covariance": np.asarray(covariance, dtype=float).tolist(),
        "periods_per_year": periods,
    }
    body = {"problem": problem, "objective": goal, "constraints": list(limits), "frontier_points_count": 0, **more}
    return engine.optimize(engine.parse_request(json.dumps(body)))


def refused(*arguments: Any, **more: Any) -> dict[str, str]:
    with pytest.raises(engine.InputRefused) as refusal:
        ask(*arguments, **more)
    return {one.path: f"{one.message} {one.advice}" for one in refusal.value.problems}


def test_figures_of_an_answer_have_two_decimals_even_where_they_are_round() -> None:
    alone = ask({"kind": "max_return", "volatility_max_annual_frac": 1.0}, [ALL])
    assert "expected return 8.00% a year, volatility 20.00%, Sharpe ratio 0.40" in alone.message


# A benchmark beside the assets.


@pytest.mark.parametrize(
    ("benchmark", "words"),
    [({"Q": 1.0}, "No constituent of the benchmark"), ({"A": 0.5, "Q": 0.5}, "50% of the benchmark lies in assets")],
)
def test_a_benchmark_beside_the_assets_has_no_least_tracking_error(benchmark: dict[str, float], words: str) -> None:
    found = refused({"kind": "min_tracking_error"}, facts={"benchmark_weights": benchmark})
    assert words in found["objective"]
    assert "or choose another goal" in found["objective"]


def test_a_small_part_of_the_benchmark_beside_the_assets_is_noted_once() -> None:
    facts = {"benchmark_weights": {"A": 0.92, "Q": 0.08}}
    goal = {"kind": "min_tracking_error"}
    for limits in ((), ({"kind": "tracking_error", "max_annual_frac": 0.1},)):
        result = ask(goal, limits, facts=facts)
        assert sum("8% of the benchmark lies" in note for note in result.notes) == 1


def test_positions_measured_from_a_part_of_the_benchmark_say_so() -> None:
    limit = {"kind": "position_bounds", "relative_to": "benchmark", "min_frac": -0.6, "max_frac": 0.6}
    facts = {"benchmark_weights": {"A": 0.5, "Q": 0.5}}
    result = ask(CALM, [limit], facts=facts)
    assert any("50% of the benchmark lies" in note and "not scaled up" in note for note in result.notes)
    body = {"asset_ids": ["A", "B"], "objective": CALM, "constraints": [limit], "facts": facts}
    panel = engine.ReturnsPanel.from_array(np.random.default_rng(1).normal(0, 0.01, (50, 2)), ["A", "B"])
    assert any("not scaled up" in note for note in engine.diagnose(engine.parse_request(body), panel=panel).notes)


# Goals without an answer.


def test_maximum_diversification_without_risk_speaks_of_risk_and_not_of_returns() -> None:
    result = ask({"kind": "max_diversification"}, covariance=np.zeros((3, 3)))
    assert result.status == "unsuitable"
    assert result.message == "None of the assets has any measured risk, so there is nothing to diversify."
    result = ask({"kind": "max_diversification"}, returns=[0.08, 0.05], covariance=[[0.04, -0.02], [-0.02, 0.01]])
    assert result.status == "unsuitable"
    assert "no measured risk at all" in result.message
    assert "risk-free" not in f"{result.message} {result.advice}"


def test_a_risk_ceiling_that_cannot_be_kept_is_told_with_its_figure() -> None:
    result = ask(CALM, [{"kind": "volatility_ceiling", "max_annual_frac": 0.05}])
    assert result.message == "The lowest reachable volatility is 6.4% a year; you allow 5%."
    assert "6.4%" in result.advice
    assert result.message == result.diagnosis.conflicts[0].sentence


# Figures that differ in later decimals.


def test_two_figures_are_written_so_that_they_differ() -> None:
    assert percents(0.08, 0.0800001) == ("8%", "8.00001%")
    assert percents(0.25, 0.5) == ("25%", "50%")
    assert percents(0.08, 0.08) == ("8%", "8%")
    assert percents(0.08, 0.08 + 1e-15) == ("8%", "8%")
    assert (percent_at_most(0.01 - 1e-13), percent_at_least(0.064 + 1e-13)) == ("1%", "6.4%")
    assert (percent_at_most(0.07999), percent_at_least(0.06401)) == ("7.99%", "6.41%")
    assert (percent(1e200), percent(-1e308), percent(float("inf"))) == ("1e+202%", "−1e+310%", "∞%")


def test_reasons_tell_the_reachable_from_the_asked() -> None:
    result = ask({"kind": "target_return", "return_min_annual_frac": 0.0800001})
    assert result.message == "The best reachable expected return is 8% a year; you asked for 8.00001%."
    assert ask({"kind": "target_return", "return_min_annual_frac": 0.08}).status == "optimal"
    result = ask(CALM, [{**ALL, "max_frac": 0.33333333}])
    assert result.message == (
        "Each of the 3 assets may hold at most 33.333333%, together 99.999999%: less than the 100% to invest."
    )
    least = ask().metrics.volatility_annual_frac
    result = ask({"kind": "max_return", "volatility_max_annual_frac": least * (1 - 1e-6)})
    first, second = result.message.split("; you allow ")
    assert first.split("volatility is ")[1].split(" a year")[0] != second.rstrip(".")


def test_a_perfect_hedge_is_advised_the_return_it_has() -> None:
    limits = [
        {"kind": "long_short", "gross_max_frac": None, "short_max_frac": None},
        {"kind": "budget", "net_frac": 0.0},
        ALL,
    ]

    def hedged(floor: float) -> engine.OptimizationResult:
        goal = {"kind": "target_return", "return_min_annual_frac": floor}
        return ask(goal, limits, [0.06, 0.05], [[0.04, 0.04], [0.04, 0.04]])

    assert "Ask for at most 1%" in hedged(0.05).advice
    assert hedged(0.01).status == "optimal"


# Advice that the fields accept.


def test_a_negative_sum_is_not_answered_with_a_negative_minimum() -> None:
    result = ask(CALM, [{"kind": "budget", "net_frac": -1.0}])
    assert result.advice == "Raise the sum of the weights to at least 0%, or allow short positions."


def test_holdings_that_cannot_move_are_told_of_the_distance() -> None:
    limit = {"kind": "position_bounds", "relative_to": "current", "min_frac": 0.0, "max_frac": 0.0}
    result = ask(CALM, [limit], current_weights={"A": 0.3, "B": 0.3, "C": 0.3})
    assert "maximum position" not in result.advice
    assert "distance above the current weight" in result.advice


# Units.


def test_returns_that_can_only_be_percent_are_refused() -> None:
    found = refused({"kind": "max_utility", "risk_aversion": 4.0}, returns=[8, 5, 3])
    assert "did you mean 5%" in found["problem.expected_returns_frac"]
    found = refused(returns=[0.03, 0.02, 0.015], covariance=np.array(COVARIANCE) / 252, periods=252)
    assert "periods_per_year to 1" in found["problem.expected_returns_frac"]
    with pytest.raises(engine.InputRefused, match="did you mean 5%"):
        engine.Figures(("A", "B", "C"), np.array([8.0, 5.0, 3.0]), np.array(COVARIANCE))


def test_the_returns_of_a_wild_market_are_only_noted() -> None:
    result = ask(returns=[1.5, 1.2, 2.1], covariance=np.diag([0.8, 0.7, 1.4]))
    assert result.status == "optimal"
    assert any("Check the figures" in note for note in result.notes)
    calm = ask(returns=[0.5, 0.4, 0.9], covariance=np.diag([0.5, 0.6, 0.9]))
    assert not any("volatility" in note for note in calm.notes)


@pytest.mark.parametrize(
    ("covariance", "periods", "cause"),
    [(np.diag([9.0, 4.0, 1.0]), 1, "returns in percent"), (COVARIANCE, 252, "needs periods_per_year 1, not 252")],
)
def test_a_volatility_of_another_unit_is_noted_with_its_cause(covariance: Any, periods: int, cause: str) -> None:
    result = ask(returns=[0.0004] * 3, covariance=covariance, periods=periods)
    assert any(cause in note and "volatility of" in note for note in result.notes)


def test_a_history_in_percent_is_noted() -> None:
    panel = engine.ReturnsPanel.from_array(np.random.default_rng(2).uniform(-0.9, 0.95, (200, 3)), ["A", "B", "C"])
    request = engine.parse_request({"asset_ids": ["A", "B", "C"], "objective": CALM})
    assert any("check the history" in note for note in engine.optimize(request, panel=panel).notes)


@pytest.mark.parametrize("size", [1e13, 1e200, 1e308])
def test_figures_too_large_to_compute_with_are_refused_in_few_digits(size: float) -> None:
    with np.errstate(all="raise"):
        found = refused(covariance=np.full((3, 3), size))
        assert list(found) == ["problem.covariance"]
        assert f"{size:.3g}" in found["problem.covariance"]
        assert len(found["problem.covariance"]) < 200
        found = refused(returns=[size, 0.0, 0.0])
        assert len(found["problem.expected_returns_frac.0"]) < 200


def test_returns_too_large_to_compute_with_are_refused() -> None:
    table = np.full((10, 2), 0.01)
    table[3, 1] = 1e170
    with pytest.raises(engine.InputRefused, match=r"1e\+170 within one period.* B has such values"):
        engine.ReturnsPanel.from_array(table, ["A", "B"])


def test_a_value_just_beyond_an_edge_is_not_written_as_the_edge() -> None:
    limit = {"kind": "position_bounds", "min_frac": 0.3000001, "max_frac": 0.3}
    assert "30.00001% is above the maximum 30%" in refused(CALM, [limit])["constraints.0"]
    found = refused(CALM, [{**limit, "min_frac": 0.0, "max_frac": 1.0000000001}])
    assert found["constraints.0.max_frac"].startswith("1.0000000001 means 100.00000001%;")


# Names.


@pytest.mark.parametrize("group", ["equity", "Equi", "Equity/", "Eqiuty", "Equities", "Gold"])
def test_a_mistyped_group_is_no_dropped_limit(group: str) -> None:
    facts = {"groups": {"ac": {"A": "Equity", "B": "Equity/Emerging", "C": "Bond"}}}
    limit = {"kind": "group_limit", "dimension": "ac", "group": group, "max_frac": 0.4}
    if group == "Gold":  # nothing like it: the limit may be meant for other assets
        result = ask(CALM, [limit], facts=facts)
        assert any("groups of ac present are Bond" in note and "no effect" in note for note in result.notes)
        return
    found = refused(CALM, [limit], facts=facts)
    assert "Did you mean Equity?" in found["constraints.0.group"]


def test_mistyped_sectors_and_factors_name_what_was_meant() -> None:
    facts = {
        "groups": {"sector": {"A": "Energy", "B": "Health Care", "C": "Energy"}},
        "factor_exposures": {"Momentum": {"A": 1.0, "B": 0.0, "C": 0.0}},
    }
    limits = [
        {"kind": "sector_limit", "sector": "HealthCare", "max_frac": 0.4},
        {"kind": "factor_exposure", "factor": "momentum", "max_exposure": 0.5},
        {"kind": "sector_limit", "sector": "Utilities", "max_frac": 0.4},
    ]
    found = refused(CALM, limits, facts=facts)
    assert "Did you mean Health Care?" in found["constraints.0.sector"]
    assert "Did you mean Momentum?" in found["constraints.1.factor"]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        ("Austria", "Australia"), ("Iceland", "Ireland"), ("Gambia", "Zambia"), ("US", "UK"), ("USD", "AUD"),
        ("AA", "AAA"), ("Manager 1", "Manager 2"), ("Sector 1", "Sector 10"), ("Strategy A", "Strategy B"),
        ("Consumer Staples", "Consumer Discretionary"), ("Financials", "Industrials"), ("Slovakia", "Slovenia"),
    ],
)  # fmt: skip
def test_names_of_different_things_are_no_slips(wanted: str, known: str) -> None:
    assert meant(wanted, [known]) == []


# Grammar.


def test_several_names_take_the_plural() -> None:
    result = ask(covariance=np.diag([0.0, 0.0, 0.01]))
    assert any(note.startswith("A and B have no variance") and "count as riskless" in note for note in result.notes)
    assert any(note.startswith("C has no variance") for note in ask(covariance=np.diag([0.01, 0.01, 0.0])).notes)
    found = refused(facts={"betas": {"Y": 1.0, "Z": 1.0}})
    assert found["facts.betas"].startswith("Y and Z are not among the assets.")


# All problems at once.


def test_a_goal_that_needs_a_history_is_told_beside_other_problems() -> None:
    body = {
        "problem": {"assets": ["A"], "expected_returns_frac": [0.1], "covariance": [[0.01]], "periods_per_year": 1},
        "objective": {"kind": "min_cvar"},
        "color": "red",
    }
    with pytest.raises(engine.InputRefused) as refusal:
        engine.parse_request(body)
    assert {problem.path for problem in refusal.value.problems} == {"color", "objective"}


def test_a_minimum_for_a_group_without_assets_names_the_groups_that_there_are() -> None:
    facts = {"groups": {"sector": dict.fromkeys("ABC", "Energy"), "asset_class": {"A": "Equity", "B": "Bond"}}}
    limits = [{"kind": "group_limit", "dimension": "asset_class", "group": "Gold", "min_frac": 0.1}]
    result = ask(CALM, limits, facts=facts)
    assert "No asset belongs to Gold: less than the 10% demanded for Gold. The asset classes present are Bond and " in (
        result.message
    )
    assert "Correct the name Gold if another asset class was meant" in result.advice
    sector = ask(CALM, [{"kind": "sector_limit", "sector": "Utilities", "min_frac": 0.1}], facts=facts)
    assert "The sectors present are Energy." in sector.message
    for one in (result, sector):
        assert "maximum position" not in one.advice
        assert "maximum position" not in one.diagnosis.conflicts[0].advice


def test_measured_figures_beside_each_other_have_the_same_decimals() -> None:
    assert [percent_fixed(one) for one in (-0.15, -0.0117, 0.0402, -1e-9)] == ["−15.00%", "−1.17%", "4.02%", "0.00%"]
    assert (percent_fixed(-0.1, 1), percent_fixed(1e200)) == ("−10.0%", "1e+202%")
