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
        ({"upper_frac": "a"}, "upper_frac"),
        ({"sides": {ESG: 5}}, "sides"),
        ({"sides": {ESG: ("a", None)}}, "sides"),
        ({"sides": {ESG: (1.0, None, 2.0)}}, "sides"),
        ({"sides": [1]}, "sides"),
    ],
)
def test_moves_that_make_no_sense_are_refused(panel: Any, move: Any, field: str) -> None:
    with pytest.raises(engine.InputRefused) as refusal:
        followed(panel).moved(**move)
    assert refusal.value.problems[0].path == field


def test_unknown_words_are_no_parameters(panel: Any) -> None:
    with pytest.raises(TypeError, match="takes no nonsense"):
        LiveFrontier.of(asked(), panel=panel, sectors=SECTORS, nonsense=1)


def test_what_the_frontier_leaves_out_is_said_with_every_answer(panel: Any) -> None:
    assert followed(panel).moved(upper_frac=0.3).notes == ()
    ceiling = {"kind": "volatility_ceiling", "max_annual_frac": 0.05}
    for more, words in ((ceiling, "ceilings on risk"), ({"kind": "holdings_count", "max_count": 3}, "whole positions")):
        one = followed(panel, more)
        for found in (one.moved(), one.moved(upper_frac=0.1)):
            assert len(found.notes) == 1
            assert words in found.notes[0]


def test_a_minimum_and_a_maximum_of_one_group_are_both_reached_by_its_name(panel: Any) -> None:
    facts = {"esg_scores": SCORES, "groups": {"country": {name: "US" if name in "ABCD" else "DE" for name in NAMES}}}
    group = {"kind": "group_limit", "dimension": "country", "group": "US"}

    def limits(least: float, most: float) -> list[Any]:
        return [{**group, "max_frac": most}, {**group, "min_frac": least}]

    one = followed(panel, *limits(0.1, 0.9), facts=facts)
    (name,) = [name for name in one.names if "US" in name]
    for sides, (least, most) in (((0.6, None), (0.6, 0.9)), ((None, 0.3), (0.1, 0.3)), ((0.5, 0.55), (0.5, 0.55))):
        found = one.moved(sides={name: sides})
        asked_ = asked(0.4, 0.5, 30.0, *limits(least, most), facts=facts)
        whole = engine.frontier(asked_, panel=panel, sectors=SECTORS)
        assert np.abs(found.points - np.array([corner.weights_frac for corner in whole.corners])).max() < 1e-8
        inside = found.points[:, :4].sum(axis=1)
        assert inside.min() >= least - 1e-9
        assert inside.max() <= most + 1e-9
