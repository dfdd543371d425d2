"""Is every boundary exact, whatever the whole is, and is nothing that is not a number ever taken for one?"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.packs.catalog import PACKS
from engine.compliance.program import program_of
from engine.compliance.result import RuleResult
from engine.compliance.rule import Rule
from engine.compliance.state import DERIVED, ComplianceState, Order
from engine.kernel.errors import InputRefused
from tests.engine.compliance_worlds import book

pytestmark = pytest.mark.requirement("4.3.A3")
RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
OF_NET = frozenset({"weight", "exposure", "active_weight", "gross_exposure", "net_exposure", "borrowing"})
NUMBERS = [
    name for name, one in POSITION_FIELDS.items()
    if one.kind == "number" and name not in DERIVED and name not in ("quantity", "exposure_ccy", "otc_exposure_ccy")
]  # fmt: skip


def rule(measure: str, operator: Any, limit: str, **more: Any) -> Rule:
    """Return a rule about what is no cash."""
    shared = {"id": "a", "title": "A", "universe": "not is_cash", "measure": measure}
    return Rule(**{**shared, "operator": operator, "limit": limit, **more})


def one(wanted: Rule, state: ComplianceState, *orders: Order) -> RuleResult:
    """Return what becomes of one rule."""
    return evaluate([wanted], state, orders).results[0]


@pytest.mark.parametrize(
    ("operator", "passing", "failing"),
    [
        ("<=", ["10", "10.0000005", "9.9999995"], ["10.00000051", "10.000001"]),
        (
            "<",
            ["9.999999", "9.9999994"],
            ["10", "9.9999995", "10.0000005"],
        ),  # half a step below goes up to the even 10%
        (">=", ["10", "9.9999995", "10.0000005"], ["9.9999994", "9.999999"]),
        (">", ["10.000001", "10.00000051"], ["10", "10.0000005", "9.9999995"]),
        ("==", ["10", "10.0000005", "9.9999995"], ["10.000001", "9.999999"]),
    ],
)
def test_a_limit_is_met_in_whole_steps_of_a_hundred_millionth(
    operator: str, passing: list[str], failing: list[str]
) -> None:
    for value in (*passing, *failing):
        state = book({"value": value}, cash=str(100 - Decimal(value)))
        found = one(rule("sum(weight)", operator, "0.10"), state).status
        assert found == ("passed" if value in passing else "failed"), value


def test_halves_go_to_the_even_step_on_both_sides_of_zero() -> None:
    """2.5 steps become 2, 3.5 become 4, and the same below zero."""
    for value, steps in (("2.5", 2), ("3.5", 4), ("-2.5", -2), ("-3.5", -4)):
        weight = Decimal(value) / 1_000_000  # of 100: a step is 1e-8 of it
        found = one(rule("sum(weight)", "<=", "1"), book({"value": str(weight)}, cash=str(100 - weight)))
        assert found.groups[0].value == pytest.approx(steps * 1e-8, abs=1e-18)


def test_money_is_met_in_whole_cents() -> None:
    floor = rule("net_assets_ccy", ">=", "100", universe="")
    for value, status in (("100", "passed"), ("99.995", "passed"), ("99.994", "failed"), ("100.004", "passed")):
        assert one(floor, book(cash=value)).status == status, value


@pytest.mark.parametrize(
    ("issuers", "status"),
    [
        (("5",) * 20, "passed"),  # none is above 5%
        (("5.0000005",) * 8, "passed"),  # half a step above is 5% still
        (("5.000001",) * 8, "failed"),  # eight just above come to 40.000008%
        (("5.000001",) * 7 + ("4.999993",), "passed"),
        (("5.000001", "5", "10", "10", "10"), "passed"),
        (("5.000001", "5.000001", "10", "10", "9.999998"), "warning"),  # 40% to the last digit
    ],
)
def test_the_forty_counts_what_is_above_five_to_the_last_digit(issuers: tuple[str, ...], status: str) -> None:
    state = book(*({"value": one} for one in issuers), cash=str(100 - sum(map(Decimal, issuers))))
    found = one(RULES["ucits.sum_40"], state)
    assert found.status in ({"passed", "warning"} if status == "passed" else {status}), found.groups[0]


@pytest.mark.parametrize("code", [code for code, one in RULES.items() if OF_NET & set(program_of(one).fields)])
@pytest.mark.parametrize("cash", ["-30", "-30.01", "-1000"])
def test_without_positive_net_assets_no_share_of_them_is_ever_judged(code: str, cash: str) -> None:
    """Net assets of nothing, of a cent owed, and far below: what does not pass then stays open, or fails for sure."""
    held = {"value": 30, **dict.fromkeys(("is_fund", "is_named", "is_illiquid", "is_government"), "unknown")}
    facts = {name: 0.0 for name, one in FACTS.items() if one.unit in ("frac", "days", "count")}
    for name in ("gross_exposure", "net_exposure", "borrowing"):
        facts.pop(name, None)
    found = one(RULES[code], book(held, cash=cash, **facts))
    for group in found.groups:
        assert group.status != "passed" or group.value == 0.0, group
    assert found.limit is None or math.isfinite(found.limit)


@pytest.mark.parametrize("cash", ["-99.99999999", "-99.9999", "-99"])
def test_net_assets_near_nothing_give_great_weights_and_no_error(cash: str) -> None:
    net = 100 + Decimal(cash)
    state = book({"value": 100}, cash=cash)
    found = one(rule("sum(weight)", "<=", "0.10"), state)
    assert found.status == "failed"
    assert found.groups[0].value == pytest.approx(float(100 / net), rel=1e-12)
    sold = one(rule("sum(weight)", "<=", "0.10"), state, Order("S1", -1.0, cost_ccy=float(net) / 2))
    assert (sold.cause, sold.verdict) == ("passive", "pass_with_warning"), "half of what is left goes into costs"
    over = one(rule("sum(weight)", "<=", "0.10"), state, Order("S1", -1.0, cost_ccy=float(net) * 2))
    assert over.status == "indeterminate", "and with more than what is left nothing can be judged"
    assert over.verdict == "pass_with_warning", "which was broken before, and is not made worse by the sale"


def test_a_purchase_without_net_assets_is_judged_by_nothing_that_was_kept() -> None:
    state = book({"value": 5}, cash=95)
    found = one(rule("sum(weight)", "<=", "0.10"), state, Order("S1", 1.0, cost_ccy=100.0))
    assert (found.status, found.cause, found.verdict) == ("indeterminate", "active", "blocked")


def test_wholes_of_a_book_that_is_long_and_short() -> None:
    state = book({"value": 130}, {"value": -60}, cash=30)
    assert [float(one) for one in state.column("weight").least] == [0.3, 1.3, -0.6]  # type: ignore[union-attr]
    assert [float(one) for one in state.column("weight_total").least] == [  # type: ignore[union-attr]
        30 / 160, 130 / 160, 0.0,
    ]  # fmt: skip
    assert [float(one) for one in state.column("weight_gross").least] == [  # type: ignore[union-attr]
        30 / 220, 130 / 220, 60 / 220,
    ]  # fmt: skip
    assert (float(state.fact("gross_exposure").least), float(state.fact("net_exposure").least)) == (1.9, 0.7)
    assert float(state.fact("total_assets_ccy").least) == 160.0


def test_a_book_of_shorts_alone_has_its_cash_as_a_whole() -> None:
    state = book({"value": -60}, cash=100)
    assert float(state.fact("net_assets_ccy").least) == 40.0
    assert [float(one) for one in state.column("weight").least] == [2.5, -1.5]  # type: ignore[union-attr]
    assert [float(one) for one in state.column("weight_total").least] == [1.0, 0.0]  # type: ignore[union-attr]
    assert one(rule("sum(abs(weight))", "<=", "1.5"), state).status == "passed"
    assert one(rule("sum(abs(weight))", "<=", "1.5"), state, Order("S1", -0.001)).verdict == "blocked"


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_is_none_or_not_a_number_is_not_known(name: str) -> None:
    """Both ways of saying it come to the same, and to nothing that passes where it could fail."""
    field = POSITION_FIELDS[name]
    unit = "plain" if field.unit == "plain" else field.unit
    limit = {"frac": "0.000001", "ccy": "0.01"}.get(unit, "0.5" if field.least < 0.5 else repr(field.least))
    wanted = rule(f"max({name})", "<=", limit, group_by="symbol")
    whole = book({"value": 10}, cash=90)
    for value in (None, math.nan, np.float64("nan")):
        given = {**whole.given, name: [0.0, value]}
        found = one(wanted, replace(whole, given=given, kept={}, _columns={}))
        assert found.status == "indeterminate", (name, value)
        assert found.groups[0].value is None
        assert found.missing


@pytest.mark.parametrize("name", [name for name, one in POSITION_FIELDS.items() if one.kind == "text"])
def test_words_that_are_none_or_empty_are_not_known(name: str) -> None:
    if name == "symbol":
        return
    whole = book({"value": 30}, {"value": 4}, cash=66)
    wanted = rule("sum(weight)", "<=", "0.30", group_by=name)
    for value in (None, ""):
        found = one(wanted, replace(whole, given={**whole.given, name: ["c", "a", value]}, kept={}, _columns={}))
        assert found.status == "indeterminate", (name, value)
        assert found.missing == (f"{POSITION_FIELDS[name].label} of S2",)


@pytest.mark.parametrize("name", [name for name, one in FACTS.items() if one.kind == "number"])
def test_facts_that_are_none_or_not_a_number_are_not_known(name: str) -> None:
    if name in ("net_assets_ccy", "total_assets_ccy", "gross_exposure", "net_exposure"):
        return  # they follow from the positions
    fact = FACTS[name]
    limit = {"frac": "0.000001", "ccy": "0.01"}.get(fact.unit, repr(max(fact.least, 0.0) + 0.5))
    for value in (None, math.nan):
        state = replace(book({"value": 10}, cash=90), facts={name: value})
        found = one(rule(name, "<=", limit, universe=""), state)
        assert (found.status, found.groups[0].value) == ("indeterminate", None), name
        assert found.missing == (f"{fact.label} of the portfolio",)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_value_that_is_no_number_is_refused_and_none_is_not_known(value: str) -> None:
    whole = book({"value": 10}, cash=90)
    with pytest.raises(InputRefused, match="The value of S1 is no number"):
        replace(whole, values_ccy=(whole.values_ccy[0], Decimal(value)), kept={}, _columns={})
    unknown = replace(whole, values_ccy=(whole.values_ccy[0], None), kept={}, _columns={})
    assert one(rule("sum(weight)", "<=", "0.99"), unknown).status == "indeterminate"


def test_a_price_that_is_no_number_can_be_held_and_not_traded() -> None:
    whole = book({"value": 10}, {"value": 20}, cash=70)
    for price in (math.nan, math.inf):
        state = replace(whole, prices_ccy=np.array([1.0, price, 1.0]), kept={}, _columns={})
        assert one(rule("sum(weight)", "<=", "0.30"), state).status == "passed"
        assert one(rule("sum(weight)", "<=", "0.30"), state, Order("S2", -1.0)).status == "passed"
        with pytest.raises(InputRefused, match="S1 has no price"):
            state.after([Order("S1", -1.0)])
