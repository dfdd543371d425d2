"""Is a limit on countries, currencies or asset classes called so in what the engine answers?"""

from __future__ import annotations

from typing import Any

import pytest

import engine

PROBLEM: dict[str, Any] = {
    "assets": ["A", "B"],
    "expected_returns_frac": [0.05, 0.07],
    "covariance": [[0.04, 0.0], [0.0, 0.09]],
    "periods_per_year": 1,
}


@pytest.mark.requirement("1.3.A4")
@pytest.mark.parametrize(
    ("dimension", "title"),
    [("country", "Country limit"), ("currency", "Currency limit"), ("asset_class", "Asset class limit"),
     ("my_own", "My own limit"), ("_", "Group limit")],
)  # fmt: skip
def test_a_conflict_names_the_kind_of_group(dimension: str, title: str) -> None:
    request = engine.parse_request(
        {
            "problem": PROBLEM,
            "objective": {"kind": "min_volatility"},
            "facts": {"groups": {dimension: {"A": "X", "B": "X"}}},
            "constraints": [{"kind": "group_limit", "dimension": dimension, "group": "X", "max_frac": 0.5}],
        }
    )
    diagnosis = engine.diagnose(request)
    named = {limit.label for conflict in diagnosis.conflicts for limit in conflict.limits}
    assert title in named
    assert title == "Group limit" or "Group limit" not in named


def test_other_limits_keep_their_label() -> None:
    request = engine.parse_request(
        {
            "problem": PROBLEM | {"sectors": {"A": "Oil"}},
            "objective": {"kind": "min_volatility"},
            "constraints": [{"kind": "sector_limit", "sector": "Oil", "max_frac": 0.5}, {"kind": "volatility_ceiling",
                             "max_annual_frac": 0.5}],
        }
    )  # fmt: skip
    assert [one.title for one in request.constraints] == ["Sector limit", type(request.constraints[1]).label]
