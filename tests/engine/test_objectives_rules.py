"""Do rules and risk budgets give what their formulas say, within limits too, and say so where they cannot?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.constraints.budget import Budget
from engine.constraints.long_short import LongShort
from engine.constraints.position_bounds import PositionBounds
from engine.constraints.sector_limit import SectorLimit
from engine.constraints.turnover import Turnover
from engine.constraints.volatility_ceiling import VolatilityCeiling
from engine.kernel.forms import RiskBudgetGoal, RuleGoal, VarianceGoal
from engine.objectives import OBJECTIVES
from engine.objectives.hierarchical_risk_parity import HierarchicalRiskParity, HierarchyGoal
from engine.objectives.risk_parity import RiskParity
from engine.optimize import risk_budget
from engine.optimize.budget_curved import solve_logs_only
from engine.optimize.risk_budget import risk_contributions, solve_risk_budget
from engine.optimize.roads import road
from engine.optimize.rule_core import RuleCore
from engine.optimize.rules import hierarchical_weights, solve_rule
from tests.engine.rule_cores import core_of, solved

EQUAL = RuleGoal("equal_weight")
INVERSE = RuleGoal("inverse_volatility")
WARD = HierarchyGoal("hierarchical_risk_parity")
PARITY = RiskBudgetGoal()
SETTINGS = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def covariance_of(count, seed=0, own=0.02):
    rng = np.random.default_rng(seed)
    loadings = rng.normal(0.1, 0.1, (count, 4))
    return loadings @ loadings.T + np.diag(rng.uniform(0.2, 1.8, count) * own)


def bounds(max_frac, **fields):
    return PositionBounds(**{"min_frac": 0.0, "max_frac": max_frac, **fields})


def refusal(core, goal):
    answer = core.solve(goal)
    assert answer.weights_frac is None
    status, why = answer.refusal
    assert why.message.endswith(".")
    assert why.advice.endswith(".")
    return status, why.message


# ---- risk budgets without limits


def test_two_assets_share_the_risk_by_inverse_volatility():
    for correlation in (-0.9, 0.0, 0.5, 1.0):
        spread = np.array([0.1, 0.3])
        covariance = np.array([[0.01, correlation * 0.03], [correlation * 0.03, 0.09]])
        weights = solved(core_of(covariance), PARITY).weights_frac
        assert np.abs(weights - (1 / spread) / (1 / spread).sum()).max() <= 1e-12


def test_equal_correlations_make_risk_parity_inverse_volatility():
    rng = np.random.default_rng(3)
    spread = rng.uniform(0.05, 0.5, 12)
    covariance = np.outer(spread, spread) * (0.3 + 0.7 * np.eye(12))
    parity = solved(core_of(covariance), PARITY).weights_frac
    inverse = solved(core_of(covariance, INVERSE), INVERSE).weights_frac
    assert np.abs(parity - inverse).max() <= 1e-12


def test_uncorrelated_budgets_have_a_closed_form():
    variances = np.array([0.01, 0.04, 0.09, 0.16])
    shares = {"A0": 0.4, "A1": 0.3, "A2": 0.2, "A3": 0.1}
    goal = RiskBudgetGoal(shares)
    weights = solved(core_of(np.diag(variances), goal), goal).weights_frac
    expected = np.sqrt(np.array(list(shares.values())) / variances)
    assert np.abs(weights - expected / expected.sum()).max() <= 1e-12


@pytest.mark.parametrize("count", [1, 2, 20, 100, 500])
def test_contributions_are_the_budgets(count):
    covariance = covariance_of(count, seed=count)
    rng = np.random.default_rng(count)
    shares = rng.uniform(0.1, 2.0, count)
    goal = RiskBudgetGoal({f"A{i}": float(share) for i, share in enumerate(shares / shares.sum())})
    answer = solved(core_of(covariance, goal), goal)
    contributions = risk_contributions(answer.weights_frac, covariance)
    assert contributions.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.abs(contributions - answer.budgets_frac).max() <= 1e-10


def test_agrees_with_skfolio(panel):
    from skfolio.optimization import RiskBudgeting

    returns = panel.returns_frac[-1260:]
    covariance = np.cov(returns.T) * 252
    shares = np.linspace(1.0, 3.0, len(covariance))
    goal = RiskBudgetGoal({f"A{i}": float(s) for i, s in enumerate(shares / shares.sum())})
    weights = solved(core_of(covariance, goal), goal).weights_frac
    theirs = RiskBudgeting(risk_budget=shares).fit(returns).weights_
    assert np.abs(weights - theirs).max() <= 1e-5


def test_agrees_with_skfolio_within_limits(panel):
    from skfolio.optimization import RiskBudgeting

    returns = panel.returns_frac[-1260:]
    covariance = np.cov(returns.T) * 252
    limits = (bounds(0.06), SectorLimit(sector="S0", max_frac=0.3))
    core = core_of(covariance, PARITY, limits)
    answer = solved(core, PARITY)
    groups = [[f"S{i % 3}" for i in range(len(covariance))]]
    model = RiskBudgeting(max_weights=0.06, groups=groups, linear_constraints=["S0 <= 0.3"])
    theirs = model.fit(returns).weights_
    assert np.abs(answer.weights_frac - theirs).max() <= 1e-5
    assert answer.objective <= core.score(PARITY, theirs / theirs.sum()) * (1 + 1e-7)


def test_a_budget_of_zero_is_a_weight_of_zero():
    goal = RiskBudgetGoal({"A0": 0.5, "A2": 0.5, "A3": 0.0})
    answer = solved(core_of(covariance_of(5), goal), goal)
    assert (answer.weights_frac[[1, 3, 4]] == 0.0).all()
    assert np.abs(risk_contributions(answer.weights_frac, covariance_of(5))[[0, 2]] - 0.5).max() <= 1e-12
    assert any("A1, A3 and A4" in note for note in answer.notes)


def test_the_budget_scales_the_weights():
    core = core_of(covariance_of(6), PARITY, (Budget(net_frac=0.6),))
    whole = solved(core_of(covariance_of(6)), PARITY).weights_frac
    assert np.abs(solved(core, PARITY).weights_frac - 0.6 * whole).max() <= 1e-12


def test_duplicates_share_and_hedges_count_negative():
    covariance = covariance_of(4)
    covariance[1], covariance[:, 1] = covariance[0], covariance[:, 0].copy()
    covariance[1, 1] = covariance[0, 1] = covariance[1, 0] = covariance[0, 0]
    weights = solved(core_of(covariance), PARITY).weights_frac
    assert weights[0] == pytest.approx(weights[1], abs=1e-12)
    parts = risk_contributions(np.array([1.0, -0.5]), np.array([[0.04, 0.03], [0.03, 0.04]]))
    assert parts[1] < 0.0
    assert parts.sum() == pytest.approx(1.0)
    assert (risk_contributions(np.array([1.0, 0.0]), np.zeros((2, 2))) == 0.0).all()


@SETTINGS
@given(st.integers(1, 30), st.integers(0, 2**32 - 1), st.sampled_from([1e-2, 1e-5, 1e-8, 0.0]))
def test_any_covariance_has_its_budgets_or_a_reason(count, seed, own):
    rng = np.random.default_rng(seed)
    spread = rng.uniform(0.02, 0.6, count)
    loadings = rng.normal(size=(count, 3))
    covariance = loadings @ loadings.T + own * np.eye(count)
    covariance *= np.outer(spread, spread)
    answer = core_of(covariance).solve(PARITY)
    if answer.outcome == "solved":
        assert (answer.weights_frac > 0.0).all()
        assert np.abs(risk_contributions(answer.weights_frac, covariance) - 1 / count).max() <= 1e-7
    else:
        assert "no measured risk" in answer.refusal[1].message
        assert own <= 1e-5


# ---- risk budgets within limits


@SETTINGS
@given(st.integers(3, 25), st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_limits_are_kept_and_proven(count, seed, has_turnover, has_floor):
    rng = np.random.default_rng(seed)
    covariance = covariance_of(count, seed, own=float(rng.choice([0.05, 1e-4])))
    current = rng.dirichlet(np.ones(count))
    limits = [
        bounds(min(1.0, 1.5 / count), min_frac=0.2 / count if has_floor else 0.0),
        SectorLimit(sector="S1", max_frac=0.45),
    ]
    if has_turnover:
        limits.append(Turnover(max_frac=0.4))
    core = core_of(covariance, PARITY, tuple(limits), current)
    answer = core.solve(PARITY)
    if answer.outcome != "solved":
        assert core.best_return().outcome == "infeasible"
        return
    answer = solved(core, PARITY)
    exact = core.road.exact
    if np.abs(answer.weights_frac - exact).max() > 1e-6:
        assert any("instead of" in note for note in answer.notes)
    # no nearby portfolio within the limits is better
    other = solved(RuleCore(core.estimates, core.limits, 0.0, EQUAL), EQUAL).weights_frac
    for share in (1e-3, 0.1, 1.0):
        mixed = answer.weights_frac + share * (other - answer.weights_frac)
        assert core.score(PARITY, mixed) >= answer.objective * (1 - 1e-9)


def test_the_second_solver_agrees(monkeypatch):
    core = core_of(covariance_of(15), PARITY, (bounds(0.08),))
    first = solved(core, PARITY)
    monkeypatch.setattr(risk_budget, "ROADS", (("newton", lambda *_: None), ("clarabel", solve_logs_only)))
    second = core.solve(PARITY)
    assert second.chain == ("newton", "clarabel")
    assert np.abs(first.weights_frac - second.weights_frac).max() <= 1e-6
    assert np.abs(first.row_duals - second.row_duals).max() <= 1e-4 * np.abs(first.row_duals).max()


def test_a_single_possible_portfolio_is_found():
    core = core_of(covariance_of(4), PARITY, (bounds(0.25),))
    answer = core.solve(PARITY)
    assert np.abs(answer.weights_frac - 0.25).max() <= 1e-9


@pytest.mark.parametrize("goal", [PARITY, EQUAL, INVERSE, WARD])
def test_prices_are_finite_differences(goal):
    covariance, step = covariance_of(9, 5), 1e-6

    def at(most):
        limits = (bounds(0.2), SectorLimit(sector="S0", max_frac=most))
        core = core_of(covariance, goal, limits)
        return core, solved(core, goal)

    most = 0.22
    core, answer = at(most)
    prices = core.prices(goal, answer)
    row = core.lifted.names.index(core.limits.rows[0].name)
    change = (at(most + step)[1].objective - at(most - step)[1].objective) / (2 * step)
    assert prices.rows[row] == pytest.approx(change, rel=1e-4)
    assert change < 0.0


def test_a_large_universe_within_limits():
    core = core_of(covariance_of(500), PARITY, (bounds(0.0025),))
    solved(core, PARITY)


def test_reasons_are_stated():
    covariance = covariance_of(4)
    flat = covariance.copy()
    flat[2], flat[:, 2] = 0.0, 0.0
    opposite = np.array([[0.04, -0.04], [-0.04, 0.04]])
    goal = RiskBudgetGoal({"A0": 0.5, "A1": 0.5})
    zero = bounds(0.0, assets=("A0",))
    closed = SectorLimit(sector="S0", max_frac=0.0)
    long_short = LongShort(gross_max_frac=1.6, short_max_frac=0.3)
    held = bounds(0.3)
    cases = [
        (core_of(flat), PARITY, "unsuitable", "No risk is measured for A2"),
        (core_of(opposite), PARITY, "unsuitable", "no measured risk"),
        (core_of(np.zeros((1, 1))), PARITY, "unsuitable", "No risk is measured for A0"),
        (core_of(covariance, PARITY, (long_short,)), PARITY, "unsuitable", "long positions"),
        (core_of(covariance, goal, (zero,)), goal, "infeasible", "risk budget of A0 is 50%"),
        (core_of(covariance, PARITY, (closed,)), PARITY, "infeasible", "no room for A0 and A3"),
        (core_of(covariance, goal, (held,)), goal, "infeasible", "demand more of A2 and A3"),
        (core_of(covariance, PARITY, (Budget(net_frac=0.0), long_short)), PARITY, "unsuitable", "sum to 0%"),
    ]
    unknown = RiskBudgetGoal({"ZZZ": 1.0})
    cases.append((core_of(covariance, unknown), unknown, "unsuitable", "ZZZ"))
    ceiling = (VolatilityCeiling(max_annual_frac=0.01),)
    cases.append((core_of(covariance, PARITY, ceiling), PARITY, "unsuitable", "ceiling"))
    cases.append((core_of(flat, INVERSE), INVERSE, "unsuitable", "No volatility is measured for A2"))
    cases.append((core_of(flat, WARD), WARD, "unsuitable", "No volatility is measured for A2"))
    for core, asked, status, words in cases:
        found, message = refusal(core, asked)
        assert found == status, message
        assert words in message, message


def test_a_barred_asset_leaves_its_share_to_the_others():
    covariance = covariance_of(5)
    covariance[0], covariance[:, 0] = 0.0, 0.0
    limits = (bounds(0.0, assets=("A0",)),)
    for goal in (PARITY, INVERSE, WARD, EQUAL):
        answer = solved(core_of(covariance, goal, limits), goal)
        alone = solved(core_of(covariance[1:, 1:], goal), goal)
        assert np.abs(answer.weights_frac[1:] - alone.weights_frac).max() <= 1e-10
        assert any("A0" in note for note in answer.notes)


def test_a_box_without_a_budgeted_asset_is_infeasible_alone():
    core = core_of(covariance_of(4))
    lower, upper = np.zeros(4), np.array([1.0, 1.0, 0.0, 1.0])
    assert core.solve(PARITY, core.lifted.bounds(lower, upper)).outcome == "infeasible"
    assert core.score(PARITY, np.array([0.5, 0.5, 0.0, 0.0])) == np.inf


# ---- rules


def test_rules_of_one_and_two_assets():
    for count in (1, 2):
        covariance = np.diag([0.04, 0.16][:count])
        for goal, expected in ((EQUAL, [1, 1]), (INVERSE, [2, 1]), (WARD, [4, 1])):
            weights = solved(core_of(covariance, goal), goal).weights_frac
            assert np.abs(weights - np.array(expected[:count]) / sum(expected[:count])).max() <= 1e-12


def test_opposite_assets_split_evenly():
    assert np.allclose(hierarchical_weights(np.array([[0.04, -0.04], [-0.04, 0.04]])), 0.5)


@SETTINGS
@given(st.integers(2, 30), st.integers(0, 2**32 - 1), st.sampled_from([EQUAL, INVERSE, WARD]), st.booleans())
def test_the_nearest_portfolio_is_the_projection(count, seed, goal, has_shorts):
    rng = np.random.default_rng(seed)
    limits = [
        bounds(min(1.0, 1.2 / count)),
        SectorLimit(sector="S0", max_frac=0.3),
        Turnover(max_frac=0.5),
    ]
    if has_shorts:
        limits.append(LongShort(gross_max_frac=1.4, short_max_frac=0.2))
    core = core_of(covariance_of(count, seed), goal, tuple(limits), rng.dirichlet(np.ones(count)))
    answer = core.solve(goal)
    if answer.outcome != "solved":
        assert core.best_return().outcome == "infeasible"
        return
    answer = solved(core, goal)
    if answer.objective > 1e-6:
        assert any("The limits move" in note for note in answer.notes)
        least = core.solve(VarianceGoal()).weights_frac
        away = answer.weights_frac - answer.target_frac
        assert away @ (least - answer.weights_frac) >= -1e-9
    assert solve_rule(core, goal).objective == pytest.approx(answer.objective, abs=1e-9)


def test_a_cap_moves_equal_parts_of_the_rest():
    limits = (bounds(0.1, assets=("A0",)),)
    answer = solved(core_of(covariance_of(4), EQUAL, limits), EQUAL)
    assert np.abs(answer.weights_frac - [0.1, 0.3, 0.3, 0.3]).max() <= 1e-10
    assert answer.notes == (
        "The limits move 15% of the capital away from equal weight; the largest change is A0, from 25% to 10%.",
    )


def test_equal_correlations_make_maximum_diversification_inverse_volatility():
    spread = np.random.default_rng(4).uniform(0.05, 0.5, 10)
    covariance = np.outer(spread, spread) * (0.4 + 0.6 * np.eye(10))
    known = core_of(covariance, INVERSE)
    core, goal = road(known.estimates, known.limits, 0.0, OBJECTIVES.get("max_diversification")().compile(), None)
    assert np.abs(core.solve(goal).weights_frac - solved(known, INVERSE).weights_frac).max() <= 1e-9


def test_no_budget_but_a_minimum_is_held_at_the_minimum():
    goal = RiskBudgetGoal({"A0": 0.6, "A1": 0.4})
    answer = solved(core_of(covariance_of(4), goal, (bounds(1.0, min_frac=0.01),)), goal)
    assert np.abs(answer.weights_frac[2:] - 0.01).max() <= 1e-12
    assert any("Held at the minimum position" in note for note in answer.notes)


def test_the_module_s_functions_are_the_core_s():
    core = core_of(covariance_of(5))
    assert (solve_risk_budget(core, RiskParity().compile()).weights_frac == core.solve(PARITY).weights_frac).all()
    goal = HierarchicalRiskParity().compile()
    assert goal == WARD
    assert np.abs(solve_rule(core, goal).weights_frac - hierarchical_weights(covariance_of(5))).max() <= 1e-15
