"""Which limits can be moved, what is the request once they were, and how do they stand in an address?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.frontier.live import LiveFrontier
from engine.kernel.facts import KnownUniverse, universe_of
from services.errors import InvalidRequest
from services.exports_living import point_at
from services.living_address import moves_of, moves_text, number_of
from services.living_answer import answer_of, gap_of
from services.living_handles import extended, handles_of, moved
from services.living_walk import walk_of
from services.messages.optimize import OptimizationRequest
from services.optimize_parse import parse

NAMES = ("A", "B", "C", "D")
SECTORS = {"A": "Tech", "B": "Tech", "C": "Food", "D": "Drug"}


def asked(*limits: dict[str, Any], **more: Any) -> OptimizationRequest:
    body = {
        "problem": {
            "assets": NAMES,
            "expected_returns_frac": [4e-4, 5e-4, 2e-4, 3e-4],
            "covariance": (np.diag([1.0, 2.0, 0.5, 0.8]) * 1e-4 + 1e-5).tolist(),
            "sectors": SECTORS,
        },
        "objective": {"kind": "min_volatility"},
        "facts": {"esg_scores": dict(zip(NAMES, (30.0, 40.0, 50.0, 60.0), strict=True))},
        "constraints": list(limits),
        **more,
    }
    return parse(json.dumps(body))


def universe(request: OptimizationRequest) -> KnownUniverse:
    return universe_of(NAMES, SECTORS, None, request.facts)


def live(request: OptimizationRequest) -> tuple[OptimizationRequest, LiveFrontier]:
    wide = extended(request, universe(request))
    return wide, LiveFrontier.of(wide)


BOUNDS = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}
OWN = {"kind": "position_bounds", "assets": ["A"], "min_frac": 0.0, "max_frac": 0.6}
TECH = {"kind": "sector_limit", "sector": "Tech", "min_frac": 0.1, "max_frac": 0.7, "is_soft": True}


def test_what_is_absent_is_offered_where_it_changes_nothing() -> None:
    request = asked(BOUNDS, TECH)
    wide, frontier = live(request)
    handles = {one.key: one for one in handles_of(request, wide, frontier, "house")}
    assert {key: one.owner for key, one in handles.items()} == {
        "max": "house", "esg": "added", "max:Tech": "house", "min:Tech": "house",
        "max:Food": "added", "max:Drug": "added",
    }  # fmt: skip
    assert (handles["min:Tech"].kind, handles["min:Tech"].value) == ("row_min", 0.1)
    assert handles["max"].low == 0.25  # below it, four positions do not add up
    assert not any(one.is_soft for one in wide.constraints)
    plain = engine.frontier(request.model_copy(update={"constraints": tuple(wide.constraints[:2])}))
    assert frontier.moved().points == pytest.approx(np.array([one.weights_frac for one in plain.corners]), abs=1e-9)


def test_regions_are_offered_where_there_are_several() -> None:
    regions = {"A": "Europe", "B": "Europe", "C": "Asia", "D": "Asia"}
    facts = {"groups": {"region": regions}}
    request = asked(
        BOUNDS, {"kind": "group_limit", "dimension": "region", "group": "Asia", "max_frac": 0.6}, facts=facts
    )
    wide, frontier = live(request)
    handles = {one.key: one for one in handles_of(request, wide, frontier) if one.group == "groups"}
    assert {key: (one.label, one.value, one.owner) for key, one in handles.items()} == {
        "max:region:Asia": ("Asia, at most", 0.6, "request"),
        "max:region:Europe": ("Europe, at most", 1.0, "added"),
    }
    assert moves_of(moves_text({"max:region:Asia": 0.55})) == {"max:region:Asia": 0.55}
    found = moved(request, universe(request), {"max:region:Asia": 0.55})
    assert [getattr(one, "max_frac", None) for one in found.constraints] == [0.5, 0.55]


def test_only_what_was_moved_becomes_part_of_the_request() -> None:
    request = asked(BOUNDS, OWN)
    assert [one.kind for one in moved(request, universe(request), {}).constraints] == ["position_bounds"] * 2
    found = moved(request, universe(request), {"max": 0.4, "max:Food": 0.3})
    said = [(one.kind, one.max_frac) for one in found.constraints]
    assert said == [("position_bounds", 0.4), ("position_bounds", 0.6), ("sector_limit", 0.3)]
    assert found.objective == request.objective
    with pytest.raises(InvalidRequest) as refusal:
        moved(request, universe(request), {"max:Gold": 0.1})
    assert "max:Food" in refusal.value.fields[0].advice


def test_the_walk_knows_whom_the_largest_position_caps() -> None:
    wide, frontier = live(asked(BOUNDS, OWN))
    walk, why_not = walk_of(frontier, wide, 200, "too many")
    assert why_not == ""
    assert walk is not None
    assert walk.is_capped == (False, True, True, True)
    assert walk.upper == (0.6, 0.5, 0.5, 0.5)
    assert walk.open_upper == (0.6, 1.0, 1.0, 1.0)
    assert walk_of(frontier, wide, 3, "there are too many") == (None, "there are too many")


def test_a_claim_is_measured_at_its_own_return() -> None:
    request = asked(BOUNDS)
    found = engine.frontier(request)
    corners = np.array([one.weights_frac for one in found.corners])
    middle = 0.3 * corners[0] + 0.7 * corners[1]
    assert gap_of(found, [middle.tolist()]) == pytest.approx(0.0, abs=1e-9)
    off = middle + np.array([0.02, 0.0, -0.02, 0.0])
    assert gap_of(found, [off.tolist()]) > 5e-3
    assert gap_of(found, []) is None
    assert gap_of(found, [[0.5, 0.5]]) is None

    told = answer_of(request, found, None)
    assert told.drawdowns_frac is None
    spot, weights = point_at(told, float(0.3 * found.corners[0].reward + 0.7 * found.corners[1].reward))
    assert weights == pytest.approx(middle.tolist(), abs=1e-9)
    covariance = np.array(request.problem.covariance) * 252 if request.problem else np.zeros((4, 4))
    assert spot[0] == pytest.approx(float(np.sqrt(middle @ covariance @ middle)), abs=1e-9)


KEYS = st.sampled_from(["max", "esg", "max:Tech", "min:A:B", "max:region:Asia", "max:R&D + more"])


@settings(deadline=None)
@given(st.dictionaries(KEYS, st.floats(-1e6, 1e6), max_size=8))
def test_moves_come_back_out_of_an_address(moves: dict[str, float]) -> None:
    back = moves_of(moves_text(moves))
    assert set(back) == set(moves)
    assert all(back[key] == pytest.approx(value, rel=1e-11, abs=1e-300) for key, value in moves.items())


@pytest.mark.parametrize("text", [None, "", "max", "max:", ":0.1", "max:nan", "max:inf", ";;", "a:b:c"])
def test_an_address_that_was_cut_moves_nothing(text: str | None) -> None:
    assert moves_of(text) == {}
    assert number_of("nan") is None
    assert number_of("0.08") == 0.08
