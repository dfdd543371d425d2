"""Does the portfolio that is recommended along a frontier keep the request's limits, or is it said what it breaks?"""

from __future__ import annotations

import math
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.constraints import CONSTRAINTS
from engine.frontier.left_out import LINEAR, VOLATILITY, LeftOut, left_out_of
from engine.frontier.result import FrontierResult
from engine.kernel.errors import InputRefused
from engine.pareto.recommend import ClientRisk, Recommendation, loss_of, recommend_on_frontier
from tests.engine.pareto_worlds import COUNT, NAMES, body, figures, panel

MEANS, COVARIANCE, _, _ = figures()
CAP = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}


def _asked(*limits: dict[str, Any]) -> engine.OptimizationRequest:
    base = body()
    for field in ("objectives", "points_count", "effort"):
        del base[field]
    return engine.parse_request({**base, "objective": {"kind": "min_volatility"}, "constraints": [CAP, *limits]})


def _ceiling(most: float, **more: Any) -> dict[str, Any]:
    return {"kind": "volatility_ceiling", "max_annual_frac": most, **more}


@pytest.fixture(scope="module")
def frontier() -> FrontierResult:
    return engine.frontier(_asked())


def _client(tolerance: float = 5.0, capacity: float = 1.0) -> ClientRisk:
    return ClientRisk(risk_tolerance=tolerance, horizon_years=10.0, loss_capacity_frac=capacity)


def _risk(weights: Any) -> float:
    return float(np.sqrt(np.array(weights) @ COVARIANCE @ np.array(weights)))


def _mixed(frontier: FrontierResult, found: Recommendation) -> np.ndarray:
    """Return the weights at the place that a recommendation names."""
    corners = np.array([corner.weights_frac for corner in frontier.corners])
    after = corners[min(found.point_place + 1, len(corners) - 1)]
    return np.asarray((1.0 - found.mix_frac) * corners[found.point_place] + found.mix_frac * after)


def _best_by_cone_program(most: float, tolerance: float) -> float:
    """Return the highest utility under the cap and the ceiling."""
    weights, root = cp.Variable(COUNT), np.linalg.cholesky(COVARIANCE).T
    goal = MEANS @ weights - 0.5 * 2.0 ** (5.0 - tolerance) * cp.sum_squares(root @ weights)
    limits = [weights >= 0.0, weights <= 0.4, cp.sum(weights) == 1.0, cp.norm(root @ weights) <= most]
    problem = cp.Problem(cp.Maximize(goal), limits)
    problem.solve(solver="CLARABEL")
    return float(problem.value)


@pytest.mark.requirement("1.2.A6", "1.2.D5")
@pytest.mark.parametrize("tolerance", [1.0, 3.0, 5.0])
@pytest.mark.parametrize("most", [0.038, 0.05, 0.08, 0.2])
def test_a_ceiling_on_volatility_ends_the_frontier_exactly(
    frontier: FrontierResult, most: float, tolerance: float
) -> None:
    found = recommend_on_frontier(_client(tolerance), frontier, _asked(_ceiling(most)))
    assert found.volatility_annual_frac <= most + 1e-12
    assert _risk(found.weights_frac) == pytest.approx(found.volatility_annual_frac, abs=1e-9)
    assert np.abs(_mixed(frontier, found) - np.array(found.weights_frac)).max() < 1e-12
    own = found.return_annual_frac - 0.5 * 2.0 ** (5.0 - tolerance) * found.volatility_annual_frac**2
    assert own == pytest.approx(_best_by_cone_program(most, tolerance), abs=1e-7)
    if found.volatility_annual_frac > most - 1e-9:
        assert found.decided_by == "limits"
        assert "at the volatility ceiling of " in found.sentence
    assert found.limits_broken == found.limits_unmeasured == ()


def test_ceiling_and_capacity_bound_together(frontier: FrontierResult) -> None:
    asked = _asked(_ceiling(0.08))
    bound = recommend_on_frontier(_client(5.0, 0.05), frontier, asked)
    assert bound.decided_by == "loss_capacity"
    assert bound.volatility_annual_frac < 0.08
    assert loss_of(np.array([bound.return_annual_frac]), np.array([bound.volatility_annual_frac]), 10.0)[0] <= 0.05
    wide = recommend_on_frontier(_client(5.0, 0.3), frontier, asked)
    assert (wide.decided_by, wide.volatility_max_annual_frac) == ("limits", pytest.approx(0.08, abs=1e-12))


def test_a_ceiling_that_the_whole_frontier_keeps_changes_nothing(frontier: FrontierResult) -> None:
    end = frontier.corners[-1].volatility_annual_frac
    plain = recommend_on_frontier(_client(), frontier, _asked())
    assert recommend_on_frontier(_client(), frontier, _asked(_ceiling(end))) == plain
    assert plain.volatility_annual_frac > 0.08  # so that the ceilings above bind


@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_ceiling_at_a_corner_ends_there(frontier: FrontierResult, place: int) -> None:
    corner = frontier.corners[place]
    found = recommend_on_frontier(_client(), frontier, _asked(_ceiling(corner.volatility_annual_frac)))
    assert np.abs(np.array(found.weights_frac) - np.array(corner.weights_frac)).max() < 1e-6


def test_where_no_portfolio_keeps_the_ceiling_none_is_recommended_unless_it_is_soft(frontier: FrontierResult) -> None:
    with pytest.raises(InputRefused, match=r"no portfolio of the frontier has less than 3\.33%"):
        recommend_on_frontier(_client(), frontier, _asked(_ceiling(0.02)))
    soft = recommend_on_frontier(_client(), frontier, _asked(_ceiling(0.02, is_soft=True)))
    assert (soft.point_place, soft.mix_frac) == (0, 0.0)
    assert soft.sentence.endswith("The soft volatility ceiling of 2% gives way: no portfolio on the frontier keeps it.")


def test_between_points_that_were_solved_for_alone_the_ceiling_is_kept_too(frontier: FrontierResult) -> None:
    loose = frontier.model_copy(update={"is_exact": False, "between_variances_annual": ()})
    found = recommend_on_frontier(_client(), loose, _asked(_ceiling(0.08)))
    assert _risk(found.weights_frac) <= 0.08 + 1e-12
    assert _risk(found.weights_frac) > 0.07


LEFT_OUT = (
    {"kind": "tracking_error", "max_annual_frac": 0.01},
    {"kind": "holdings_count", "max_count": 3},
    {"kind": "min_holding", "min_frac": 0.1},
    {"kind": "min_trade", "min_frac": 0.09},
)


@pytest.mark.requirement("1.2.D5")
def test_what_a_frontier_leaves_out_is_measured_on_the_portfolio_or_named(frontier: FrontierResult) -> None:
    asked = _asked(*LEFT_OUT)
    named = recommend_on_frontier(_client(2.0), frontier, asked)
    assert named.limits_unmeasured == ("Tracking error", "Number of holdings", "Zero or at least", "Smallest trade")
    assert "this portfolio may break: Tracking error, Number of holdings, Zero or at least and " in named.sentence
    found = recommend_on_frontier(_client(2.0), frontier, asked, LeftOut.of(asked).broken_by)
    weights = np.array(found.weights_frac)
    held = int((weights > 1e-6).sum())
    active = 100.0 * _risk(weights - 1.0 / COUNT)
    assert found.limits_unmeasured == ()
    assert found.limits_broken[0] == f"Tracking error of {active:.2f}%, at most 1%"
    assert found.limits_broken[1].endswith(" held with less than 10%")
    assert found.limits_broken[2].endswith(" traded by less than 9%")
    assert found.limits_broken[3] == f"{held} holdings, at most 3"
    assert "It breaks limits of the request that the frontier leaves out: Tracking error of " in found.sentence


def test_of_limits_that_the_portfolio_keeps_nothing_is_said(frontier: FrontierResult) -> None:
    wide = _asked({"kind": "tracking_error", "max_annual_frac": 0.5}, {"kind": "holdings_count", "max_count": 11})
    found = recommend_on_frontier(_client(2.0), frontier, wide, LeftOut.of(wide).broken_by)
    plain = recommend_on_frontier(_client(2.0), frontier, _asked())
    assert (found.limits_broken, found.sentence) == ((), plain.sentence)


def test_losses_of_the_history_and_the_least_number_are_measured() -> None:
    returns = panel()
    limits = [
        {"kind": "cvar_ceiling", "level": 0.9, "max_frac": 0.005},
        {"kind": "drawdown_ceiling", "max_frac": 0.5},
        {"kind": "holdings_count", "min_count": 4},
    ]
    asked = engine.parse_request(
        {"asset_ids": list(NAMES[:6]), "objective": {"kind": "max_sharpe"}, "constraints": limits}
    )
    left_out = LeftOut.of(asked, panel=returns)
    weights = np.array([0.5, 0.49995, 0.00005, 0.0, 0.0, 0.0])
    worst = np.sort(returns.returns_frac @ weights)[: math.ceil(0.1 * 150)]
    cvar, count = left_out.broken_by(weights)
    assert cvar == f"CVaR at 90% of {-100.0 * worst.mean():.2f}%, at most 0.5%"
    assert count == "2 holdings, at least 4"


def test_every_kind_of_limit_is_on_the_frontier_or_known_to_be_left_out() -> None:
    whole = {"holdings_count", "min_holding", "min_trade", "round_lots"}
    curved = {"tracking_error", "cvar_ceiling", "cdar_ceiling", "drawdown_ceiling"}
    assert set(CONSTRAINTS.kinds()) == {*LINEAR, VOLATILITY, *whole, *curved}
    assert left_out_of(_asked(_ceiling(0.1)).constraints) == ()
