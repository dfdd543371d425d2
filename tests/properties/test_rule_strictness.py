"""Does what passes a stricter rule pass the looser one, for every rule of the packs and whatever is held?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compliance.evaluate import evaluate
from engine.compliance.packs.catalog import PACKS
from engine.compliance.rule import Rule
from engine.compliance.strictness import effect_of
from tests.engine.compliance_worlds import book

RULES = [rule for pack in PACKS.values() for rule in pack.rules if rule.parameters]
SHARES = [0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 0.9, 1.5]


def with_values(rule: Rule, values: dict[str, float]) -> Rule:
    parameters = tuple(one.model_copy(update={"value": values.get(one.name, one.value)}) for one in rule.parameters)
    return rule.model_copy(update={"parameters": parameters})


@pytest.mark.requirement("4.3.F3")
@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(RULES),
    st.data(),
    st.lists(
        st.fixed_dictionaries(
            {
                "value": st.integers(1, 60),
                "sector": st.sampled_from(["Energy", "Industry"]),
                "is_fund": st.booleans(),
                "is_covered": st.booleans(),
                "esg_score": st.sampled_from([20.0, 50.0, 80.0]),
                "class_share": st.sampled_from(SHARES[:6]),
            }
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_a_looser_rule_lets_everything_pass_that_a_stricter_one_does(
    rule: Rule, data: st.DataObject, held: list[dict[str, Any]]
) -> None:
    names = data.draw(st.lists(st.sampled_from([one.name for one in rule.parameters]), min_size=1, unique=True))
    values = {name: data.draw(st.sampled_from(SHARES)) for name in names}
    effect = effect_of(rule, values)
    if effect == "unclear":
        return
    facts = {"tracking_error": 0.05, "var_99_20d": 0.15, "benchmark_var_99_20d": 0.1, "turnover_year": 0.7}
    state = book(*held, cash=20, **facts)
    before, after = evaluate([rule, with_values(rule, values)], state).results
    passes = [one.status in ("passed", "warning") for one in (before, after)]
    if effect == "looser":
        assert passes[1] or not passes[0]
    elif effect == "tighter":
        assert passes[0] or not passes[1]
    else:
        assert passes[0] == passes[1]
