"""Is the price of a bound along a frontier what moving that bound changes at the same reward?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine

NAMES = tuple("ABCDEFGH")
STEP = 1e-7
BOUNDS = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}
SOME = {"kind": "position_bounds", "assets": ["B", "E"], "min_frac": 0.05, "max_frac": 0.15}
HELD = dict.fromkeys(NAMES, 0.125)
COSTS = {"spread_frac": 0.002, "holding_period_days": 252}
TRACKED = {"facts": {"benchmark_weights": HELD}}


@pytest.fixture(scope="module")
def panel() -> engine.ReturnsPanel:
    rng = np.random.default_rng(3)
    common = rng.normal(0.0004, 0.008, (500, 1))
    own = rng.normal(0.0002, 1.0, (500, 8)) * rng.uniform(0.004, 0.015, 8)
    days = np.datetime64("2020-01-01") + np.arange(500)
    return engine.ReturnsPanel.from_array(common * rng.uniform(0.5, 1.5, 8) + own, NAMES, days)


def drawn(panel: Any, limits: list[dict[str, Any]], more: dict[str, Any], **axes: Any) -> Any:
    asked = {"asset_ids": list(NAMES), "objective": {"kind": "min_volatility"}, "constraints": limits}
    return engine.frontier(engine.parse_request({**asked, "frontier_points_count": 0, **more}), panel=panel, **axes)


def variance_at(found: Any, wanted: float) -> float | None:
    """Return the least annual variance at a reward, None beyond the ends."""
    rewards = [one.reward for one in found.corners]
    if not rewards[0] < wanted < rewards[-1]:
        return None
    place = min(int(np.searchsorted(rewards, wanted, side="right")) - 1, len(rewards) - 2)
    share = (wanted - rewards[place]) / (rewards[place + 1] - rewards[place])
    first, then = found.corners[place].risk_annual_frac, found.corners[place + 1].risk_annual_frac
    between = 2 * share * (1 - share) * found.between_variances_annual[place]
    return float((1 - share) ** 2 * first**2 + between + share**2 * then**2)


CASES = [
    ([BOUNDS], 0, "max_frac", "Positions at most 25%", {}, {}),
    ([{**BOUNDS, "min_frac": 0.02}], 0, "min_frac", "Positions at least 2%", {}, {}),
    ([BOUNDS, SOME], 1, "max_frac", "Positions at most 15%", {}, {}),
    ([BOUNDS, SOME], 1, "min_frac", "Positions at least 5%", {}, {}),
    ([BOUNDS, {**SOME, "assets": ["E"]}], 1, "min_frac", "Position of E at least 5%", {}, {}),
    ([BOUNDS], 0, "max_frac", "Positions at most 25%", TRACKED, {"risk": "tracking_error"}),
    (
        [BOUNDS, {"kind": "turnover", "max_frac": 0.5}],
        0,
        "max_frac",
        "Positions at most 25%",
        {"current_weights": HELD, "costs": COSTS},
        {},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("limits", "place", "side", "name", "more", "axes"), CASES)
def test_a_bounds_price_is_what_moving_it_changes_at_the_same_reward(
    panel: Any, limits: list[dict[str, Any]], place: int, side: str, name: str, more: Any, axes: Any
) -> None:
    found = drawn(panel, limits, more, **axes)
    assert found.is_exact
    (row,) = [one for one in found.prices if one.name == name]
    assert row.kind == "position_bounds"
    moved = []
    for step in (-STEP, STEP):
        other = {**limits[place], side: limits[place][side] + step}
        moved.append(drawn(panel, [*limits[:place], other, *limits[place + 1 :]], more, **axes))
    checked = 0
    for at, (first, then) in enumerate(zip(found.corners[:-1], found.corners[1:], strict=True)):
        share = 0.01  # at a kink the price is that of the far side, and between corners it is straight
        wanted = first.reward + share * (then.reward - first.reward)
        ends = [variance_at(one, wanted) for one in moved]
        if None in ends or then.reward - first.reward < 1e-4:
            continue
        price = (1 - share) * row.variances_annual[at] + share * row.variances_annual[at + 1]
        slope = (ends[1] - ends[0]) / (2 * STEP)
        # where the next corner is a kink, its price is that of its far side: no mixture holds on this stretch
        assert slope == pytest.approx(price, rel=0.01, abs=2e-5) or _is_kink(found, at + 1)
        checked += abs(price) > 1e-4
    assert checked >= 2


def _is_kink(found: Any, at: int) -> bool:
    """Return whether the slope of the variance jumps at a corner."""
    if at + 1 >= len(found.corners):
        return True
    rewards = [one.reward for one in found.corners]
    middle = found.corners[at].risk_annual_frac ** 2
    before = (middle - found.between_variances_annual[at - 1]) / (rewards[at] - rewards[at - 1])
    after = (found.between_variances_annual[at] - middle) / (rewards[at + 1] - rewards[at])
    return abs(after - before) > 1e-6 * max(abs(after), abs(before))


def test_every_corner_of_a_capped_frontier_has_the_caps_price_and_no_bound_prices_the_wrong_way(panel: Any) -> None:
    found = drawn(panel, [BOUNDS], {})
    prices = {one.name: one.variances_annual for one in found.prices if one.kind == "position_bounds"}
    assert set(prices) == {"Positions at most 25%", "Positions at least 0%"}
    at_cap = np.array([max(corner.weights_frac) > 0.25 - 1e-9 for corner in found.corners])
    is_told = np.array(prices["Positions at most 25%"]) < 0.0
    assert not (is_told & ~at_cap).any()
    both = at_cap[:-1] & at_cap[1:]  # at the corner where a weight has just reached the cap, it costs nothing yet
    assert (is_told[:-1] | is_told[1:])[both].all()
    assert both.sum() >= 3
    assert max(prices["Positions at most 25%"]) <= 0.0
    assert min(prices["Positions at least 0%"]) >= 0.0


def test_a_bound_that_binds_nowhere_has_no_price(panel: Any) -> None:
    found = drawn(panel, [{**BOUNDS, "max_frac": 0.999}, {**SOME, "max_frac": 0.99, "min_frac": 0.0}], {})
    assert not [one.name for one in found.prices if "at most 99%" in one.name]
