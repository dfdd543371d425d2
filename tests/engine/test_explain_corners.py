"""Where more limits meet at a corner than it takes, is a price stated for the one way that it holds, and no range?"""

from __future__ import annotations

import json
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.explain.solve import DEGENERATE

GOAL = {"kind": "max_return", "volatility_max_annual_frac": 0.9}  # so high that return alone decides
RETURNS = [0.05, 0.04, 0.03, 0.02]


def request(*limits: dict[str, Any]) -> Any:
    count = len(RETURNS)
    body = {
        "problem": {
            "assets": [f"A{i}" for i in range(count)],
            "expected_returns_frac": RETURNS,
            "covariance": [[0.04 if i == j else 0.01 for j in range(count)] for i in range(count)],
            "periods_per_year": 1,
            "sectors": {f"A{i}": f"S{i % 2}" for i in range(count)},
        },
        "objective": GOAL,
        "constraints": limits,
        "frontier_points_count": 0,
    }
    return engine.OptimizationRequest.model_validate_json(json.dumps(body))


def capped(most: float, *more: dict[str, Any]) -> Any:
    return request({"kind": "position_bounds", "min_frac": 0.0, "max_frac": most}, *more)


def earned(asked: Any) -> float:
    return float(engine.optimize(asked).metrics.return_annual_frac)


def test_two_caps_that_fill_the_budget_have_a_price_upwards_and_no_range() -> None:
    found = engine.explain(capped(0.5), has_required_returns=False)
    assert found.ranges_gap == DEGENERATE
    assert DEGENERATE in found.notes
    assert [price.has_range for price in found.prices] == [False, False]
    price = next(one for one in found.prices if one.is_upper)
    step = 0.01
    up = (earned(capped(0.5 + step)) - earned(capped(0.5))) / step
    down = (earned(capped(0.5)) - earned(capped(0.5 - step))) / step
    assert price.price == pytest.approx(up, abs=1e-6)
    assert down - up > 0.01  # one price for both ways would be wrong by more than a percentage point


@pytest.mark.parametrize("sectors", [("S0",), ("S0", "S1")])
def test_sectors_that_meet_the_caps_at_the_same_corner_state_no_range_either(sectors: tuple[str, ...]) -> None:
    more = [{"kind": "sector_limit", "sector": name, "max_frac": 0.5} for name in sectors]
    found = engine.explain(capped(0.5, *more), has_required_returns=False)
    assert found.ranges_gap == DEGENERATE
    assert not any(price.has_range for price in found.prices)
    for line in found.weights:
        terms = [line.reward, line.risk, line.costs, line.bound, *(one.amount for one in line.limits)]
        assert sum(terms) == pytest.approx(0.0, abs=1e-12)


def test_a_corner_where_no_limit_is_too_many_has_one_price_for_both_ways() -> None:
    found = engine.explain(capped(0.4), has_required_returns=False)
    assert found.ranges_gap is None
    price = next(one for one in found.prices if one.is_upper)
    assert (price.holds_from, price.holds_to) == pytest.approx((1.0 / 3.0, 0.5))
    for side in (0.34, 0.49):
        slope = (earned(capped(side)) - earned(capped(0.4))) / (side - 0.4)
        assert price.price == pytest.approx(slope, abs=1e-6)
    beyond = (earned(capped(0.55)) - earned(capped(0.5))) / 0.05
    assert abs(beyond - price.price) > 0.005


def touched(seed: int, goal: dict[str, Any]) -> Any:
    """Return a world in which one asset stands exactly at its largest weight, that does not press on it."""
    rng = np.random.default_rng(seed)
    count = 4
    spread = rng.normal(size=(count, count + 2))
    covariance = spread @ spread.T * 0.01 / count + np.eye(count) * 0.01
    means = rng.uniform(0.03, 0.15, count)

    def made(most: float = 0.4, *more: dict[str, Any]) -> Any:
        body = {
            "problem": {
                "assets": [f"A{i}" for i in range(count)],
                "expected_returns_frac": means.tolist(),
                "covariance": covariance.tolist(),
                "periods_per_year": 1,
                "sectors": {f"A{i}": f"S{i % 2}" for i in range(count)},
            },
            "objective": goal,
            "constraints": [
                {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.7},
                {"kind": "sector_limit", "sector": "S0", "max_frac": most},
                *more,
            ],
            "frontier_points_count": 0,
        }
        return engine.OptimizationRequest.model_validate_json(json.dumps(body))

    return made


def held(asked: Any) -> tuple[float, ...] | None:
    """Return which bounds press, None where no portfolio is left."""
    found = engine.explain(asked, has_required_returns=False)
    return tuple(np.sign(np.round(line.bound, 9)) for line in found.weights) or None


@pytest.mark.parametrize(
    ("seed", "goal"),
    [
        (108, {"kind": "max_return", "volatility_max_annual_frac": 0.14}),  # the ceiling cannot be met any more
        (265, {"kind": "max_sharpe"}),  # the weight leaves its bound, and comes back to it
    ],
    ids=["no-way-on", "met-again"],
)
def test_a_range_ends_where_a_limit_that_only_touches_is_met_again_or_nothing_is_left(
    seed: int, goal: dict[str, Any]
) -> None:
    made = touched(seed, goal)
    weights = [line.weight_frac for line in engine.explain(made(), has_required_returns=False).weights]
    inner = [at for at, weight in enumerate(weights) if 0.02 < weight < 0.68]
    at = inner[-1] if seed % 2 else inner[0]
    own = {"kind": "position_bounds", "assets": [f"A{at}"], "min_frac": 0.0, "max_frac": weights[at]}
    found = engine.explain(made(0.4, own), has_required_returns=False)
    price = next(one for one in found.prices if one.kind == "sector_limit")
    assert price.has_range
    ends = [end for end in (price.holds_from, price.holds_to) if end is not None and abs(end - 0.4) > 1e-6]
    assert ends
    for end in ends:
        near, far, beyond = (made(0.4 + share * (end - 0.4), own) for share in (0.02, 0.95, 1.05))
        assert held(near) == held(far)
        assert held(beyond) != held(near)


def test_a_ceiling_with_room_plays_no_part_after_a_search_over_whole_positions() -> None:
    goal = {"kind": "max_sharpe"}
    count = {"kind": "holdings_count", "max_count": 3}
    free = engine.explain(touched(3, goal)(0.4, count), has_required_returns=False)
    risk = engine.optimize(touched(3, goal)(0.4, count)).metrics.volatility_annual_frac
    idle = {"kind": "volatility_ceiling", "max_annual_frac": risk * 1.002}
    found = engine.explain(touched(3, goal)(0.4, count, idle), has_required_returns=False)
    assert found.ranges_gap == free.ranges_gap
    assert [price.name for price in found.prices] == [price.name for price in free.prices]
    assert "volatility_ceiling" not in {term.kind for line in found.weights for term in line.limits}
    tight = {"kind": "volatility_ceiling", "max_annual_frac": risk * 0.99}
    pressed = engine.explain(touched(3, goal)(0.4, count, tight), has_required_returns=False)
    assert "volatility_ceiling" in {price.kind for price in pressed.prices}


def sharpe_capped(most: float, *more: dict[str, Any]) -> Any:
    """Ask for the best Sharpe ratio of assets of which one earns so little that its floor of zero presses."""
    body = json.loads(capped(most, *more).model_dump_json())
    body["objective"] = {"kind": "max_sharpe"}
    body["problem"]["expected_returns_frac"] = [0.10, 0.08, 0.06, 0.0]
    return engine.OptimizationRequest.model_validate_json(json.dumps(body))


@pytest.mark.parametrize("most", [0.4, 0.6])
def test_a_floor_costs_what_a_direct_solve_without_it_and_with_the_cap_kept_says(most: float) -> None:
    asked = sharpe_capped(most)
    found = engine.explain(asked, has_required_returns=False)
    floor = next(price for price in found.prices if not price.is_upper)
    means, covariance = np.array([0.10, 0.08, 0.06, 0.0]), np.full((4, 4), 0.01) + 0.03 * np.eye(4)
    ratios = []
    for least in (0.0, None):  # on y = w t with means y = 1 the ratio is 1 / volatility of y
        y = cp.Variable(4)
        limits = [means @ y == 1.0, y <= most * cp.sum(y), cp.sum(y) >= 0.0]
        limits += [] if least is None else [y >= least]
        cp.Problem(cp.Minimize(cp.quad_form(y, covariance)), limits).solve(solver=cp.CLARABEL)
        ratios.append(1.0 / float(np.sqrt(y.value @ covariance @ y.value)))
    assert floor.figure_cost is not None
    assert floor.figure_cost == pytest.approx(ratios[1] - ratios[0], abs=1e-6)
    assert floor.figure_cost > 0.01


def test_a_floor_without_a_cap_on_every_position_has_no_whole_cost() -> None:
    found = engine.explain(sharpe_capped(1.0), has_required_returns=False)
    floors = [price for price in found.prices if not price.is_upper]
    assert [price.figure_cost for price in floors] == [None]
