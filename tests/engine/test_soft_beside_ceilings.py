"""Does a soft limit beside a hard ceiling give way by little more than it must, and is the answer then proven?"""

from __future__ import annotations

import json
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.kernel.frames import ReturnsPanel

ROOM = 3.1e-5  # what is given beyond the least amount: 0.003% of the capital


class Market:
    """A made-up history with scores, sectors and current weights."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.count = int(rng.integers(6, 16))
        days = 300
        returns = rng.standard_t(5, (days, 1)) * 0.008 * rng.uniform(0.4, 1.6, self.count)
        returns += rng.normal(0.0, 1.0, (days, self.count)) * rng.uniform(0.004, 0.02, self.count)
        returns += rng.uniform(0.0002, 0.0008, self.count) - returns.mean(axis=0)
        dates = np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-01-01") + days)
        self.panel = ReturnsPanel(dates, tuple(f"A{i}" for i in range(self.count)), returns)
        self.covariance = np.cov(returns.T) * 252
        self.held = np.round(rng.dirichlet(np.full(self.count, 0.4)), 4)
        self.held[-1] += 1.0 - self.held.sum()
        self.is_x = np.arange(self.count) % 2 == 0

    def solved(self, goal: dict[str, Any], limits: list[dict[str, Any]]) -> Any:
        """Return the result."""
        names = list(self.panel.assets)
        bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6}
        body = {
            "asset_ids": names,
            "objective": goal,
            "constraints": [bounds, *limits],
            "current_weights": dict(zip(names, self.held.tolist(), strict=True)),
            "facts": {"groups": {"half": {name: "XY"[i % 2] for i, name in enumerate(names)}}},
            "frontier_points_count": 0,
        }
        return engine.optimize(engine.parse_request(json.dumps(body)), self.panel)

    def least(self) -> float:
        """Return the least volatility."""
        w = cp.Variable(self.count)
        task = cp.Problem(
            cp.Minimize(cp.quad_form(w, cp.psd_wrap(self.covariance))), [cp.sum(w) == 1, w >= 0, w <= 0.6]
        )
        return float(np.sqrt(task.solve(solver="CLARABEL")))

    def least_slack(self, kind: str, side: float, most: float) -> float:
        """Return by how much the soft limit must give way at least under the ceiling, by another solver."""
        w, slack = cp.Variable(self.count), cp.Variable()
        root = np.linalg.cholesky(self.covariance).T
        limits = [cp.sum(w) == 1, w >= 0, w <= 0.6, cp.norm(root @ w) / most <= 1.0, slack >= 0]
        if kind == "turnover":
            limits.append(0.5 * cp.norm1(w - self.held) <= side + slack)
        else:
            limits.append(cp.sum(w[np.flatnonzero(self.is_x)]) >= side - slack)
        return float(cp.Problem(cp.Minimize(slack), limits).solve(solver="CLARABEL"))


SOFT: list[dict[str, Any]] = [
    {"kind": "turnover", "max_frac": 0.02, "is_soft": True},
    {"kind": "group_limit", "dimension": "half", "group": "X", "min_frac": 0.98, "is_soft": True},
]
GOALS: list[dict[str, Any]] = [
    {"kind": "min_volatility"},
    {"kind": "max_sharpe"},
    {"kind": "max_utility", "risk_aversion": 3.0},
]


@pytest.mark.parametrize("soft", SOFT, ids=lambda limit: limit["kind"])
@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal["kind"])
@pytest.mark.parametrize("seed", [0, 2, 3])
def test_a_soft_limit_beside_a_ceiling_leaves_room_for_a_proof(seed, goal, soft):
    market = Market(seed)
    most = market.least() * 1.03
    result = market.solved(goal, [soft, {"kind": "volatility_ceiling", "max_annual_frac": most}])
    side = soft.get("max_frac", soft.get("min_frac"))
    least = market.least_slack(soft["kind"], side, most)
    assert least > 1e-3  # the market is one in which the limit cannot hold
    assert result.status == "optimal", (result.message, result.notes)
    assert result.certificate.kkt.worst <= 1e-6
    line = next(one for one in result.certificate.limits if one.kind == soft["kind"])
    assert least - 1e-7 <= line.gave_way_frac <= least + ROOM
    change = result.given_way[0].changes[0]
    assert line.gave_way_frac == pytest.approx(abs(change.to_value - change.from_value), abs=1e-8)
    assert abs(line.slack_frac) <= line.gave_way_frac + 1e-8
    tight = next(one for one in result.certificate.limits if one.kind == "volatility_ceiling")
    assert tight.slack_frac >= -1e-9
    assert line.price is not None
    assert tight.price is not None
    assert any("very small changes" in note for note in result.notes)


def test_the_price_of_a_soft_limit_that_gave_way_is_the_slope_of_the_goal():
    market = Market(1)
    most = market.least() * 1.03
    ceiling = {"kind": "volatility_ceiling", "max_annual_frac": most}
    goal = {"kind": "max_utility", "risk_aversion": 3.0}
    result = market.solved(goal, [SOFT[0], ceiling])
    line = next(one for one in result.certificate.limits if one.kind == "turnover")
    given = result.given_way[0].changes[0].to_value

    def utility(side: float) -> float:
        found = market.solved(goal, [{"kind": "turnover", "max_frac": side}, ceiling])
        assert found.status == "optimal", found.notes
        weights = np.array([one.weight_frac for one in found.weights])
        mean = market.panel.returns_frac.mean(axis=0) * 252
        return float(mean @ weights - 1.5 * weights @ market.covariance @ weights)

    step = 1e-6
    assert line.price == pytest.approx((utility(given + step) - utility(given - step)) / (2 * step), rel=0.05)
