"""Are trades that only reduce let through with their costs, whatever is held, and all others judged by what they do?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compliance.evaluate import evaluate
from engine.compliance.rule import Definition, Parameter, Rule
from engine.compliance.state import ComplianceState, Order
from tests.engine.compliance_worlds import book

BAD = ("failed", "indeterminate")


def _cap(key: str, measure: str, limit: float, **more: Any) -> Rule:
    return Rule(id=key, title=key, measure=measure, limit=repr(limit), **{"universe": "not is_cash", **more})


LONG = "not is_cash and quantity > 0"
CAPS = (
    _cap("symbol", "sum(weight)", 0.08, group_by="symbol"),
    _cap("issuer", "sum(weight)", 0.12, group_by="issuer", universe=LONG),
    _cap("total", "sum(weight_total)", 0.10, group_by="issuer_group"),
    _cap("gross", "sum(weight_gross)", 0.10, group_by="sector"),
    _cap("size", "sum(abs(weight))", 0.6),
    _cap("squares", "squares(sum(weight_total, by=issuer))", 0.05),
    _cap("top", "top(weight, 2)", 0.2),
    _cap("exposure", "gross_exposure", 0.7),
    _cap("illiquid", "sum(weight, where=is_illiquid)", 0.03, universe=LONG),
    _cap("few", "count()", 2.0),
    _cap("deposits", "sum(weight)", 0.15, group_by="issuer", universe="is_cash"),
    _cap("body", "sum(weight)", 0.20, group_by="issuer", universe="is_cash or quantity > 0"),
    _cap("spread", "sum(weight_total)", 0.9, operator=">=", universe="is_cash or weight < 0"),
    _cap("held", "sum(weight)", 0.20, group_by="issuer", keep="measure > base", over="sum", universe=LONG,
         parameters=(Parameter(name="base", value=0.05),)),
)  # fmt: skip
"""Rules in which a sale of what is held long, or a purchase of what is short, makes no figure greater."""
MOVING = Rule(
    id="moving", title="x", definitions=(Definition(name="kept", expression="sum(weight, where=not is_illiquid)"),),
    universe="not is_cash", group_by="symbol", measure="sum(weight)", limit="kept / 4",
)  # fmt: skip


@st.composite
def states(draw: st.DrawFn) -> ComplianceState:
    """Return long, levered, and long and short portfolios; sometimes it is not known what is illiquid."""
    rows = [
        {
            "value": draw(st.integers(-2_000, 4_000).filter(bool)).__truediv__(100).__str__(),
            "issuer": draw(st.sampled_from("ABC")),
            "issuer_group": draw(st.sampled_from("XY")),
            "sector": draw(st.sampled_from(["Energy", "Industry"])),
            "is_illiquid": draw(st.sampled_from([True, False, "unknown"])),
        }
        for _ in range(draw(st.integers(1, 6)))
    ]
    whole = sum(Decimal(row["value"]) for row in rows)
    return book(*rows, cash=str(Decimal(draw(st.integers(20, 150))) - whole))


def reductions(draw: Any, state: ComplianceState) -> list[Order]:
    """Return sales of parts of what is long and covers of parts of what is short, with costs up to a hundredth."""
    orders = []
    for place, value in enumerate(state.values_ccy):
        if place and draw(st.booleans()):
            part = draw(st.sampled_from([0.001, 0.1, 0.5, 1.0]))
            cost = draw(st.sampled_from([0.0, 1e-6, 0.005, 0.01])) * abs(float(value or 0)) * part
            orders.append(Order(state.symbols[place], -float(value or 0) * part, cost_ccy=cost))
    return orders


@pytest.mark.requirement("4.3.A2")
@settings(max_examples=150, deadline=None)
@given(states(), st.data())
def test_trades_that_only_reduce_are_never_stopped_by_what_stood_before(
    state: ComplianceState, data: st.DataObject
) -> None:
    orders = reductions(data.draw, state)
    if not orders:
        return
    before = {(r.rule_id, g.group): g.status for r in evaluate(CAPS, state).results for g in r.groups}
    for result in evaluate(CAPS, state, orders).results:
        for group in result.groups:
            if group.status in BAD:
                stood = before.get((result.rule_id, group.group)) in BAD
                assert group.cause == ("passive" if stood else "active"), (result.rule_id, group)
        if all(before.get((result.rule_id, g.group)) in BAD for g in result.groups if g.status in BAD):
            assert result.verdict in ("pass", "pass_with_warning"), result.rule_id


@pytest.mark.requirement("4.3.A2")
@settings(max_examples=150, deadline=None)
@given(states(), st.data())
def test_a_purchase_of_what_is_beyond_its_limit_is_always_stopped(state: ComplianceState, data: st.DataObject) -> None:
    """Whatever else is sold with it, and whatever that costs, bought out of cash or on debt."""
    broken = [
        place
        for place, value in enumerate(state.values_ccy)
        if place and (value or 0) > 0 and evaluate(CAPS[:1], state).results[0].status == "failed"
        and Decimal("0.0801") * (state.net_assets_ccy or 0) < (value or 0)
    ]  # fmt: skip
    if not broken:
        return
    place = data.draw(st.sampled_from(broken))
    units = data.draw(st.sampled_from([0.001, 0.5, 5.0]))
    others = [one for one in reductions(data.draw, state) if one.position != state.symbols[place]]
    orders = [Order(state.symbols[place], units, cost_ccy=data.draw(st.sampled_from([0.0, 0.01]))), *others]
    (result,) = evaluate(CAPS[:1], state, orders).results
    causes = {group.group: group.cause for group in result.groups}
    assert causes[state.symbols[place]] == "active"
    assert result.verdict == "blocked"


@pytest.mark.requirement("4.3.A2")
@settings(max_examples=150, deadline=None)
@given(states(), st.data())
def test_a_purchase_makes_every_figure_over_net_assets_worse_that_it_belongs_to(
    state: ComplianceState, data: st.DataObject
) -> None:
    """Of the position, its issuer, the greatest, the size and the exposure; with costs up to a hundredth."""
    rules = [rule for rule in CAPS if rule.id in ("symbol", "issuer", "size", "exposure", "illiquid")]
    long = [place for place, value in enumerate(state.values_ccy) if place and (value or 0) > 0]
    if not long:
        return
    place = data.draw(st.sampled_from(long))
    units = data.draw(st.sampled_from([0.001, 0.5, 5.0]))
    order = Order(state.symbols[place], units, cost_ccy=units * data.draw(st.sampled_from([0.0, 0.001, 0.01])))
    mine = {state.symbols[place], state.given["issuer"][place], ""}
    for result in evaluate(rules, state, [order]).results:
        if result.rule_id == "illiquid" and state.given["is_illiquid"][place] is False:
            continue
        for group in result.groups:
            if group.status in BAD and group.group in mine:
                assert group.cause == "active", (result.rule_id, group)


@pytest.mark.requirement("4.3.A2")
@settings(max_examples=150, deadline=None)
@given(states(), st.data())
def test_what_was_kept_and_is_broken_by_costs_alone_is_a_breach(state: ComplianceState, data: st.DataObject) -> None:
    """A list whose trades come to next to nothing and that costs a hundredth of net assets."""
    cost = float(state.net_assets_ccy or 0) * data.draw(st.sampled_from([1e-4, 0.01, 0.2]))
    orders = [Order(state.symbols[1], -1e-9 * float(state.values_ccy[1] or 0), cost_ccy=cost)]
    rules = (*CAPS, MOVING)
    before = {(r.rule_id, g.group): g.status for r in evaluate(rules, state).results for g in r.groups}
    for result in evaluate(rules, state, orders).results:
        newly = [g for g in result.groups if g.status in BAD and before.get((result.rule_id, g.group)) not in BAD]
        assert all(group.cause == "active" for group in newly)
        assert not newly or result.verdict == "blocked", result.rule_id


@settings(max_examples=100, deadline=None)
@given(states(), st.data())
def test_without_costs_and_debt_the_distance_to_the_limit_alone_decides(
    state: ComplianceState, data: st.DataObject
) -> None:
    """Net assets stay what they are without costs: causes follow from the figures that are told, by another route."""
    state = replace(state, given={**state.given, "is_illiquid": [False] * len(state.symbols)}, kept={}, _columns={})
    orders = [
        Order(state.symbols[place], data.draw(st.integers(-300, 300)) / 10.0) for place in range(1, len(state.symbols))
    ]
    now, was = evaluate([MOVING], state, orders).results[0], evaluate([MOVING], state).results[0]
    told = {group.group: group for group in was.groups}
    for group in now.groups:
        if group.status != "failed":
            continue
        earlier = told.get(group.group)
        assert group.value is not None
        assert now.limit is not None
        assert was.limit is not None
        stood = earlier is not None and earlier.status == "failed" and earlier.value is not None
        worse = not stood or group.value - now.limit > (earlier.value or 0) - was.limit + 4e-9  # type: ignore[union-attr]
        assert group.cause == ("active" if worse else "passive")
