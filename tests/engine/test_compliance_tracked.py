"""Is tracking error held by a benchmark's returns where nobody knows its weights, and told where it cannot be?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

import engine
from engine.compliance.kept import RuleKept
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.tracked import BenchmarkReturns, tracked_of
from engine.kernel.frames import ReturnsPanel
from engine.result import OptimizationResult
from tests.engine.compliance_worlds import book

DAYS = 500
NAMES = tuple(f"S{n}" for n in range(1, 5))
FOLLOWED = np.array([0.1, 0.2, 0.3, 0.4])
HELD = (40.0, 30.0, 20.0, 10.0)
RNG = np.random.default_rng(7)
COMMON = RNG.normal(0.0003, 0.008, DAYS)
RETURNS = COMMON[:, None] + RNG.normal(0.0, [0.004, 0.008, 0.012, 0.016], (DAYS, 4))
PANEL = ReturnsPanel.from_array(RETURNS, NAMES)
INDEX = RETURNS @ FOLLOWED + RNG.normal(0.0, 0.002, DAYS)
BENCHMARK = BenchmarkReturns(PANEL.dates, INDEX)
CAP = {"kind": "position_bounds", "assets": ["S4"], "min_frac": 0.0, "max_frac": 0.02}


def error_of(weights: Any, index: np.ndarray = INDEX) -> float:
    """Return the tracking error of weights by the sample itself."""
    return float(np.std(RETURNS @ np.asarray(weights) - index, ddof=1) * np.sqrt(252))


def after(state: ComplianceState) -> dict[str, float | None]:
    """Return the check's figure after trades."""
    return {"tracking_error": error_of([float(value or 0) / 100.0 for value in state.values_ccy[1:]])}


def rule(limit: float, severity: Any = "soft") -> Rule:
    """Return a ceiling on tracking error."""
    return Rule(id="te", title="Tracking", measure="tracking_error", limit=repr(limit), severity=severity)


def solved(limit: float, *limits: Any, severity: Any = "soft", **data: Any) -> OptimizationResult:
    """Return the calmest portfolio within a ceiling on tracking error."""
    body = {
        "asset_ids": list(NAMES),
        "objective": {"kind": "min_volatility"},
        "constraints": list(limits),
        "frontier_points_count": 0,
    }
    state = book(*[{"value": value} for value in HELD], cash=0)
    state = replace(state, facts={"tracking_error": error_of(np.array(HELD) / 100.0)}, kept={}, _columns={})
    given = {"panel": PANEL, "benchmark": BENCHMARK, **data}
    return optimize_within_rules(
        engine.parse_request(body), (rule(limit, severity),), state, facts_after=after, **given
    )  # fmt: skip


def told(result: OptimizationResult) -> RuleKept:
    """Return what became of the rule."""
    assert result.compliance is not None
    return result.compliance.rules[0]


def test_the_square_of_tracking_error_is_a_distance_and_a_rest() -> None:
    found = tracked_of(BENCHMARK, NAMES, {"panel": PANEL})
    assert found is not None
    covariance = np.cov(RETURNS[1:], rowvar=False) * 252  # of the first day nobody knows where its return starts
    for weights in (np.array([0.7, 0.1, 0.1, 0.1]), np.full(4, 0.25), np.array([0.5, 0.0, 0.0, 0.0])):
        away = weights - found.center_frac
        error = float(np.std(RETURNS[1:] @ weights - INDEX[1:], ddof=1) * np.sqrt(252))
        assert np.sqrt(away @ covariance @ away + found.rest_annual_frac**2) == pytest.approx(error, rel=1e-10)
    assert found.ceiling(found.rest_annual_frac) is None, "no weights come nearer than the rest"


def test_only_returns_over_the_same_day_count_and_too_few_are_none() -> None:
    gaps = np.delete(np.arange(DAYS), np.arange(5, DAYS, 2))
    thin = BenchmarkReturns(PANEL.dates[gaps], INDEX[gaps])
    assert tracked_of(thin, NAMES, {"panel": PANEL}) is None, "returns over two days are no returns of one"
    assert tracked_of(BENCHMARK, NAMES, {"panel": PANEL}, date(2000, 2, 1)) is None
    assert tracked_of(None, NAMES, {"panel": PANEL}) is None
    assert tracked_of(BENCHMARK, NAMES, {}) is None


@pytest.mark.requirement("4.3.D5")
def test_the_answer_comes_within_the_limit_by_the_benchmarks_returns() -> None:
    free, kept = solved(0.9), solved(0.05)
    assert told(free).value is not None
    assert told(free).value > 0.05  # type: ignore[operator]
    one = told(kept)
    assert (one.how, one.after) == ("ceiling", "passed")
    assert one.value is not None
    assert 0.049 < one.value <= 0.05, "the best answer lies at the limit, not deep inside"
    assert one.value == pytest.approx(error_of([line.weight_frac for line in kept.weights]), abs=5e-9)
    hard = told(solved(0.05, severity="hard"))
    assert (hard.how, hard.after) == ("ceiling", "passed")


@pytest.mark.requirement("4.3.D5")
def test_what_cannot_be_reached_is_no_worse_than_today() -> None:
    result = solved(0.02)
    one, today = told(result), error_of(np.array(HELD) / 100.0)
    assert (one.how, one.after) == ("no_worse", "failed")
    assert one.value is not None
    assert one.value <= today + 5e-9
    assert "kept no worse than today" in one.note
    assert result.compliance is not None
    assert not any("worse than today by" in note for note in result.compliance.notes)


@pytest.mark.requirement("4.3.D5")
def test_a_conflict_is_named_where_not_even_todays_figure_is_left() -> None:
    low = {"kind": "position_bounds", "assets": ["S1"], "min_frac": 0.9, "max_frac": 1.0}
    result = solved(0.02, low, CAP)
    one, today = told(result), error_of(np.array(HELD) / 100.0)
    assert one.how == "checked"
    assert one.value is not None
    assert one.value > today
    assert "or is no worse than today beside “" in one.note
    assert "measured after the trades" not in one.note
    assert result.compliance is not None
    (note,) = [found for found in result.compliance.notes if "worse than today by" in found]
    assert note.startswith("Tracking: worse than today by ")


def test_without_the_benchmarks_returns_the_true_cause_is_told() -> None:
    one = told(solved(0.05, benchmark=None))
    assert (one.how, one.after) == ("checked", "failed")
    assert "neither the benchmark's weights nor enough of its daily returns" in one.note


def test_a_hard_rule_that_no_portfolio_keeps_leaves_no_weights() -> None:
    result = solved(0.02, severity="hard")
    assert not result.weights
    assert "“Tracking”" in result.message
