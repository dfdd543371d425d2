"""Does the page of a result say how its portfolio came about, and what was minimized?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly
import pytest

import engine
from callbacks.run_present import _standing, certificate_facts, solver_words
from callbacks.run_words import finding
from engine.kernel.frames import ReturnsPanel
from services.messages.optimize import OptimizationRequest, OptimizationResult
from tests.ui.pages.test_number_style import run

ASSETS = ("A", "B", "C")
RETURNS = np.random.default_rng(7).normal([4e-4, 3e-4, 2e-4], [0.02, 0.012, 0.008], (252, 3))
COVARIANCE = [[4e-4, 1e-5, 0], [1e-5, 3e-4, 0], [0, 0, 2e-4]]


def solved(goal: dict[str, Any], *limits: dict[str, Any]) -> Any:
    problem = {"assets": ASSETS, "expected_returns_frac": [6e-4, 4e-4, 2e-4], "covariance": COVARIANCE}
    asked = {"problem": problem, "objective": goal, "constraints": limits}
    request = OptimizationRequest.model_validate_json(json.dumps(asked))
    return request, engine.optimize(request)


def solved_on_history(kind: str) -> OptimizationResult:
    days = np.datetime64("2021-01-01") + np.arange(len(RETURNS))
    asked = {"asset_ids": ASSETS, "objective": {"kind": kind}, "estimates": {"lookback_days": len(RETURNS)}}
    request = OptimizationRequest.model_validate_json(json.dumps(asked))
    return engine.optimize(request, ReturnsPanel(days, ASSETS, RETURNS))


def said(part: Any) -> str:
    return json.dumps(part, cls=plotly.utils.PlotlyJSONEncoder)


@pytest.mark.parametrize("kind", ["equal_weight", "inverse_volatility", "hierarchical_risk_parity"])
def test_a_rule_is_never_called_optimal(kind: str) -> None:
    request, result = solved({"kind": kind})
    assert result.status == "optimal"  # the engine's word for an answer that is proven stays
    assert _standing(run(), result, request) == ("Computed by rule; every limit is kept", "ok")
    assert result.message.endswith("Computed by rule; every limit is kept.")
    assert "optimality hold" not in said(certificate_facts(result, "comma", request))


@pytest.mark.parametrize("kind", ["equal_weight", "inverse_volatility", "hierarchical_risk_parity"])
def test_a_rule_that_limits_move_is_called_the_nearest(kind: str) -> None:
    cap = {"kind": "position_bounds", "assets": ["C"], "min_frac": 0.0, "max_frac": 0.2}
    request, result = solved({"kind": kind}, cap)
    assert result.weights[2].weight_frac == pytest.approx(0.2)
    word, _ = _standing(run(), result, request)
    assert word == "The nearest portfolio to the rule's that keeps the limits"
    assert "nearest portfolio to the rule's" in result.message
    assert word in said(certificate_facts(result, "comma", request))


def test_a_goal_that_is_optimized_is_proven_as_before() -> None:
    request, result = solved({"kind": "min_volatility"})
    assert _standing(run(), result, request) == ("Optimal, proven", "ok")
    assert "optimality hold" in said(certificate_facts(result, "comma", request))


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        (("daqp",), "daqp"),
        (("daqp", "piqp"), "piqp (after daqp)"),
        (("clarabel", "clarabel at 1e-08"), "clarabel (at its 2nd try)"),
        (("daqp", "clarabel", "clarabel at 1e-08"), "clarabel (at its 2nd try, after daqp)"),
    ],
)
def test_a_solver_is_named_once(chain: tuple[str, ...], words: str) -> None:
    assert solver_words(chain[-1].partition(" ")[0], chain) == words


def measured(kind: str, weights: np.ndarray) -> float:
    """Return a tail measure straight from its definition."""
    losses = -(RETURNS @ weights)
    path = np.concatenate([[0.0], np.cumsum(-losses)])
    falls = (np.maximum.accumulate(path) - path)[1:]
    if kind == "min_semi_deviation":
        return float(np.sqrt(np.mean(np.maximum(losses - losses.mean(), 0.0) ** 2)))
    if kind == "min_max_drawdown":
        return float(falls.max())
    worst, count = np.sort(losses if kind == "min_cvar" else falls)[::-1], 0.05 * len(losses)
    whole = int(count)
    return float((worst[:whole].sum() + (count - whole) * worst[whole]) / count)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("min_cvar", "CVaR 95%"),
        ("min_cdar", "CDaR 95%"),
        ("min_max_drawdown", "Maximum drawdown without compounding"),
        ("min_semi_deviation", "Semi-deviation"),
    ],
)
def test_the_finding_states_the_figure_that_was_minimized(kind: str, name: str) -> None:
    result = solved_on_history(kind)
    weights = np.array([line.weight_frac for line in result.weights])
    assert result.goal_figure is not None
    assert result.goal_figure.name == name
    assert result.goal_figure.value_frac == pytest.approx(measured(kind, weights), abs=1e-12)
    shown = f"{name} {100 * measured(kind, weights):.2f}%"
    assert finding(result, "comma").startswith(shown)
    assert shown.rstrip("0%") in result.message
    assert OptimizationResult.model_validate_json(result.model_dump_json()) == result
