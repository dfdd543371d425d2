"""What is said when no portfolio meets the limits, or when a goal makes no sense? Always numbers, no exception."""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.doctor.repairs import apply
from engine.kernel.forms import Universe
from engine.optimize.feasibility import obstacle_of
from tests.engine.conftest import SECTORS

FIVE = ["AAPL", "JPM", "KO", "XOM", "GE"]
RISK = {"kind": "min_volatility"}


def bounds(low, high, **more):
    return {"kind": "position_bounds", "min_frac": low, "max_frac": high, **more}


def sector(name, low=None, high=None):
    return {"kind": "sector_limit", "sector": name, "min_frac": low, "max_frac": high}


CASES = {
    "maximum too small": (
        RISK, [bounds(0.0, 0.15)], {"asset_ids": FIVE},
        "Each of the 5 assets may hold at most 15%, together 75%: less than the 100% to invest.", "at least 20%",
    ),
    "minimum too large": (
        RISK, [bounds(0.06, 0.25)], {},
        "Each of the 20 assets must hold at least 6%, together 120%: more than the 100% to invest.", "at most 5%",
    ),
    "one asset under the default maximum": (
        RISK, [bounds(0.01, 0.25)], {"asset_ids": ["KO"]},
        "The 1 asset may hold at most 25%, together 25%: less than the 100% to invest.", "at least 100%",
    ),
    "sector minimum below what positions demand": (
        RISK, [bounds(0.05, 0.25), sector("Health", None, 0.2)], {},
        "The 5 assets of Health must together hold at least 25%: more than the 20% allowed for Health.", "at least 25%",
    ),
    "sector cannot hold its minimum": (
        RISK, [bounds(0.0, 0.1), sector("Retail", 0.3)], {},
        "The 2 assets of Retail may together hold at most 20%: less than the 30% demanded for Retail.", "at most 20%",
    ),
    "sector without assets must hold something": (
        RISK, [bounds(0.0, 0.25), sector("Utilities", 0.1)], {},
        "No asset belongs to Utilities: less than the 10% demanded for Utilities.", "at most 0%",
    ),
    "sector limits leave no room": (
        RISK,
        [bounds(0.0, 0.25), *(sector(name, None, 0.1) for name in
         ("Technology", "Financials", "Health", "Energy", "Staples", "Retail"))],
        {}, "85% in all, less than the 100% to invest.", "at least 15%",
    ),
    "sector minimums demand too much": (
        RISK, [bounds(0.0, 0.4), sector("Technology", 0.6), sector("Health", 0.5)], {},
        "together demand 110%, more than the 100% to invest.", "at least 10%",
    ),
    "target above the best return": (
        {"kind": "target_return", "return_min_annual_frac": 0.9}, [bounds(0.01, 0.25)], {},
        "The best reachable expected return is", "Ask for at most",
    ),
    "ceiling below the least volatility": (
        {"kind": "max_return", "volatility_max_annual_frac": 0.05}, [bounds(0.01, 0.25)], {},
        "The lowest reachable volatility is", "Allow at least",
    ),
}  # fmt: skip


@pytest.mark.requirement("1.1.D4")
@pytest.mark.parametrize("name", CASES)
def test_the_sentence_names_the_limit_and_the_numbers(ask, name):
    goal, limits, fields, sentence, advice = CASES[name]
    result = ask(goal, limits, **fields)
    assert result.status == "infeasible"
    assert sentence in result.message
    assert advice in result.advice
    assert result.weights == ()
    assert result.metrics is None
    assert result.certificate is None


@pytest.mark.parametrize("name", CASES)
def test_following_the_advice_leads_to_an_answer(ask, name):
    goal, limits, fields, _, _ = CASES[name]
    result = ask(goal, limits, **fields)
    body = {"objective": goal, "constraints": limits, "asset_ids": sorted(SECTORS), **fields}
    request = apply(engine.parse_request(json.dumps(body)), result.diagnosis.joint_repair)
    mended = request.model_dump(mode="json")
    assert ask(mended["objective"], mended["constraints"], **fields).status == "optimal"


def test_limits_that_only_clash_together_are_named_as_a_smallest_set(ask):
    limits = [
        bounds(0.0, 0.25),
        bounds(0.0, 0.02, assets=["JNJ", "LLY"]),
        sector("Health", 0.3, None),
        sector("Technology", 0.5, None),
        {"kind": "long_short", "gross_max_frac": 1.0, "short_max_frac": 0.5},
        sector("Energy", None, -0.01),
    ]
    result = ask(RISK, limits)
    assert result.status == "infeasible"
    assert "longs and shorts together up to 100%" in result.message
    assert "Energy" in result.message
    assert "at most −1%" in result.message
    assert "Technology" not in result.message
    without = [item for item in limits if item.get("sector") != "Energy"]
    assert ask(RISK, without).status == "optimal"


@pytest.mark.parametrize("count", [4, 5, 10, 20])
def test_a_maximum_of_exactly_one_over_n_is_feasible(ask, panel, count):
    result = ask({"kind": "max_sharpe"}, [bounds(0.0, 1.0 / count)], asset_ids=list(panel.assets[:count]))
    assert result.status == "optimal"
    assert {line.weight_frac for line in result.weights} == {1.0 / count}


def test_a_maximum_of_one_third_for_three_assets_is_kept_to_less_than_a_step_and_says_so(ask):
    result = ask({"kind": "max_sharpe"}, [bounds(0.0, 1.0 / 3.0)], asset_ids=FIVE[:3])
    assert result.status == "near_optimal"  # only weights rounded inside every limit are called optimal
    assert not result.certificate.is_proven
    assert result.certificate.weight_sum_frac == 1.0
    assert max(line.weight_frac for line in result.weights) - 1.0 / 3.0 < 1e-8
    assert any("kept to less than one step" in note for note in result.notes)


def test_a_target_exactly_at_the_best_return_is_feasible(ask):
    problem = {
        "assets": ["X", "Y", "Z", "U"],
        "expected_returns_frac": [0.1, 0.08, 0.05, 0.02],
        "covariance": [[0.04, 0, 0, 0], [0, 0.03, 0, 0], [0, 0, 0.02, 0], [0, 0, 0, 0.01]],
        "periods_per_year": 1,
    }
    goal = {"kind": "target_return", "return_min_annual_frac": 0.09}
    result = ask(goal, [bounds(0.0, 0.5)], problem=problem)
    assert result.status == "optimal"
    assert [line.weight_frac for line in result.weights] == [0.5, 0.5, 0.0, 0.0]


def test_no_return_above_the_risk_free_rate_is_said_and_minimum_volatility_advised(ask):
    result = ask({"kind": "max_sharpe"}, [bounds(0.01, 0.25)], risk_free_annual_frac=0.45)
    assert result.status == "unsuitable"
    assert "risk-free rate of 45%" in result.message
    assert "minimum volatility" in result.advice
    assert result.frontier is not None


def test_all_negative_returns_leave_the_least_risk_solvable(ask, assert_proven):
    problem = {
        "assets": ["X", "Y"],
        "expected_returns_frac": [-0.001, -0.002],
        "covariance": [[1e-4, 0], [0, 2e-4]],
    }
    assert ask({"kind": "max_sharpe"}, problem=problem).status == "unsuitable"
    assert_proven(ask(RISK, problem=problem))


def test_a_riskless_asset_above_the_risk_free_rate_has_no_best_ratio(ask):
    problem = {"assets": ["X", "CASH"], "expected_returns_frac": [5e-4, 1e-4], "covariance": [[1e-4, 0], [0, 0]]}
    result = ask({"kind": "max_sharpe"}, problem=problem)
    assert result.status == "unsuitable"
    assert "without measured risk" in result.message
    assert any("CASH has no variance" in note for note in result.notes)
    assert ask({"kind": "max_sharpe"}, problem=problem, risk_free_annual_frac=0.03).status == "optimal"


def test_the_engine_itself_never_raises_for_reasons_of_the_market(panel):
    body = {"asset_ids": list(panel.assets), "objective": RISK, "constraints": [bounds(0.0, 0.01)]}
    assert engine.optimize(engine.parse_request(json.dumps(body)), panel=panel).status == "infeasible"


@pytest.mark.requirement("1.3.A4")
def test_limits_are_judged_without_returns_as_the_solver_judges_them(ask):
    rng = np.random.default_rng(11)
    seen = set()
    for _ in range(60):
        low, high = sorted(float(x) for x in rng.uniform(0.0, 0.12, 2))
        limits = [
            bounds(round(low, 4), round(high + 0.03, 4)),
            sector("Health", None, round(float(rng.uniform(0, 0.5)), 3)),
        ]
        limits.append(sector("Technology", round(float(rng.uniform(0, 0.6)), 3), None))
        result = ask(RISK, limits, asset_ids=sorted(SECTORS))
        body = {"asset_ids": sorted(SECTORS), "objective": RISK, "constraints": limits}
        request = engine.parse_request(json.dumps(body))
        obstacle = obstacle_of(request.all_constraints(), Universe(tuple(sorted(SECTORS)), SECTORS))
        assert (obstacle is not None) == (result.status == "infeasible"), (limits, result.message)
        if obstacle is not None:
            assert result.message in obstacle.message
        seen.add(result.status == "infeasible")
    assert seen == {True, False}
