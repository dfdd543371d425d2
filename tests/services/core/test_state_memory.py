"""Is the same portfolio known again by its content alone, and never one that differs in anything?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from services.compliance.state_memory import STATES_MAX_COUNT, StateMemory
from tests.engine.test_compliance_optimize import world


def test_the_same_content_is_the_same_state_and_any_difference_is_another() -> None:
    memory, state = StateMemory(), world(sector=["Tech"] * 8)
    assert memory.same(state) is state
    assert memory.same(world(sector=["Tech"] * 8)) is state
    grown = state.quantities.copy()
    grown[1] = 1.0
    others = [
        world(sector=["Tech"] * 7 + ["Food"]),
        replace(state, values_ccy=(Decimal(999), *state.values_ccy[1:])),
        replace(state, quantities=grown),
        replace(state, prices_ccy=state.prices_ccy * 2.0),
        replace(state, facts={"volatility": 0.1}),
        replace(state, per_unit={**state.per_unit, "vote_share": np.ones(9)}),
        replace(state, is_month_end=False),
    ]
    assert all(memory.same(one) is one for one in others)
    assert memory.same(world(sector=["Tech"] * 8)) is state


def test_the_longest_unused_falls_out() -> None:
    memory, first = StateMemory(), world()
    memory.same(first)
    for number in range(STATES_MAX_COUNT):
        memory.same(replace(first, facts={"volatility": 0.01 * (number + 1)}))
    again = world()
    assert memory.same(again) is again
