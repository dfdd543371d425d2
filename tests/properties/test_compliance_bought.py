"""Does a rule whose figure cannot grow stop exactly the trades that add to what breaks it, whatever is held?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compliance.evaluate import evaluate
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState, Order
from tests.engine.compliance_worlds import book

BAD = ("failed", "indeterminate")
BY_POSITION = (
    Rule(id="flag", title="x", universe="is_party and quantity != 0", group_by="symbol", measure="count()", limit="0"),
    Rule(id="short", title="x", universe="weight < 0 and not is_cash", group_by="symbol", measure="count()", limit="0"),
    Rule(id="mark", title="x", universe="quantity != 0", group_by="symbol", measure="max(sri)", limit="4"),
    Rule(id="least", title="x", universe="quantity != 0", group_by="symbol", measure="min(esg_score)", operator=">=",
         limit="50"),
    Rule(id="mean", title="x", universe="weight > 0", group_by="symbol", measure="average(esg_score, weight)",
         operator=">=", limit="50"),
)  # fmt: skip
"""Rules that forbid positions: no figure of theirs depends on how much is held."""


@st.composite
def states(draw: st.DrawFn) -> ComplianceState:
    """Return long and short positions of which some marks are not known."""
    rows = [
        {
            "value": draw(st.integers(-20, 40).filter(bool)),
            "is_party": draw(st.sampled_from([True, False, "unknown"])),
            "sri": draw(st.sampled_from([3, 7, "unknown"])),
            "esg_score": draw(st.sampled_from([20.0, 80.0, "unknown"])),
        }
        for _ in range(draw(st.integers(1, 5)))
    ]
    return book(*rows, cash=300)


@pytest.mark.requirement("4.3.A2")
@settings(max_examples=200, deadline=None)
@given(states(), st.data())
def test_what_is_forbidden_or_not_known_is_stopped_if_and_only_if_it_grows(
    state: ComplianceState, data: st.DataObject
) -> None:
    """By a second route: the units that were held and that are, of every position that stood in the way already."""
    traded = data.draw(st.lists(st.sampled_from(state.symbols[1:]), unique=True, min_size=1))
    sizes = {symbol: data.draw(st.integers(-30, 30).filter(bool)) / 2.0 for symbol in traded}
    cost = data.draw(st.sampled_from([0.0, 0.3]))
    before = {(r.rule_id, g.group): g.status for r in evaluate(BY_POSITION, state).results for g in r.groups}
    held = dict(zip(state.symbols, state.quantities.tolist(), strict=True))
    for result in evaluate(BY_POSITION, state, [Order(one, size, cost) for one, size in sizes.items()]).results:
        for group in (one for one in result.groups if one.status in BAD):
            was, now = held[group.group], held[group.group] + sizes.get(group.group, 0.0)
            grew = abs(now) > abs(was) or was * now < 0.0
            is_new = before.get((result.rule_id, group.group)) not in BAD
            assert group.cause == ("active" if grew or is_new else "passive"), (result.rule_id, group)
        causes = {one.cause for one in result.groups if one.status in BAD}
        assert (result.verdict == "blocked") == ("active" in causes)
