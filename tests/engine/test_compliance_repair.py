"""Are the trades of a repair the smallest, do they mend what they are to mend, and is it said what stops them?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.proofs.compliance import mandate
from engine.compliance.evaluate import evaluate
from engine.compliance.repair import RepairWish, repair
from engine.compliance.repair_result import RepairWay
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState, Order
from engine.kernel.errors import InputRefused
from tests.engine.compliance_worlds import book
from tests.engine.test_compliance_optimize import pack

NO_BUFFER = RepairWish(buffer_frac=0.0)


def way(found: object, name: str) -> RepairWay:
    """Return one way of a repair."""
    return next(one for one in found.ways if one.way == name)  # type: ignore[attr-defined]


def cap(limit: str, group_by: str = "symbol") -> Rule:
    """Return a rule that caps positions or groups."""
    return Rule(id=f"cap.{group_by}", title=f"No {group_by} above {limit}", universe="not is_cash", group_by=group_by,
                measure="sum(weight)", limit=limit)  # fmt: skip


@pytest.mark.requirement("4.3.A5")
def test_sales_are_as_small_as_the_limit_and_the_costs_allow() -> None:
    state = book({"value": "40"}, {"value": "30"}, cash="30")
    wish = replace(NO_BUFFER, costs_frac=np.array([0.0, 0.01, 0.01]))
    found = way(repair([cap("0.35")], state, wish), "reduce")
    (order,) = found.orders
    # (40 - z) / (100 - 0.01 z) = 0.35, so z = 5 / (1 - 0.0035).
    assert order.quantity == pytest.approx(-5.0 / (1.0 - 0.0035), rel=1e-9)
    assert (order.symbol, found.outcome, found.is_proven) == ("S1", "repaired", True)
    assert order.cost_ccy == pytest.approx(-0.01 * order.value_ccy)
    assert found.turnover_frac == pytest.approx(abs(order.value_ccy) / 100.0)


def test_the_buffer_is_kept_within_the_limit() -> None:
    state = book({"value": "40"}, {"value": "30"}, cash="30")
    found = way(repair([cap("0.35")], state, RepairWish(buffer_frac=0.01)), "reduce")
    assert found.orders[0].after_frac == pytest.approx(0.34, abs=1e-9)


def test_the_cheapest_trades_go_where_trading_costs_least() -> None:
    state = book({"value": "30", "sector": "E"}, {"value": "30", "sector": "E"}, {"value": "20"}, cash="20")
    wish = replace(NO_BUFFER, costs_frac=np.array([0.0, 0.004, 0.001, 0.002]))
    found = way(repair([cap("0.5", "sector")], state, wish), "cheapest")
    assert [one.symbol for one in found.orders] == ["S2"]


def test_cash_stays_where_the_nearest_portfolio_is_asked_for() -> None:
    state = book({"value": "60"}, {"value": "30"}, cash="10")
    found = way(repair([cap("0.55")], state, NO_BUFFER), "nearest")
    assert found.outcome == "repaired"
    assert found.cash_after_frac <= 0.1 / (1.0 - found.cost_frac) + 1e-12
    assert {one.symbol: np.sign(one.quantity) for one in found.orders} == {"S1": -1.0, "S2": 1.0}


def test_a_floor_needs_purchases_and_sales_alone_say_so() -> None:
    state = book({"value": "40", "is_named": True}, {"value": "40"}, cash="20")
    found = repair([pack("us_1940.names")], state, NO_BUFFER)
    assert way(found, "reduce").outcome == "repaired" or way(found, "reduce").clash
    bought = way(found, "cheapest")
    assert bought.outcome == "repaired"
    after = {one.symbol: one.after_frac for one in bought.orders}
    assert after["S1"] >= 0.8 - 1e-8


def test_small_positions_are_sold_or_brought_to_the_least_size_whatever_is_less() -> None:
    state = book({"value": "0.2"}, {"value": "0.9"}, {"value": "50"}, cash="48.9")
    found = repair([pack("house.min_position")], state, NO_BUFFER)
    assert {one.symbol: one.quantity for one in way(found, "reduce").orders} == {"S1": -0.2, "S2": -0.9}
    cheapest = {one.symbol: one.quantity for one in way(found, "cheapest").orders}
    assert cheapest["S1"] == -0.2
    assert cheapest["S2"] == pytest.approx(0.1, abs=1e-3)


def test_five_ten_forty_is_mended_with_the_least_that_must_be_sold() -> None:
    rows = [{"value": "9"}] * 3 + [{"value": "7"}] * 2 + [{"value": "5"}] * 4
    state = book(*rows, cash="39")
    found = way(repair([pack("ucits.sum_40")], state, NO_BUFFER), "reduce")
    # 9 + 9 + 9 + 7 + 7 = 41: one point of any of them is enough, and less than bringing one to 5%.
    assert sum(-one.value_ccy for one in found.orders) == pytest.approx(1.0, abs=0.01)
    assert found.outcome == "repaired"


def test_curves_are_mended() -> None:
    state = book(*[{"value": str(value)} for value in (30, 25, 20, 5, 5)], cash="15")
    rules = (
        Rule(id="hhi", title="Concentration", universe="not is_cash", measure="squares(weight)", limit="0.15"),
        Rule(id="top", title="Top two", universe="not is_cash", measure="top(weight, 2)", limit="0.50"),
    )
    found = repair(rules, state, NO_BUFFER)
    assert {one.outcome for one in found.ways} == {"repaired"}
    top = way(repair(rules[1:], state, NO_BUFFER), "reduce")
    assert sum(-one.value_ccy for one in top.orders) == pytest.approx(5.0, abs=0.02)


def test_rules_that_hold_go_on_holding_and_those_that_clash_are_named() -> None:
    state = book({"value": "60"}, {"value": "30"}, cash="10")
    rules = (
        cap("0.5"),
        Rule(id="cash", title="At most 10% in cash", universe="is_cash", measure="sum(weight)", limit="0.1"),
        Rule(id="beta", title="S2 at most 30%", universe='symbol == "S2"', measure="sum(weight)", limit="0.3"),
    )
    found = repair(rules, state, NO_BUFFER)
    assert {one.outcome for one in found.ways} == {"impossible"}
    assert set(way(found, "cheapest").clash) == {"No symbol above 0.5", "At most 10% in cash", "S2 at most 30%"}
    assert "keep these rules together" in way(found, "cheapest").sentence


def test_whole_lots_are_whole_and_still_mend() -> None:
    state = book({"value": "40"}, {"value": "30"}, cash="30")
    found = way(repair([cap("0.35")], state, replace(NO_BUFFER, lots=np.array([1.0, 2.0, 1.0]))), "reduce")
    assert found.orders[0].quantity == -6.0
    assert found.outcome == "repaired"


def test_what_is_fixed_is_not_traded_and_what_is_unneeded_is_said() -> None:
    state = book({"value": "40"}, {"value": "30"}, cash="30")
    still = replace(NO_BUFFER, fixed=np.array([False, True, False]))
    assert {one.outcome for one in repair([cap("0.35")], state, still).ways} == {"impossible"}
    calm = repair([cap("0.5")], state, NO_BUFFER)
    assert {one.outcome for one in calm.ways} == {"unneeded"}
    assert calm.broken == ()


def test_no_net_assets_and_a_negative_buffer_are_refused() -> None:
    state = book({"value": "40"}, cash="-50")
    with pytest.raises(InputRefused, match="Net assets"):
        repair([cap("0.35")], state)
    with pytest.raises(InputRefused, match="negative"):
        repair([cap("0.35")], book({"value": "40"}, cash="60"), RepairWish(buffer_frac=-0.1))


@pytest.mark.requirement("4.3.A5")
@pytest.mark.parametrize("seed", range(12))
def test_random_portfolios_are_mended_as_a_second_judgement_says(seed: int) -> None:
    _, rules, state = mandate(seed)
    found = repair(rules, state)
    before = {one.rule_id: one.status for one in evaluate(rules, state).results}
    for one in found.ways:
        if one.outcome != "repaired":
            continue
        orders = [Order(line.symbol, line.quantity, line.cost_ccy) for line in one.orders]
        again = evaluate(rules, state, orders)
        for result in again.results:
            if result.title in found.broken and result.severity in ("soft", "hard"):
                assert result.status in ("passed", "warning"), (one.way, result.rule_id)
            if before[result.rule_id] in ("passed", "warning") and result.severity in ("soft", "hard"):
                assert result.status in ("passed", "warning"), (one.way, result.rule_id)
        assert _cash(state, orders) >= -1e-6


def _cash(state: ComplianceState, orders: list[Order]) -> float:
    return float(state.after(orders).values_ccy[0] or 0)
