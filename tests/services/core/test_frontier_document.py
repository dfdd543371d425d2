"""Is what a browser computes from the frontier's document what a solver finds at that place?"""

from __future__ import annotations

import gzip
import json
from typing import Any

import daqp
import numpy as np
import pytest

import engine
from services.frontier_document import Point, frontier_document

COUNT, SECTORS_COUNT, CAP, SECTOR_CAP = 50, 6, 0.2, 0.3
NAMES = tuple(f"A{n:03d}" for n in range(COUNT))
SECTORS = {name: f"S{n % SECTORS_COUNT}" for n, name in enumerate(NAMES)}
SAME = 1e-9


def world() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    rng = np.random.default_rng(5)
    loadings = rng.normal(0.6, 0.5, (COUNT, 3))
    covariance = loadings @ np.diag([1.2e-4, 5e-5, 3e-5]) @ loadings.T + np.diag(rng.uniform(4e-5, 4e-4, COUNT))
    return rng.normal(4e-4, 3e-4, COUNT), covariance


MEANS, COVARIANCE = world()


def asked(sector_cap: float = SECTOR_CAP, **more: Any) -> engine.OptimizationRequest:
    limits: list[dict[str, Any]] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": CAP}]
    for n in range(SECTORS_COUNT):
        limits.append({"kind": "sector_limit", "sector": f"S{n}", "max_frac": sector_cap if n == 5 else SECTOR_CAP})
    return engine.parse_request(
        {
            "problem": {
                "assets": list(NAMES),
                "expected_returns_frac": MEANS.tolist(),
                "covariance": COVARIANCE.tolist(),
                "sectors": SECTORS,
            },
            "objective": {"kind": "min_volatility"},
            "constraints": limits,
            **more,
        }
    )


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The frontier as it travels: through JSON."""
    found = engine.frontier(asked())
    assert found.is_exact
    sent: dict[str, Any] = json.loads(json.dumps(frontier_document(found)))
    return sent


def evaluated(document: dict[str, Any], place: float) -> tuple[np.ndarray[Any, Any], float, float]:
    """Return weights, reward and risk by the formula that the document's module states."""
    corner = min(int(place), len(document["rewards"]) - 2)
    t = place - corner
    first, then = (np.array(document["weights"][corner + n]) for n in (0, 1))
    risks, cross = document["risks"], document["crosses"][corner]
    square = (1 - t) ** 2 * risks[corner] ** 2 + 2 * t * (1 - t) * cross + t**2 * risks[corner + 1] ** 2
    reward = (1 - t) * document["rewards"][corner] + t * document["rewards"][corner + 1]
    return (1 - t) * first + t * then, reward, float(np.sqrt(square))


def solved(return_annual_frac: float) -> np.ndarray[Any, Any]:
    """Return the least variance with that return, from an active-set solver and the bare figures."""
    rows = np.vstack([np.ones(COUNT), 252.0 * MEANS, *(_sector(n) for n in range(SECTORS_COUNT))])
    upper = np.concatenate([np.full(COUNT, CAP), [1.0, 1e9], np.full(SECTORS_COUNT, SECTOR_CAP)])
    lower = np.concatenate([np.zeros(COUNT), [1.0, return_annual_frac], np.full(SECTORS_COUNT, -1e9)])
    scale = float(np.diag(COVARIANCE).mean())
    kinds = np.zeros(len(upper), dtype=np.int32)
    kinds[COUNT] = 5  # an equality
    answer = daqp.solve(
        np.ascontiguousarray(COVARIANCE / scale), np.zeros(COUNT), rows, upper, lower, kinds,
        primal_tol=1e-12, dual_tol=1e-12,
    )  # fmt: skip
    assert answer[2] == 1
    return np.array(answer[0])


def _sector(number: int) -> np.ndarray[Any, Any]:
    return np.array([float(SECTORS[name] == f"S{number}") for name in NAMES])


@pytest.mark.requirement("1.2.A5")
def test_every_place_between_corners_is_what_a_direct_solve_finds(document: dict[str, Any]) -> None:
    rng = np.random.default_rng(11)
    kept = [NAMES.index(asset) for asset in document["assets"]]
    assert (document["assets_count"], len(kept) < COUNT) == (COUNT, True)
    assert len(document["rewards"]) > 20
    for place in rng.uniform(0.0, len(document["rewards"]) - 1.0, 40):
        weights, reward, risk = evaluated(document, place)
        direct = solved(reward)
        assert np.abs(weights - direct[kept]).max() < SAME
        assert np.abs(np.delete(direct, kept)).max() < SAME  # left out because nothing on the frontier holds it
        assert risk == pytest.approx(float(np.sqrt(252.0 * direct @ COVARIANCE @ direct)), abs=SAME)
        assert reward == pytest.approx(float(252.0 * MEANS[kept] @ weights), abs=SAME)


def test_the_optimizer_itself_finds_the_same_point_for_the_return_that_the_button_asks_for(
    document: dict[str, Any],
) -> None:
    weights, reward, risk = evaluated(document, 7.4)
    goal = {"kind": "target_return", "return_min_annual_frac": reward}
    result = engine.optimize(asked(objective=goal, frontier_points_count=0))
    found = {line.asset: line.weight_frac for line in result.weights}
    assert [found[asset] for asset in document["assets"]] == pytest.approx(weights.tolist(), abs=1e-7)
    assert result.metrics is not None
    assert result.metrics.volatility_annual_frac == pytest.approx(risk, abs=SAME)


def test_the_price_of_a_limit_is_what_moving_it_changes(document: dict[str, Any]) -> None:
    (price,) = [one for one in document["prices"] if one["name"].startswith("S5")]
    step = 1e-6
    moved = json.loads(json.dumps(frontier_document(engine.frontier(asked(SECTOR_CAP + step)))))
    checked = 0
    for corner in range(len(document["rewards"]) - 1):
        _, reward, risk = evaluated(document, corner + 0.5)
        told = 0.5 * (price["at"][corner] + price["at"][corner + 1])
        if min(abs(price["at"][corner]), abs(price["at"][corner + 1])) < 1e-4:
            continue  # the limit begins or ceases to bind on this stretch
        place = float(np.interp(reward, moved["rewards"], np.arange(len(moved["rewards"]))))
        change = (evaluated(moved, place)[2] ** 2 - risk**2) / step
        assert change == pytest.approx(told, rel=0.01)
        checked += 1
    assert checked > 5


def test_a_cap_on_all_positions_has_one_price_and_a_least_weight_of_zero_has_none(document: dict[str, Any]) -> None:
    own = [one for one in document["prices"] if one["kind"] == "position_bounds"]
    assert [one["name"] for one in own] == ["Positions at most 20%"]
    at_cap = np.array([max(weights) > CAP - 1e-9 for weights in document["weights"]])
    is_told = np.array(own[0]["at"]) < 0.0
    assert not (is_told & ~at_cap).any()
    both = at_cap[:-1] & at_cap[1:]  # at the corner where a weight has just reached the cap, it costs nothing yet
    assert (is_told[:-1] | is_told[1:])[both].all()
    assert both.sum() > 5


def test_fifty_assets_and_some_forty_corners_are_small_enough_to_send(document: dict[str, Any]) -> None:
    sent = json.dumps(document, separators=(",", ":")).encode()
    assert 30 <= len(document["rewards"]) <= 80
    assert len(gzip.compress(sent)) < 20_000


def test_beside_the_frontier_stand_points_bounds_and_returns_only_where_there_are_some() -> None:
    found = engine.frontier(asked())
    bare = frontier_document(found)
    assert (bare["returns"], bare["rate"], bare["points"]) == (None, None, {})
    assert set(bare["low"]) == {None}
    held = tuple(1.0 / COUNT for _ in NAMES)
    full = frontier_document(
        found, rate_annual_frac=0.02, bounds_frac={"A000": (0.0, 0.25)},
        points={"proposed": Point(0.1, 0.08, held), "current": None},
    )  # fmt: skip
    assert (full["low"][0], full["high"][0], full["high"][1]) == (0, 0.25, None)
    assert full["points"]["proposed"]["weights"] == [0.02] * COUNT
    assert full["points"]["current"] is None
    costly = engine.frontier(
        asked(costs={"spread_frac": 0.002, "holding_period_days": 252}, current_weights=dict.fromkeys(NAMES, 0.02))
    )
    after = frontier_document(costly)
    assert all(gross > net for gross, net in zip(after["returns"], after["rewards"], strict=True))
