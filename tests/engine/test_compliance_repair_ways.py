"""Do ways to mend a portfolio ask for no needless order, and say what they cannot mend, what stops them, and why?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.compliance.allowances import Allowances
from engine.compliance.evaluate import evaluate
from engine.compliance.repair import repair
from engine.compliance.repair_result import RepairWay
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState, Order
from tests.engine.compliance_worlds import UNKNOWN, book
from tests.engine.test_compliance_repair import NO_BUFFER, cap, way


def rule(code: str, title: str, universe: str, limit: str, **more: Any) -> Rule:
    """Return a rule on the sum of weights of a universe."""
    return Rule(id=code, title=title, universe=universe, measure="sum(weight)", limit=limit, **more)


def units(found: RepairWay) -> dict[str, float]:
    """Return the units of each order."""
    return {one.symbol: one.quantity for one in found.orders}


@pytest.mark.requirement("4.3.A5")
def test_one_order_mends_what_one_order_can_whatever_costs_do_to_other_broken_weights() -> None:
    rows = [{"value": "27500", "issuer": "L"}] + [{"value": str(value), "issuer": f"I{value}"} for value in
                                                  (14000, 13000, 12500, 12000, 11000)]  # fmt: skip
    state = book(*rows, cash="10000")
    rules = (cap("0.25"), cap("0.10", "issuer"))
    wish = replace(NO_BUFFER, rule_ids=("cap.symbol",), lots=np.ones(7), costs_frac=np.full(7, 0.001))
    found = repair(rules, state, wish)
    assert found.broken == ("No symbol above 0.25",)
    reduced = way(found, "reduce")
    assert (reduced.outcome, set(units(reduced))) == ("repaired", {"S1"})
    # (27500 - z) / (100000 - 0.001 z) <= 0.25 first holds at 2,501 units: 24,999 of 99,997.499.
    assert units(reduced)["S1"] == -2501.0
    assert set(units(way(found, "cheapest"))) == {"S1"}
    again = evaluate(rules, state, [Order("S1", -2501.0, 2.501)])
    assert [one.cause for one in again.results if one.status == "failed"] == ["passive"]


def test_two_sectors_beyond_their_caps_need_one_order_each_and_no_more() -> None:
    rows = [{"value": "9", "sector": "E"}] * 4 + [{"value": "8", "sector": "T"}] * 4
    found = way(repair([cap("0.3", "sector")], book(*rows, cash="32"), NO_BUFFER), "reduce")
    assert len(found.orders) == 2
    assert sum(-one.value_ccy for one in found.orders) == pytest.approx(8.0, abs=0.05)


@pytest.mark.requirement("4.3.A5")
def test_a_rule_that_nothing_mends_does_not_void_the_list_for_the_others() -> None:
    state = book({"value": "40", "currency": "USD"}, {"value": "30", "currency": "USD"}, cash="30")
    state = replace(state, given={**state.given, "currency": ["USD"] * 3}, kept={}, _columns={})
    currency = Rule(id="currency", title="No currency above 80%", group_by="currency", measure="sum(weight)",
                    limit="0.8", severity="soft")  # fmt: skip
    found = repair([cap("0.35"), currency], state, NO_BUFFER)
    assert found.broken == ("No symbol above 0.35",)
    assert found.helpless[0].startswith("No currency above 80%: no trades in what the portfolio holds bring it")
    assert way(found, "reduce").outcome == "repaired"
    assert way(found, "reduce").worse == ()


@pytest.mark.requirement("4.3.A5")
def test_a_way_mends_what_it_can_and_says_what_it_leaves_and_which_rules_stand_in_the_way() -> None:
    state = book({"value": "60"}, {"value": "30"}, cash="10")
    rules = (
        cap("0.5"),
        rule("cash", "At most 10% in cash", "is_cash", "0.1"),
        rule("beta", "S2 at most 25%", 'symbol == "S2"', "0.25", severity="soft"),
        rule("hidden", "S1 at least 10%", 'symbol == "S1"', "0.1", operator=">="),
    )
    found = repair(rules, state, NO_BUFFER)
    assert found.broken == ("No symbol above 0.5", "S2 at most 25%")
    # Nothing can be sold: whatever is, becomes cash beyond 10%.
    reduced = way(found, "reduce")
    assert (reduced.outcome, reduced.unmended) == ("impossible", found.broken)
    assert "At most 10% in cash" in reduced.clash
    assert "S1 at least 10%" not in reduced.clash
    free = repair(rules[:3], book({"value": "54"}, {"value": "41"}, cash="5"), NO_BUFFER)
    partial = way(free, "reduce")
    assert partial.outcome == "partial"
    assert partial.unmended == ("S2 at most 25%",)
    assert "S2 at most 25% is left as now" in partial.sentence
    assert "every other rule" in partial.sentence
    assert set(partial.clash) == {"At most 10% in cash", "S2 at most 25%"}  # 16% of S2 become cash, of which 5% may be


def test_covers_of_shorts_are_reductions_and_the_words_say_so() -> None:
    state = book({"value": "-60"}, {"value": "80"}, cash="80")
    gross = Rule(id="gross", title="Gross at most 120%", measure="gross_exposure", limit="1.2")
    found = way(repair([gross], state, NO_BUFFER), "reduce")
    assert found.outcome == "repaired"
    assert found.sentence.startswith("Reductions alone: ")
    for order in found.orders:
        assert order.quantity * {"S1": -60.0, "S2": 80.0}[order.symbol] < 0.0


def test_a_rule_that_trades_make_worse_is_named() -> None:
    error = Rule(id="te", title="Tracking error at most 5%", measure="tracking_error", limit="0.05", severity="soft")
    state = replace(book({"value": "60"}, {"value": "30"}, cash="10"), facts={"tracking_error": 0.06})

    def after(_: ComplianceState) -> Mapping[str, float | None]:
        return {"tracking_error": 0.07}

    found = way(repair([cap("0.5"), error], state, NO_BUFFER, facts_after=after), "reduce")
    assert (found.outcome, found.worse, found.unmended) == ("unverified", ("Tracking error at most 5%",), ())
    assert "Tracking error at most 5% is worse than before" in found.sentence
    assert [(one.rule_id, one.is_target) for one in found.rules] == [("cap.symbol", True), ("te", False)]


def test_rules_that_stand_in_the_way_and_cannot_be_judged_are_told_as_such() -> None:
    rows = [{"value": "9", "is_named": True}] * 3 + [{"value": "7", "is_named": UNKNOWN}, {"value": "5"}]
    rules = (cap("0.08"), rule("names", "At least 30% in named", "is_named", "0.3", operator=">="))
    found = repair(rules, book(*rows, cash="61"), replace(NO_BUFFER, rule_ids=("cap.symbol",)))
    reduced = way(found, "reduce")
    assert set(reduced.clash) == {"No symbol above 0.08", "At least 30% in named"}
    assert "At least 30% in named cannot be judged, since these are not known: whether they" in reduced.sentence


@pytest.mark.requirement("4.3.A5")
def test_what_is_sold_may_lie_at_a_bank_that_holds_too_much_already() -> None:
    rows = [{"value": "9"}] * 3 + [{"value": "7"}] * 2 + [{"value": "5"}] * 2
    deposits = Rule(id="deposits", title="Deposits at one bank at most 20%", universe="is_cash", group_by="issuer",
                    measure="sum(weight)", limit="0.2")  # fmt: skip
    for bank in ({}, {"issuer": UNKNOWN}):
        state = book(*rows, cash="49", cash_is=bank)
        found = repair((cap("0.08"), deposits), state, replace(NO_BUFFER, rule_ids=("cap.symbol",)))
        reduced = way(found, "reduce")
        assert (reduced.outcome, reduced.verdict) == ("repaired", "pass_with_warning")
        assert {one.symbol for one in reduced.orders} == {"S1", "S2", "S3"}


def test_what_somebody_let_stand_is_not_mended_and_may_come_to_its_level() -> None:
    state = book({"value": "40"}, {"value": "30"}, cash="30")
    soft = cap("0.35").model_copy(update={"severity": "soft"})
    stands = replace(NO_BUFFER, allowances=Allowances({("cap.symbol", "S1"): 0.42}))
    found = repair([soft], state, stands)
    assert (found.broken, found.let_stand) == ((), ("No symbol above 0.35",))
    assert {one.outcome for one in found.ways} == {"unneeded"}
    named = repair([soft], state, replace(stands, rule_ids=("cap.symbol",)))
    assert way(named, "reduce").outcome == "repaired"
    narrow = repair([soft], state, replace(NO_BUFFER, allowances=Allowances({("cap.symbol", "S1"): 0.38})))
    assert narrow.broken == ("No symbol above 0.35",)  # beyond its level it stands no more
    other = repair(
        [soft, rule("all", "At least 75% invested", "not is_cash", "0.75", operator=">=")],
        state,
        replace(stands, fixed=np.array([False, False, True])),
    )
    bought = way(other, "cheapest")
    assert bought.outcome == "impossible"  # 42% and 30% are 72%
    assert units(way(repair([soft, rule("all", "At least 71% invested", "not is_cash", "0.71", operator=">=")], state,
                            replace(stands, fixed=np.array([False, False, True]))), "cheapest")) == {
        "S1": pytest.approx(1.0, rel=2e-3)
    }  # fmt: skip


@pytest.mark.requirement("4.3.A5")
def test_what_lists_forbid_is_not_traded_and_a_rule_that_demands_it_is_told_with_the_way_out() -> None:
    state = book({"value": "40"}, {"value": "30", "is_restricted": True}, cash="30")
    gone = Rule(id="list", title="Nothing on the restricted list", universe="is_restricted and quantity != 0",
                group_by="symbol", measure="count()", limit="0")  # fmt: skip
    locked = replace(NO_BUFFER, locked=np.array([False, False, True]))
    found = repair([cap("0.35"), gone], state, locked)
    assert found.broken == ("No symbol above 0.35",)
    (said,) = found.helpless
    assert said.startswith("Nothing on the restricted list: it demands trades in S2, which is on a list")
    assert "two people" in said
    assert set(units(way(found, "cheapest"))) == {"S1"}
    free = repair([cap("0.35"), gone], state, NO_BUFFER)
    assert units(way(free, "reduce"))["S2"] == -30.0
    floor = rule("floor", "S1 at least 50%", 'symbol == "S1"', "0.5", operator=">=")
    barred = repair([floor], state, replace(NO_BUFFER, unbought=np.array([False, True, False])))
    assert "trades in S1" in barred.helpless[0]


@pytest.mark.parametrize("seed", range(40))
def test_random_lists_hold_no_order_that_is_not_needed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(2, 30, 8)
    rows = [{"value": str(value), "issuer": f"I{n % 5}", "sector": f"T{n % 3}"} for n, value in enumerate(values)]
    state = book(*rows, cash=str(int(rng.integers(1, 20))))
    rules = (cap("0.15"), cap("0.25", "issuer"), cap("0.5", "sector"))
    found = repair(rules, state, NO_BUFFER)
    for one in found.ways:
        if one.outcome not in ("repaired", "partial"):
            continue
        assert not one.worse
        orders = [Order(line.symbol, line.quantity, line.cost_ccy) for line in one.orders]
        left = set(one.unmended)
        for place in range(len(orders)):
            again = evaluate(rules, state, orders[:place] + orders[place + 1 :])
            bad = [result.title for result in again.results if result.status == "failed" and result.title not in left]
            worse = [result for result in again.results if result.cause == "active"]
            cash = float(state.after(orders[:place] + orders[place + 1 :]).values_ccy[0] or 0)
            is_cash_kept = cash >= -1e-9 and (one.way != "nearest" or cash <= float(state.values_ccy[0] or 0) + 1e-9)
            assert bad or worse or not is_cash_kept, (one.way, orders[place])
