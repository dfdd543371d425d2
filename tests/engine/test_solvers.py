"""Do the solvers agree, is a bad answer noticed, and does the next one take over?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.optimize import solvers
from engine.optimize.linear import solve_linear
from engine.optimize.rounding import RoundRow, round_weights
from engine.optimize.solvers import QpSession, QuadraticProgram, residuals


@pytest.fixture
def program() -> QuadraticProgram:
    rng = np.random.default_rng(1)
    mix = rng.normal(size=(30, 30))
    groups = np.array([(np.arange(30) % 3 == k).astype(float) for k in range(3)])
    return QuadraticProgram(
        mix @ mix.T / 30 + 0.1 * np.eye(30),
        rng.normal(size=30),
        np.vstack([np.ones(30), groups]),
        np.array([1.0, -np.inf, 0.3, -np.inf]),
        np.array([1.0, 0.4, np.inf, np.inf]),
        np.zeros(30),
        np.full(30, 0.2),
    )


@pytest.mark.parametrize("name", ["daqp", "piqp", "clarabel"])
def test_each_solver_meets_the_conditions_and_agrees_with_the_others(program, name):
    answer = solvers._COLD[name](program)
    assert answer.outcome == "solved"
    assert max(residuals(program, answer)) <= 1e-8
    np.testing.assert_allclose(answer.x, solvers._COLD["daqp"](program).x, atol=1e-7)


def test_a_solver_that_fails_or_lies_is_replaced_by_the_next(program, monkeypatch):
    true = QpSession(program).solve()

    def lies(own: QuadraticProgram):
        return replace(true, x=true.x + 0.01, solver="piqp")

    def fails(self: QpSession, own: QuadraticProgram):
        return replace(true, outcome="failed", solver="daqp")

    monkeypatch.setattr(QpSession, "_warm_solve", fails)
    monkeypatch.setitem(solvers._COLD, "piqp", lies)
    answer = QpSession(program).solve()
    assert answer.solver == "clarabel"
    assert answer.chain == ("daqp", "piqp", "clarabel")
    np.testing.assert_allclose(answer.x, true.x, atol=1e-7)


def test_a_false_verdict_of_infeasible_is_not_believed(program, monkeypatch):
    true = QpSession(program).solve()
    monkeypatch.setattr(QpSession, "_warm_solve", lambda self, own: replace(true, outcome="infeasible"))
    answer = QpSession(program).solve()
    assert answer.outcome == "solved"
    assert answer.chain == ("daqp", "piqp")


def test_a_true_verdict_of_infeasible_is_kept(program):
    assert QpSession(replace(program, upper=np.full(30, 0.03))).solve().outcome == "infeasible"


def test_warm_solves_equal_cold_solves(program):
    session = QpSession(program)
    for step in range(12):
        linear = program.linear * (1 + 0.2 * step)
        upper = np.full(30, 0.2 - 0.01 * step)
        warm = session.solve(linear=linear, upper=upper)
        cold = QpSession(replace(program, linear=linear, upper=upper)).solve()
        np.testing.assert_allclose(warm.x, cold.x, atol=1e-11)


def test_a_linear_program_states_value_and_multipliers(program):
    answer = solve_linear(
        program.linear, program.rows, program.row_lower, program.row_upper, program.lower, program.upper
    )
    assert answer.outcome == "solved"
    gradient = program.linear + program.rows.T @ answer.row_duals + answer.bound_duals
    assert np.abs(gradient).max() <= 1e-9
    duals = np.concatenate([answer.bound_duals, answer.row_duals])
    high = np.concatenate([program.upper, program.row_upper])
    low = np.concatenate([program.lower, program.row_lower])
    sides = np.where(duals > 0, high, np.where(duals < 0, low, 0.0))
    assert -float(duals @ sides) == pytest.approx(answer.value, rel=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_rounding_keeps_sum_bounds_and_rows(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 60))
    groups = [(np.arange(count) % 4 == k).astype(float) for k in range(4)]
    weights = rng.dirichlet(np.ones(count))
    rows = [RoundRow(group, -np.inf, float(group @ weights)) for group in groups[:2]]
    rows += [RoundRow(groups[2], float(groups[2] @ weights), np.inf)]
    slope = rng.normal(size=count)
    rows.append(RoundRow(slope, float(slope @ weights) - 1e-8, np.inf))
    rounded = round_weights(weights, np.zeros(count), np.minimum(weights + 1e-8, 1.0), 1.0, rows)
    assert rounded.units.sum() == 100_000_000
    assert np.abs(rounded.weights_frac - weights).max() <= 1e-6
    if rounded.is_inside:
        for row in rows:
            value = float(row.coefficients @ rounded.units)
            assert row.lower_frac * 1e8 - 1e-3 <= value <= row.upper_frac * 1e8 + 1e-3


def test_rounding_says_when_no_steps_fit():
    third = np.full(3, 1.0 / 3.0)
    rounded = round_weights(third, np.zeros(3), third, 1.0)
    assert not rounded.is_inside
    assert rounded.is_to_a_step
    assert sorted(rounded.units.tolist()) == [33_333_333, 33_333_333, 33_333_334]


@pytest.mark.parametrize("side", [0.1234567891, 0.12345678, 1.0 / 7.0])
def test_a_position_fixed_beside_the_grid_goes_to_the_nearest_step(side):
    fixed = np.array([side, 0.0, 0.0])
    exact = np.array([side, 0.5, 0.5 - side])
    rounded = round_weights(exact, fixed, np.where(fixed > 0.0, fixed, 1.0), 1.0)
    assert rounded.is_to_a_step
    assert rounded.is_inside == (side == 0.12345678)
    assert rounded.units[0] == round(side * 1e8)


def test_steps_left_over_by_caps_beside_the_grid_go_to_nobody_who_holds_nothing():
    exact = np.array([0.0, 1.0, 1.0, 1.0, 0.0]) / 3.0
    rounded = round_weights(exact, np.zeros(5), np.full(5, 1.0 / 3.0), 1.0)
    assert (rounded.units[[0, 4]] == 0).all()
    assert (rounded.is_inside, rounded.is_to_a_step) == (False, True)
    on_the_grid = round_weights(exact, np.zeros(5), np.full(5, 0.33333333), 1.0)  # such a cap is never passed
    assert on_the_grid.is_inside
    assert on_the_grid.units.max() == 33_333_333


def test_a_sector_fixed_beside_the_grid_is_kept_to_a_step_and_a_curved_row_is_not():
    exact = np.array([0.1, 0.0234567891, 0.8765432109])
    sector = RoundRow(np.array([1.0, 1.0, 0.0]), 0.1234567891, 0.1234567891)
    rounded = round_weights(exact, np.zeros(3), np.ones(3), 1.0, [sector])
    assert (rounded.is_inside, rounded.is_to_a_step) == (False, True)
    assert abs(int(rounded.units[:2].sum()) - 12_345_678.91) < 1.0
    bent = RoundRow(np.array([0.3, 0.4, 0.0]), float(0.03 + 0.4 * 0.0234567891) - 1e-13, 0.03 + 0.4 * 0.0234567891)
    assert not round_weights(exact, exact, exact, 1.0, [bent]).is_to_a_step
