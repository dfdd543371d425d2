"""Do the frontier and the wizard start a portfolio under the same limits, those of its house?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks.optimize_draft import build
from callbacks.optimize_restore import from_portfolio
from services.messages.portfolios import HouseLimits
from services.starting_limits import starting_limits

SECTORS = {"A": "Energy", "B": "Energy", "C": "Materials", "D": None, "E": "Utilities"}
HELD: list[Any] = [
    SimpleNamespace(symbol=symbol, sector=sector, asset_class="equity", weight_frac=0.2)
    for symbol, sector in SECTORS.items()
]
HOUSES = (
    HouseLimits(),
    HouseLimits(position_max_frac=0.3, position_min_frac=0.02, sector_max_frac=0.45),
    HouseLimits(position_max_frac=0.1),  # five positions of 10% do not add up
    HouseLimits(position_max_frac=None, sector_max_frac=0.5),
)


@pytest.mark.parametrize("house", HOUSES)
def test_the_wizard_asks_for_what_the_frontier_starts_from(house: HouseLimits) -> None:
    draft = from_portfolio("p", HELD, SECTORS, house)
    built = json.loads(build(draft | {"goal": "min_volatility"}).request_json)
    asked = [one for one in built["constraints"] if one["kind"] != "budget"]
    own = starting_limits(house, HELD)
    assert {one["kind"] for one in asked} == {one.kind for one in own}
    by_kind = {
        kind: [one for one in asked if one["kind"] == kind]
        for kind in ("position_bounds", "sector_limit", "min_holding")
    }
    (size,) = by_kind["position_bounds"]
    assert (size["min_frac"], size["max_frac"]) == (0.0, own[0].max_frac)
    assert [(one["sector"], one["max_frac"]) for one in by_kind["sector_limit"]] == [
        (one.sector, one.max_frac) for one in own if one.kind == "sector_limit"
    ]
    assert [one["min_frac"] for one in by_kind["min_holding"]] == [
        one.min_frac for one in own if one.kind == "min_holding"
    ]


def test_what_the_house_leaves_open_is_no_limit_and_equal_weights_always_add_up() -> None:
    usual, full, tight, loose = (starting_limits(house, HELD) for house in HOUSES)
    assert [one.kind for one in usual] == ["position_bounds"]
    assert [one.kind for one in full] == ["position_bounds", "min_holding", *["sector_limit"] * 3]
    assert tight[0].max_frac == 0.2
    assert loose[0].max_frac == 1.0
    assert [one.sector for one in loose[1:]] == ["Energy", "Materials", "Utilities"]
    three = starting_limits(HouseLimits(position_max_frac=0.1), HELD[:3])[0].max_frac
    assert 3 * three >= 1.0
    assert three == pytest.approx(1 / 3, abs=1e-4)
    too_large = starting_limits(HouseLimits(position_min_frac=0.4), HELD)
    assert [one.kind for one in too_large] == ["position_bounds"]  # five of 40% do not fit
