"""Is the frontier that a browser walks by itself that of the engine, whatever is moved, and do both say no alike?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine.frontier.elsewhere import why_not_elsewhere
from engine.frontier.live import LiveFrontier
from tests.engine.walk_worlds import ESG, answered, apart, document_of, walked, world

GOLDEN = Path(__file__).parents[1] / "golden" / "walk_in_the_browser.json"
CLOSE = 1e-8


@pytest.fixture
def chromium(request: pytest.FixtureRequest) -> Any:
    """Start Chromium only where node is absent."""
    return lambda: request.getfixturevalue("browser")


def compared(live: LiveFrontier, count: int, seed: int, chromium: Any, reach: float = 1.0) -> tuple[float, int, int]:
    """Return the largest difference of a weight, how many moves were infeasible, and how many cold starts were made."""
    document = document_of(live)
    moves, theirs = answered(live, count, seed, reach=reach)
    made = walked(document, moves, chromium)
    worst, refused = 0.0, 0
    for at, (found, told) in enumerate(zip(theirs, made["answers"], strict=True)):
        assert found.is_exact or found.is_infeasible
        assert told["outcome"] == ("infeasible" if found.is_infeasible else "done"), f"move {at}"
        if found.is_infeasible:
            refused += 1
            continue
        worst = max(worst, apart(told["points"], found.points, np.array(document["gains"])))
        worst = max(worst, apart(found.points, told["points"], np.array(document["gains"])))
    return worst, refused, made["starts"]


@pytest.mark.requirement("1.2.B2")
def test_nine_hundred_moves_of_fifty_assets_are_those_of_the_engine(chromium: Any) -> None:
    worst, _, starts = compared(world(50, 1), 900, 5, chromium)
    assert worst < CLOSE
    assert starts == 1  # the hand is followed: nothing is begun anew


@pytest.mark.requirement("1.2.B2")
@pytest.mark.parametrize(("count", "seed"), [(12, 20), (15, 14), (20, 2), (30, 6), (100, 3)])
def test_jumps_are_followed_and_both_say_no_to_the_same_limits(count: int, seed: int, chromium: Any) -> None:
    live = world(count, seed, cap=max(0.1, 2.0 / count))
    worst, refused, _ = compared(live, 200 if count < 50 else 60, seed, chromium, reach=6.0)
    assert worst < CLOSE
    if count <= 15:
        assert refused > 0


def test_fewer_days_than_assets_and_an_asset_that_stands_twice_are_followed_in_risk_and_return(chromium: Any) -> None:
    for live in (world(30, 5, days=25), world(30, 6, twins=True)):
        document = document_of(live)
        moves, theirs = answered(live, 60, 4)
        made = walked(document, moves, chromium)
        quadratic, gains = live.quadratic, np.array(document["gains"])
        for found, told in zip(theirs, made["answers"], strict=True):
            assert told["outcome"] == "done"
            ours = np.array(told["points"])
            risks = np.sqrt(np.einsum("ki,ij,kj->k", ours, quadratic, ours).clip(0.0))
            least = np.sqrt(np.einsum("ki,ij,kj->k", found.points, quadratic, found.points).clip(0.0))
            assert np.abs(np.interp(found.points @ gains, ours @ gains, risks) - least).max() < 2e-3  # chords
            best = found.path.at_reward(ours @ gains) if found.path is not None else ours
            exact = np.sqrt(np.einsum("ki,ij,kj->k", best, quadratic, best).clip(0.0))
            assert np.abs(risks - exact).max() < 1e-6


@pytest.mark.requirement("1.2.B2")
def test_a_limit_stops_exactly_where_the_engine_still_finds_a_portfolio(chromium: Any) -> None:
    live = world(20, 9)
    here: dict[str, Any] = {"cap": 0.2, "sides": {ESG: (45.0, None)}}
    there = {"cap": 0.2, "sides": {ESG: (89.0, None)}}
    stopped = walked(document_of(live), [here, there], chromium)["answers"][1]
    assert stopped["outcome"] == "infeasible"
    edge = 45.0 + stopped["share"] * 44.0
    assert not live.moved(upper_frac=0.2, sides={ESG: (edge - 1e-6, None)}).is_infeasible
    assert live.moved(upper_frac=0.2, sides={ESG: (edge + 1e-6, None)}).is_infeasible


def test_the_golden_case_of_an_earlier_engine_still_holds(chromium: Any) -> None:
    case = json.loads(GOLDEN.read_text("utf-8"))
    made = walked(case["document"], case["moves"], chromium)
    gains = np.array(case["document"]["gains"])
    for told, kept in zip(made["answers"], case["answers"], strict=True):
        assert told["outcome"] == kept["outcome"]
        if kept["points"]:
            assert apart(told["points"], kept["points"], gains) < CLOSE


def test_what_has_absolute_values_is_left_to_the_server() -> None:
    names = ("A", "B", "C")
    body: dict[str, Any] = {
        "problem": {
            "assets": names,
            "expected_returns_frac": [3e-4, 4e-4, 5e-4],
            "covariance": np.diag([1e-4, 2e-4, 3e-4]).tolist(),
        },
        "objective": {"kind": "min_volatility"},
        "current_weights": dict.fromkeys(names, 0.3),
    }
    plain = LiveFrontier.of(engine.parse_request(body))
    assert why_not_elsewhere(plain) == ""
    bent = LiveFrontier.of(engine.parse_request({**body, "constraints": [{"kind": "turnover", "max_frac": 0.2}]}))
    assert "absolute values" in why_not_elsewhere(bent)
