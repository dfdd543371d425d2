"""Do the objectives say what they seek, compile, and refuse bad parameters?"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.objectives import OBJECTIVES


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("max_utility", {"risk_aversion": 4.0}),
        ("min_tracking_error", {}),
        ("min_tracking_error", {"return_min_annual_frac": 0.05}),
        ("max_diversification", {}),
        ("robust", {"uncertainty": 2.0, "risk_aversion": 3.0}),
        ("risk_parity", {}),
        ("risk_parity", {"budgets": {"A": 0.7, "B": 0.3}}),
        ("equal_weight", {}),
        ("inverse_volatility", {}),
        ("hierarchical_risk_parity", {"linkage": "single"}),
    ],
)
def test_objectives_say_what_they_seek_and_compile(kind, fields):
    made = OBJECTIVES.get(kind)(kind=kind, **fields)
    assert made.explain().endswith(".")
    goal = made.compile()
    for name, value in fields.items():
        assert getattr(goal, name) == value
    assert type(made).model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("max_utility", {"risk_aversion": 0.0}, "greater than 0"),
        ("max_utility", {}, "required"),
        ("robust", {"uncertainty": -1.0}, "greater than or equal to 0"),
        ("risk_parity", {"budgets": {"A": 0.7, "B": 0.4}}, "sum to 110%"),
        ("risk_parity", {"budgets": {"A": 70.0, "B": 30.0}}, "Did you mean 70%"),
        ("hierarchical_risk_parity", {"linkage": "median"}, "ward"),
    ],
)
def test_bad_parameters_are_refused(kind, fields, words):
    with pytest.raises(ValidationError, match=words):
        OBJECTIVES.get(kind)(kind=kind, **fields)
