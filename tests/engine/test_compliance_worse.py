"""Is a trade stopped by what it does itself, and never by what its costs do to everything else?"""

from __future__ import annotations

from typing import Any

import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.result import RuleResult
from engine.compliance.rule import Definition, Rule
from engine.compliance.state import ComplianceState, Order
from tests.engine.compliance_worlds import book

pytestmark = pytest.mark.requirement("4.3.A2")
TEN = Rule(
    id="ten", title="At most 10%", universe="not is_cash", group_by="symbol", measure="sum(weight)", limit="0.10"
)
TOTAL = TEN.model_copy(update={"id": "total", "measure": "sum(weight_total)", "limit": "0.20"})
NAMED = Rule(id="named", title="At least 80%", universe="is_named", measure="sum(weight_total)", operator=">=",
             limit="0.80")  # fmt: skip


def one(rule: Rule, state: ComplianceState, *orders: Order, **given: Any) -> RuleResult:
    """Return what becomes of one rule."""
    return evaluate([rule], state, orders, **given).results[0]


def test_costs_of_another_sale_make_no_standing_breach_worse() -> None:
    state = book({"value": 27.5}, {"value": 8}, cash=64.5)
    for cost in (0.0, 0.00005, 0.05):
        found = one(TEN, state, Order("S2", -1.0, cost_ccy=cost))
        assert (found.status, found.cause, found.verdict) == ("failed", "passive", "pass_with_warning"), cost
    assert found.groups[0].value is not None
    assert found.groups[0].value > 0.275, "the figure itself is told after costs"


def test_a_sale_of_the_breach_itself_goes_with_its_costs_and_a_purchase_does_not() -> None:
    state = book({"value": 27.5}, {"value": 8}, cash=64.5)
    assert one(TEN, state, Order("S1", -0.001, cost_ccy=0.01)).verdict == "pass_with_warning"
    assert one(TEN, state, Order("S1", 0.001)).verdict == "blocked"
    assert one(TEN, state, Order("S1", 0.001), Order("S2", -1.0, cost_ccy=0.01)).verdict == "blocked"


def test_what_costs_alone_bring_beyond_a_limit_is_a_breach() -> None:
    state = book({"value": 10}, {"value": 8}, cash=82)
    found = one(TEN, state, Order("S2", -1.0, cost_ccy=1.0))
    assert (found.status, found.cause, found.verdict) == ("failed", "active", "blocked")
    assert found.groups[0].value == 0.10101010


def test_costs_do_come_out_of_cash() -> None:
    floor = Rule(id="floor", title="Cash", universe="is_cash", measure="sum(weight)", operator=">=", limit="0.05")
    state = book({"value": 50}, {"value": 49}, cash=1)
    assert one(floor, state, Order("S1", -1.0, cost_ccy=0.5)).verdict == "pass_with_warning", "cash comes in"
    assert one(floor, state, Order("S1", -1.0, cost_ccy=1.5)).verdict == "blocked", "more goes out than comes in"


def test_a_sale_that_repays_a_debt_makes_nothing_else_worse() -> None:
    """Total assets of 130 become 100: the share of what stays grows, and nobody bought it."""
    state = book({"value": 30}, {"value": 100}, cash=-30)
    found = one(TOTAL, state, Order("S2", -30.0))
    by_group = {group.group: group for group in found.groups}
    assert (by_group["S1"].before, by_group["S1"].value) == (pytest.approx(30 / 130, abs=1e-8), 0.3)
    assert (by_group["S1"].cause, found.verdict) == ("passive", "pass_with_warning")
    assert one(TOTAL, state, Order("S2", -30.0), Order("S1", 0.01)).verdict == "blocked"


@pytest.mark.parametrize(
    ("orders", "verdict"),
    [
        ((Order("S1", -10.0),), "blocked"),  # less of what is asked for
        ((Order("S2", 10.0),), "blocked"),  # more of the rest, on debt: 70 of 110 instead of 70 of 100
        ((Order("S2", -10.0, cost_ccy=0.1),), "pass_with_warning"),  # less of the rest
        ((Order("S1", 1.0, cost_ccy=0.1),), "pass_with_warning"),
    ],
)
def test_a_floor_is_made_worse_by_selling_what_counts_and_by_buying_what_does_not(
    orders: tuple[Order, ...], verdict: str
) -> None:
    state = book({"value": 70, "is_named": True}, {"value": 30}, cash=0)
    assert one(NAMED, state, *orders).verdict == verdict


def test_how_far_a_figure_lies_beyond_a_limit_that_moves_decides() -> None:
    """S1 stays at 50%, but cash falls from 20% to 5%: twice the cash allowed 40% before, and allows 10% now."""
    rule = Rule(
        id="moving", title="x", definitions=(Definition(name="cash", expression="sum(weight, where=is_cash)"),),
        universe='symbol == "S1"', measure="sum(weight)", limit="2 * cash",
    )  # fmt: skip
    state = book({"value": 50}, {"value": 30}, cash=20)
    worse = one(rule, state, Order("S2", 15.0))
    assert (worse.groups[0].before, worse.groups[0].value, worse.limit) == (0.5, 0.5, 0.1)
    assert (worse.cause, worse.verdict) == ("active", "blocked")
    better = one(rule, state, Order("S2", -3.0))
    assert (better.status, better.cause, better.limit) == ("failed", "passive", 0.46)
    both = one(rule, state, Order("S1", 2.0), Order("S2", -6.0))
    assert both.groups[0].value == 0.52, "the figure grew, and its distance to the limit shrank"
    assert (both.cause, both.verdict) == ("passive", "pass_with_warning")


def test_money_has_its_own_steps_and_falls_by_costs_without_being_made_worse() -> None:
    floor = Rule(id="size", title="x", measure="net_assets_ccy", operator=">=", limit="1000000")
    state = book({"value": "900000"}, cash="50000")
    found = one(floor, state, Order("S1", -1000.0, cost_ccy=12.34))
    assert (found.status, found.cause, found.groups[0].value) == ("failed", "passive", 949_987.66)


def test_an_active_weight_is_not_made_worse_by_costs() -> None:
    rule = TEN.model_copy(update={"measure": "sum(active_weight)", "limit": "0.05"})
    state = book({"value": 30, "active_weight": 0.10}, {"value": 20, "active_weight": 0.0}, cash=50)
    sold = one(rule, state, Order("S2", -1.0, cost_ccy=0.5))
    assert (sold.cause, sold.verdict) == ("passive", "pass_with_warning")
    assert one(rule, state, Order("S1", 1.0, cost_ccy=0.5)).verdict == "blocked"


def test_costs_of_yesterdays_trades_brought_no_breach_about_either() -> None:
    yesterday = book({"value": 15}, {"value": 10}, cash=75)
    assert one(TEN, book({"value": 15}, {"value": 9}, cash="75.5"), reference=yesterday).cause == "passive"
    assert one(TEN, book({"value": 16}, {"value": 9}, cash="74.5"), reference=yesterday).cause == "active"


def test_what_a_sale_brings_in_makes_no_deposit_worse_and_what_a_cover_takes_no_floor() -> None:
    """KO at 90% beside a deposit of 30% at one bank and a short position: nothing but a sale mends the first."""
    state = book({"value": 90}, {"value": -20}, cash=30)
    deposits = Rule(id="deposits", title="x", universe="is_cash", group_by="issuer", measure="sum(weight)", limit="0.2")
    assert one(deposits, state, Order("S1", -50.0, cost_ccy=0.1)).verdict == "pass_with_warning"
    assert one(deposits, state, Order("S2", -10.0)).verdict == "blocked", "more is sold short"
    basket = Rule(id="basket", title="x", universe="is_cash", measure="sum(weight_total)", operator=">=", limit="0.75")
    covered = one(basket, state, Order("S2", 10.0, cost_ccy=0.1))
    assert (covered.status, covered.cause, covered.verdict) == ("failed", "passive", "pass_with_warning")
    assert one(basket, state, Order("S2", 10.0, cost_ccy=11.0)).verdict == "blocked", "that is no cost of a trade"
    assert one(basket, state, Order("S1", 10.0)).verdict == "blocked"
    assert one(basket, state, Order("S2", 25.0)).verdict == "blocked", "bought beyond what was short"


def test_a_debt_that_grows_is_worse_whatever_is_bought_back_with_it() -> None:
    rule = Rule(id="debt", title="x", measure="borrowing", limit="0.1")
    state = book({"value": 150}, {"value": -20}, cash=-30)
    assert one(rule, state, Order("S2", 10.0)).verdict == "blocked"
    assert one(rule, state, Order("S1", -10.0)).verdict == "pass_with_warning"
