"""Is a frontier that follows a dragged limit the frontier of the request with that limit?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine
from engine.frontier import live as live_module
from engine.frontier.live import LiveFrontier
from engine.frontier.path import Traced

NAMES = tuple("ABCDEFGH")
SECTORS = {name: "one" if name in "ABC" else "two" for name in NAMES}
SCORES = {name: float(10 * at) for at, name in enumerate(NAMES)}
ESG, ONE = "Average ESG score, higher is better", "one sector"


@pytest.fixture(scope="module")
def panel() -> engine.ReturnsPanel:
    rng = np.random.default_rng(3)
    common = rng.normal(0.0004, 0.008, (400, 1))
    own = rng.normal(0.0002, 1.0, (400, 8)) * rng.uniform(0.004, 0.015, 8)
    days = np.datetime64("2020-01-01") + np.arange(400)
    return engine.ReturnsPanel.from_array(common * rng.uniform(0.5, 1.5, 8) + own, NAMES, days)


def asked(cap: float = 0.4, sector: float = 0.5, score: float = 30.0, *more: Any, **rest: Any) -> Any:
    limits = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap},
        {"kind": "sector_limit", "sector": "one", "max_frac": sector},
        {"kind": "esg_floor", "min_score": score},
        *more,
    ]
    goal = {"kind": rest.pop("goal", "min_volatility")}
    body = {"asset_ids": list(NAMES), "objective": goal, "constraints": limits, "facts": {"esg_scores": SCORES}}
    return engine.parse_request({**body, "frontier_points_count": 0, **rest})


def followed(panel: Any, *more: Any, **rest: Any) -> LiveFrontier:
    return LiveFrontier.of(asked(0.4, 0.5, 30.0, *more, **rest), panel=panel, sectors=SECTORS)


HELD = {"current_weights": dict.fromkeys(NAMES, 0.125)}


@pytest.mark.requirement("1.2.B2")
@pytest.mark.parametrize(
    ("more", "rest"),
    [((), {}), (({"kind": "turnover", "max_frac": 0.6},), HELD)],
    ids=["plain", "with a limit on turnover"],
)
def test_each_place_of_the_sliders_gives_what_a_request_gives(panel: Any, more: Any, rest: Any) -> None:
    one = followed(panel, *more, **rest)
    rng = np.random.default_rng(1)
    for _ in range(6):
        cap, sector, score = rng.uniform(0.25, 0.6), rng.uniform(0.25, 0.7), rng.uniform(20.0, 55.0)
        found = one.moved(upper_frac=cap, sides={ONE: (None, sector), ESG: (score, None)})
        request = asked(cap, sector, score, *more, **rest)
        whole = engine.frontier(request, panel=panel, sectors=SECTORS)
        assert found.is_exact == whole.is_exact
        theirs = np.array([corner.weights_frac for corner in whole.corners])
        assert found.points.shape == theirs.shape
        assert np.abs(found.points - theirs).max() < 1e-8
        assert found.best_frac is not None
        assert whole.best_sharpe is not None
        assert np.abs(found.best_frac - np.array(whole.best_sharpe.weights_frac)).max() < 1e-7


def test_what_is_not_named_stays_and_comes_back(panel: Any) -> None:
    one = followed(panel)
    before = one.moved()
    one.moved(upper_frac=0.3, sides={ESG: (50.0, None)})
    after = one.moved()
    assert np.abs(before.points - after.points).max() < 1e-12
    assert set(one.names) == {ESG, ONE}


def test_bounds_may_be_given_for_each_asset_and_held_ones_stay(panel: Any) -> None:
    fixed = {"kind": "position_bounds", "min_frac": 0.2, "max_frac": 0.2, "assets": ["H"]}
    one = followed(panel, fixed)
    upper = np.linspace(0.2, 0.55, 8)
    found = one.moved(lower_frac=0.01, upper_frac=upper)
    assert found.is_exact
    assert np.abs(found.points[:, 7] - 0.2).max() < 1e-12
    assert (found.points[:, :7] <= upper[:7] + 1e-9).all()
    assert found.points[:, :7].min() > 0.01 - 1e-9


@pytest.mark.parametrize(
    "move", [{"upper_frac": 0.1}, {"lower_frac": 0.5}, {"sides": {ESG: (71.0, None)}}, {"upper_frac": 1 / 8 - 1e-6}]
)
def test_a_place_without_a_portfolio_is_said_and_the_next_one_works(panel: Any, move: Any) -> None:
    one = followed(panel)
    found = one.moved(**move)
    assert (found.is_infeasible, found.is_exact, len(found.points)) == (True, False, 0)
    assert one.moved().is_exact


def test_a_single_portfolio_is_a_path_of_one(panel: Any) -> None:
    found = followed(panel).moved(upper_frac=1 / 8, sides={ESG: (0.0, None)})
    assert found.is_exact
    assert np.abs(found.points - 0.125).max() < 1e-9
    assert len(found.points) == 1


def test_where_the_walk_stops_points_are_solved_for_and_it_is_said(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one = followed(panel)
    whole = one.moved()
    monkeypatch.setattr(live_module, "trace_from", lambda *given: Traced(None, None, "it was stopped"))
    found = one.moved()
    assert (found.is_exact, found.why_not, found.best_frac) == (False, "it was stopped", None)
    assert len(found.points) == live_module.SWEEP_POINTS_COUNT
    assert np.abs(found.points[0] - whole.points[0]).max() < 1e-7


@pytest.mark.parametrize(
    ("move", "field"),
    [
        ({"sides": {"nothing": (0.0, None)}}, "sides.nothing"),
        ({"sides": {ESG: (float("nan"), None)}}, "sides"),
        ({"upper_frac": np.ones(3)}, "upper_frac"),
        ({"lower_frac": float("inf")}, "lower_frac"),
    ],
)
def test_moves_that_make_no_sense_are_refused(panel: Any, move: Any, field: str) -> None:
    with pytest.raises(engine.InputRefused) as refusal:
        followed(panel).moved(**move)
    assert refusal.value.problems[0].path == field


def test_unknown_words_are_no_parameters(panel: Any) -> None:
    with pytest.raises(TypeError, match="takes no nonsense"):
        LiveFrontier.of(asked(), panel=panel, sectors=SECTORS, nonsense=1)
