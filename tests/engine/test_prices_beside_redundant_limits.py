"""Do prices say what loosening a limit gains where limits that depend on each other bind together?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.frames import ReturnsPanel
from engine.optimize import convex_prices, loosening

STEP = 1e-4
SLACK = {"kind": "volatility_ceiling", "max_annual_frac": 1.4}
ROADS = pytest.mark.parametrize("is_curved", [False, True], ids=["plain", "curved"])
GOALS: tuple[dict[str, Any], ...] = (
    {"kind": "min_volatility"},
    {"kind": "max_utility", "risk_aversion": 3.0},
    {"kind": "max_sharpe"},
)


class World:
    """A seeded request on six assets with groups; sides can be moved by name."""

    def __init__(self, seed: int, goal: dict[str, Any], *, is_curved: bool) -> None:
        rng = np.random.default_rng(seed)
        drawn = rng.normal(0.0, 1.0, (6, 9))
        spread = rng.uniform(0.1, 0.3, 6)
        self.covariance = (drawn @ drawn.T / 9.0) * np.outer(spread, spread)
        self.returns = rng.uniform(0.03, 0.12, 6)
        self.goal, self.is_curved = goal, is_curved
        self.groups: dict[str, dict[str, str]] = {}
        self.sides: dict[str, float] = {"Budget": 1.0}
        self.caps = np.full(6, 0.5)

    def solved(self, **moved: float) -> Any:
        """Return the result with sides moved by so much."""
        sides = {name: side + moved.get(name.split()[0], 0.0) for name, side in self.sides.items()}
        assets = [f"A{i}" for i in range(6)]
        limits: list[dict[str, Any]] = [{"kind": "budget", "net_frac": sides["Budget"]}]
        limits += [
            {
                "kind": "position_bounds",
                "min_frac": 0.0,
                "max_frac": float(cap) + moved.get(asset, 0.0),
                "assets": [asset],
            }
            for asset, cap in zip(assets, self.caps, strict=True)
        ]
        limits += [
            {
                "kind": "group_limit",
                "dimension": dimension,
                "group": dimension,
                "max_frac": sides[f"{dimension} ({dimension})"],
            }
            for dimension in self.groups
        ]
        body = {
            "problem": {
                "assets": assets,
                "expected_returns_frac": self.returns.tolist(),
                "covariance": self.covariance.tolist(),
                "periods_per_year": 1,
            },
            "facts": {"groups": self.groups},
            "objective": self.goal,
            "constraints": limits + ([SLACK] if self.is_curved else []),
            "frontier_points_count": 0,
        }
        return engine.optimize(engine.parse_request(json.dumps(body)))

    def figure(self, result: Any) -> float:
        """Return the goal's figure from the weights, by its definition."""
        weights = np.array([line.weight_frac for line in result.weights])
        risk, earned = float(np.sqrt(weights @ self.covariance @ weights)), float(self.returns @ weights)
        if self.goal["kind"] == "min_volatility":
            return risk
        return earned - 1.5 * risk**2 if self.goal["kind"] == "max_utility" else earned / risk

    def slope(self, name: str, step: float = STEP) -> float:
        """Return the one-sided derivative of the figure by a side, to second order in the step."""
        none, one, two = (self.figure(self.solved(**{name: k * step})) for k in (0.0, 1.0, 2.0))
        return (4.0 * one - 3.0 * none - two) / (2.0 * step)


def prices_of(result: Any) -> dict[str, float]:
    """Return prices by the name of the limit."""
    assert result.status == "optimal", result.message
    return {line.name.removeprefix("Position of "): line.price for line in result.certificate.limits}


def with_a_whole_universe(world: World) -> dict[str, float]:
    """Add a cap of the budget on a group that holds every asset; return the step that loosens each side."""
    world.groups = {"all": {f"A{i}": "all" for i in range(6)}}
    world.sides["all (all)"] = 1.0
    return {"all": STEP, "Budget": -STEP}  # up, the group leaves no portfolio


def with_the_same_group_twice(world: World) -> dict[str, float]:
    """Add a cap that binds, twice."""
    held = np.array([line.weight_frac for line in world.solved().weights])
    first = np.argsort(-held)[:2].tolist()
    for name in ("one", "two"):
        world.groups[name] = {f"A{i}": name for i in first}
        world.sides[f"{name} ({name})"] = round(0.8 * float(held[first].sum()), 3)
    return {"one": STEP, "two": STEP, "Budget": STEP}


def with_a_sum_of_caps(world: World) -> dict[str, float]:
    """Add caps of two assets, and of their group the sum of both."""
    held = np.array([line.weight_frac for line in world.solved().weights])
    first = np.argsort(-held)[:2].tolist()
    world.caps[first] = np.round(0.7 * held[first], 3)
    world.groups = {"pair": {f"A{i}": "pair" for i in first}}
    world.sides["pair (pair)"] = float(world.caps[first].sum())
    return {"pair": STEP, "Budget": STEP, **{f"A{i}": STEP for i in first}}


@ROADS
@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal["kind"])
@pytest.mark.parametrize("made", [with_a_whole_universe, with_the_same_group_twice, with_a_sum_of_caps])
def test_prices_are_what_loosening_gains(made, goal, is_curved):
    checked = 0
    for seed in range(3):
        world = World(seed, goal, is_curved=is_curved)
        steps = made(world)
        result = world.solved()
        prices = prices_of(result)
        largest = max(abs(price) for price in prices.values())
        for name, step in steps.items():
            shown = next(price for title, price in prices.items() if title.split()[0] == name)
            assert shown == pytest.approx(world.slope(name, step), rel=0.01, abs=1e-3 * max(largest, 0.01)), name
            checked += 1
    assert checked >= 6


@ROADS
def test_a_cap_on_all_costs_nothing(is_curved):
    """A country that every asset is of, capped at all of the budget; moving the cap changes no weight."""
    world = World(11, {"kind": "min_volatility"}, is_curved=is_curved)
    world.caps[:] = 0.4
    alone = prices_of(world.solved())
    with_a_whole_universe(world)
    beside = prices_of(world.solved())
    assert beside.pop("all (all)") == 0.0
    assert beside == pytest.approx(alone, rel=1e-6, abs=1e-9)
    assert alone["Budget"] == pytest.approx(world.slope("Budget", -STEP), rel=1e-3)


def lifted_world(seed: int, copies_count: int, *, is_curved: bool) -> dict[str, Any]:
    """Return a request with shorts, gross exposure and turnover, whose universe is capped a few times over."""
    rng = np.random.default_rng(seed)
    drawn = rng.normal(0.0, 1.0, (8, 13))
    assets = [f"A{i}" for i in range(8)]
    held = np.round(rng.dirichlet(np.ones(8)), 4)
    held[0] += 1.0 - held.sum()
    names = [f"g{i}" for i in range(copies_count)]
    limits: list[dict[str, Any]] = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4, "short_max_frac": 0.2},
        {"kind": "long_short", "gross_max_frac": 1.5, "short_max_frac": 0.2},
        {"kind": "turnover", "max_frac": 0.25},
        *({"kind": "group_limit", "dimension": name, "group": "x", "max_frac": 1.0} for name in names),
    ]
    return {
        "problem": {
            "assets": assets,
            "expected_returns_frac": rng.uniform(0.02, 0.12, 8).tolist(),
            "covariance": (drawn @ drawn.T / 8.0 * 0.04).tolist(),
            "periods_per_year": 1,
        },
        "current_weights": dict(zip(assets, held.round(6).tolist(), strict=True)),
        "facts": {"groups": {name: dict.fromkeys(assets, "x") for name in names}},
        "objective": {"kind": "max_utility", "risk_aversion": 3.0},
        "constraints": limits + ([SLACK] if is_curved else []),
        "frontier_points_count": 0,
    }


@ROADS
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_directions_are_all_that_leave_the_balance_as_it_is(seed, is_curved, monkeypatch):
    """The few rows left after parts are taken out have the null space of the whole active set, written out."""
    asked: list[tuple[Any, Any]] = []

    def watched(core: Any, answer: Any) -> Any:
        asked.append((core, answer))
        return loosening.loosening_multipliers(core, answer)

    monkeypatch.setattr(convex_prices, "loosening_multipliers", watched)
    shown = []
    for copies_count in (0, 1, 2):
        result = engine.optimize(
            engine.parse_request(json.dumps(lifted_world(seed, copies_count, is_curved=is_curved)))
        )
        shown.append({name: price for name, price in prices_of(result).items() if not name.startswith("x (")})
        core, answer = asked[-1]
        active = loosening._Active(core, answer, answer.weights_frac, answer.row_duals, answer.bound_duals)
        whole = np.vstack(
            [active.matrix[active.row_signs != 0], np.eye(active.matrix.shape[1])[active.bound_signs != 0]]
        )
        spare_count = len(whole) - np.linalg.matrix_rank(whole, tol=1e-8)
        found = active.directions()
        assert (0 if found is None else found.shape[1]) == spare_count >= copies_count
        if found is None:
            assert loosening.loosening_multipliers(core, answer)[0] is answer.row_duals
            continue
        height, width = active.matrix.shape
        assert np.abs(active.matrix.T @ found[:height] + found[height : height + width]).max() < 1e-12
    assert shown[1] == pytest.approx(shown[0], rel=1e-6, abs=1e-8)
    assert shown[2] == pytest.approx(shown[0], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("kind", ["cvar_ceiling", "drawdown_ceiling"])
def test_a_ceiling_made_of_tangents_keeps_its_price(kind):
    """Tangents of one ceiling lie close to each other, so each alone costs nothing; loosened together they count."""
    rng = np.random.default_rng(1)
    returns = rng.normal(0.0004, 0.01, (120, 6)) * rng.uniform(0.6, 1.6, 6) + rng.uniform(0.0, 0.0006, 6)
    names = tuple(f"A{i}" for i in range(6))
    panel = ReturnsPanel(np.arange(np.datetime64("2021-01-01"), np.datetime64("2021-01-01") + 120), names, returns)

    def solved(most: float, *, is_capped: bool) -> Any:
        limits: list[dict[str, Any]] = [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
            {"kind": kind, "max_frac": most},
        ]
        if is_capped:
            limits.append({"kind": "group_limit", "dimension": "all", "group": "all", "max_frac": 1.0})
        body = {
            "asset_ids": list(names),
            "facts": {"groups": {"all": dict.fromkeys(names, "all")}},
            "objective": {"kind": "max_utility", "risk_aversion": 1.0},
            "constraints": limits,
            "frontier_points_count": 0,
        }
        return engine.optimize(engine.parse_request(json.dumps(body)), panel)

    def line(result: Any, of: str) -> Any:
        return next(one for one in result.certificate.limits if one.kind == of)

    loose = line(solved(0.5, is_capped=False), kind).value_frac
    most = round(0.85 * float(loose), 4)
    alone, beside = solved(most, is_capped=False), solved(most, is_capped=True)
    assert line(beside, "group_limit").price == 0.0
    assert line(alone, kind).price > 0.0
    assert line(beside, kind).price == pytest.approx(line(alone, kind).price, rel=1e-6)
    metrics = [solved(most + step, is_capped=True).metrics for step in (0.0, 1e-5)]
    worth = [one.return_annual_frac - 0.5 * one.volatility_annual_frac**2 for one in metrics]
    assert line(beside, kind).price == pytest.approx((worth[1] - worth[0]) / 1e-5, rel=1e-3)
