"""Do limits on groups, scores, factors and distances from reference weights read well at the result?"""

from __future__ import annotations

import json
from typing import Any

import pytest

import engine
from callbacks.run_limits import limit_rows, position_rows
from services.formatting import Style

PROBLEM: dict[str, Any] = {
    "assets": ["A", "B", "C"],
    "expected_returns_frac": [0.0006, 0.0004, 0.0002],
    "covariance": [[4e-4, 0, 0], [0, 3e-4, 0], [0, 0, 2e-4]],
}
FACTS: dict[str, Any] = {
    "groups": {"country": {"A": "US", "B": "DE", "C": "DE"}, "sleeve": {"A": "x/y", "B": "x/z", "C": "w"}},
    "benchmark_weights": {"A": 0.3, "B": 0.3, "C": 0.4},
    "betas": {"A": 1.2, "B": 1.0, "C": 0.8},
    "esg_scores": {"A": 50, "B": 60, "C": 70},
    "factor_exposures": {"value": {"A": 1, "B": 0, "C": -1}},
}


def shown(*limits: dict[str, Any], style: Style = "comma") -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    asked = {"problem": PROBLEM, "facts": FACTS, "objective": {"kind": "max_sharpe"}, "constraints": limits}
    request = engine.OptimizationRequest.model_validate_json(json.dumps(asked))
    result = engine.optimize(request)
    assert result.weights, result.message
    return {row["name"]: row for row in limit_rows(request, result, style)}, position_rows(request, result)


@pytest.mark.requirement("1.3.F6")
def test_groups_are_named_with_their_dimension_and_measured_in_percent() -> None:
    rows, _ = shown(
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
        {"kind": "group_limit", "dimension": "country", "group": "US", "max_frac": 0.3},
        {"kind": "group_limit", "dimension": "sleeve", "group": "x", "max_frac": 0.9},
    )
    country = rows["US (country) at most 30%"]
    assert (country["value"], country["scope"], country["state"]) == ("30.00%", "US", "Binding")
    assert rows["x (sleeve) at most 90%"]["scope"] == "x"


@pytest.mark.requirement("1.3.F5")
def test_scores_betas_and_factors_are_no_percentages_and_the_direction_of_scores_is_stated() -> None:
    rows, _ = shown(
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
        {"kind": "esg_floor", "min_score": 55.5},
        {"kind": "beta", "max_beta": 1.05},
        {"kind": "factor_exposure", "factor": "value", "min_exposure": -0.5, "max_exposure": 0.5},
        style="point",
    )
    named = set(rows)
    assert "Average ESG score at least 55,50 (higher is better)" in named
    assert "Beta at most 1,05" in named
    assert "Exposure to value at least −0,50 and at most 0,50" in named
    for name in named:
        if not name.startswith(("Net", "Largest", "Smallest")):
            assert "%" not in rows[name]["value"]
            assert "pp" not in rows[name]["room"]


GOALS = {"max_sharpe": 1.0, "min_volatility": 100.0}
"""Goal -> how many of the unit of the column are one of the goal's figure."""


@pytest.mark.requirement("1.3.F5")
@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize(
    ("limit", "field", "step", "unit"),
    [
        ({"kind": "beta", "max_beta": 0.93}, "max_beta", 0.01, " per 0.01"),
        ({"kind": "factor_exposure", "factor": "value", "max_exposure": -0.25}, "max_exposure", 0.01, " per 0.01"),
        ({"kind": "esg_floor", "min_score": 64.0}, "min_score", 1.0, " per point"),
        ({"kind": "tracking_error", "max_annual_frac": 0.01}, "max_annual_frac", 0.01, ""),
    ],
)
def test_prices_of_scores_betas_and_factors_are_what_moving_the_limit_changes(
    limit: dict[str, Any], field: str, step: float, unit: str, goal: str
) -> None:
    def solved(side: float) -> tuple[Any, Any]:
        asked = {
            "problem": PROBLEM,
            "facts": FACTS,
            "objective": {"kind": goal},
            "constraints": [limit | {field: side}],
        }
        request = engine.OptimizationRequest.model_validate_json(json.dumps(asked))
        return request, engine.optimize(request)

    def figure(side: float) -> float:
        metrics = solved(side)[1].metrics
        return float(metrics.sharpe if goal == "max_sharpe" else metrics.volatility_annual_frac)

    request, result = solved(limit[field])
    row = limit_rows(request, result, "comma")[-1]
    assert row["state"] == "Binding"
    assert row["room"] in {"0.00", "0.00 pp"}
    assert row["price"].endswith(unit)
    told = float(row["price"].removesuffix(unit).replace("−", "-"))
    move = step * 0.01
    slope = (figure(limit[field] + move) - figure(limit[field] - move)) / (2 * move)
    assert told == pytest.approx(slope * step * GOALS[goal], rel=0.02, abs=2e-3)


def test_soft_limits_say_so_with_their_priority_whether_or_not_they_gave_way() -> None:
    rows, _ = shown(
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.9},
        {
            "kind": "group_limit",
            "dimension": "country",
            "group": "US",
            "max_frac": 0.95,
            "is_soft": True,
            "priority": 2,
        },
        {"kind": "beta", "max_beta": 0.7, "is_soft": True, "priority": 8},
    )
    held, gave = rows["US (country) at most 95%"], rows["Beta at most 0.70"]
    assert (held["firm"], held["state"]) == ("May give way, 2", "Room left")
    assert (gave["firm"], gave["state"]) == ("May give way, 8", "Gave way")
    assert rows["Largest position 90%"]["firm"] == "Must hold"


def test_of_two_limits_of_one_kind_only_the_one_that_gave_way_says_so() -> None:
    rows, _ = shown(
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0},
        {"kind": "group_limit", "dimension": "country", "group": "US", "max_frac": 0.3},
        {"kind": "group_limit", "dimension": "country", "group": "DE", "max_frac": 0.5, "is_soft": True},
    )
    assert rows["US (country) at most 30%"]["state"] == "Binding"
    assert rows["DE (country) at most 50%"]["state"] == "Gave way"


@pytest.mark.requirement("1.3.F1")
def test_a_distance_from_the_benchmark_s_weight_is_no_absolute_position() -> None:
    rows, positions = shown(
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
        {
            "kind": "position_bounds",
            "relative_to": "benchmark",
            "min_frac": -0.05,
            "max_frac": 0.08,
            "assets": ["A", "B"],
        },
    )
    near = rows["Distance from benchmark weight, A and B: −5% to +8%"]
    assert near["state"] == "Binding"
    assert near["room_pp"] == pytest.approx(0.0, abs=1e-4)
    assert rows["Largest position 60%"]["state"] == "Room left"
    of = {row["asset"]: row for row in positions}
    assert (of["A"]["low"], of["A"]["high"]) == (0.25, 0.38)
    assert (of["C"]["low"], of["C"]["high"]) == (0.0, 0.6)
