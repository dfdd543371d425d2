"""Is a large program that is answered through few assets answered as a whole?"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import engine
from engine.optimize.held import HeldSession
from engine.optimize.qp import QuadraticProgram, piqp_cold
from engine.optimize.solvers import QpSession, residuals
from engine.result import OptimizationResult


def program(count: int = 240, seed: int = 0, floor: float = -np.inf) -> QuadraticProgram:
    rng = np.random.default_rng(seed)
    loads = rng.normal(0.4, 0.4, (count, 6))
    curve = loads @ loads.T / 6 + np.diag(rng.uniform(0.2, 2.0, count))
    groups = np.array([(np.arange(count) % 4 == k).astype(float) for k in range(4)])
    means = rng.normal(0.2, 0.5, count)
    return QuadraticProgram(
        curve,
        np.zeros(count),
        np.vstack([np.ones(count), means, groups]),
        np.array([1.0, floor, 0.1, -np.inf, -np.inf, 0.05]),
        np.array([1.0, np.inf, np.inf, 0.3, 0.3, 0.5]),
        np.zeros(count),
        np.full(count, 0.15),
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("floor", [-np.inf, 0.6, 1.0])
def test_the_answer_is_that_of_the_whole_program(seed, floor):
    task = program(seed=seed, floor=floor)
    answer = HeldSession(task).solve(task)
    assert answer is not None
    assert max(residuals(task, answer)) <= 1e-9
    np.testing.assert_allclose(answer.x, piqp_cold(task).x, atol=1e-7)


def test_steps_of_the_linear_term_and_the_sides_equal_cold_solves():
    task = program()
    session = QpSession(task)
    for step in range(14):
        linear = -0.3 * step * task.rows[1]
        upper = np.full(240, 0.15 + 0.02 * (step % 3))
        warm = session.solve(linear=linear, upper=upper)
        assert warm.solver == "daqp"
        np.testing.assert_allclose(warm.x, piqp_cold(replace(task, linear=linear, upper=upper)).x, atol=1e-6)


def test_lower_bounds_above_zero_count():
    task = replace(program(), lower=np.where(np.arange(240) % 3 == 0, 0.001, 0.0))
    answer = HeldSession(task).solve(task)
    assert answer is not None
    assert max(residuals(task, answer)) <= 1e-9
    np.testing.assert_allclose(answer.x, piqp_cold(task).x, atol=1e-7)


def test_where_many_are_held_another_solver_answers():
    task = replace(program(), upper=np.full(240, 0.006))
    answer = QpSession(task).solve()
    assert (answer.outcome, answer.solver) == ("solved", "piqp")


def test_no_portfolio_is_still_no_portfolio_and_the_next_one_is_found():
    task = program()
    session = QpSession(task)
    assert session.solve(upper=np.full(240, 0.001)).outcome == "infeasible"
    assert session.solve().solver == "daqp"


def test_an_answer_that_is_wrong_is_noticed_after_unchecked_steps(monkeypatch):
    task = program()
    session = QpSession(task)
    true = session.solve(is_step=True)
    assert session.is_sound(true)
    assert not session.is_sound(replace(true, x=true.x + 0.01))


@pytest.mark.parametrize("kind", ["min_volatility", "max_sharpe", "target_return", "max_utility"])
def test_five_hundred_assets_end_with_a_proof(synthetic, kind):
    panel = synthetic(500)
    more = {"target_return": {"return_min_annual_frac": 0.35}, "max_utility": {"risk_aversion": 4.0}}.get(kind, {})
    body = {
        "asset_ids": panel.assets,
        "objective": {"kind": kind, **more},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}],
        "frontier_points_count": 8,
    }
    result = engine.optimize(engine.parse_request(json.dumps(body)), panel=panel)
    assert result.status == "optimal"
    assert result.certificate.kkt.worst <= 1e-6
    assert result.certificate.weight_sum_frac == 1.0
    variances = [point.volatility_annual_frac for point in result.frontier.points]
    assert variances == sorted(variances)


LIMITS = [
    [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}, {"kind": "min_holding", "min_frac": 0.02}],
    [
        {"kind": "position_bounds", "max_frac": 0.3, "short_max_frac": 0.1},
        {"kind": "long_short", "gross_max_frac": 1.5},
    ],
    [{"kind": "holdings_count", "max_count": 6}, {"kind": "sector_limit", "sector": "Health", "max_frac": 0.2}],
    [{"kind": "volatility_ceiling", "max_annual_frac": 0.2}, {"kind": "turnover", "max_frac": 0.5}],
]


@pytest.mark.parametrize("limits", LIMITS)
def test_a_result_built_without_checks_equals_the_checked_one(ask, limits):
    held = {"AAPL": 0.5, "KO": 0.5}
    result = ask({"kind": "max_sharpe"}, limits, current_weights=held, frontier_points_count=5)
    assert result.weights
    text = result.model_dump_json()
    again = OptimizationResult.model_validate_json(text)
    assert again == result
    assert again.model_dump_json() == text
    strict = OptimizationResult.model_validate(result.model_dump(), strict=False)
    assert strict == result
    for line in (*result.weights, *result.certificate.limits):
        assert type(line).model_validate(line.model_dump(), strict=True) == line
        assert line.model_fields_set == set(type(line).model_fields)
