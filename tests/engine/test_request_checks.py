"""Are estimates and risk budgets of a request judged before any history is read?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.kernel.errors import InputRefused
from engine.parse import parse_request


def refused(**more: Any) -> dict[str, str]:
    basis: dict[str, Any] = {"asset_ids": ["A", "B"], "objective": {"kind": "min_volatility"}}
    with pytest.raises(InputRefused) as refusal:
        parse_request(json.dumps(basis | more))
    return {one.path: one.message for one in refusal.value.problems}


def test_risk_budgets_of_unknown_assets_are_refused_by_name() -> None:
    found = refused(objective={"kind": "risk_parity", "budgets": {"A": 0.5, "NOPE": 0.5}})
    assert "NOPE" in found["objective.budgets"]


def test_unknown_budgets_are_told_beside_what_is_wrong_elsewhere() -> None:
    found = refused(objective={"kind": "risk_parity", "budgets": {"NOPE": 1.0}}, seed="x")
    assert {"objective.budgets", "seed"} <= set(found)


def test_a_given_covariance_of_other_assets_is_refused_before_any_history() -> None:
    matrix = {"kind": "given_covariance", "assets": ["A", "NOPE"], "covariance": [[0.0001, 0.0], [0.0, 0.0001]]}
    found = refused(estimates={"covariance": matrix})
    assert any(path.startswith("estimates.covariance") for path in found)
    both = refused(estimates={"covariance": matrix}, seed="x")
    assert any(path.startswith("estimates.covariance") for path in both)
    assert "seed" in both
