"""Is every rule judged exactly, and is what is missing never taken for kept?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.packs.catalog import PACKS
from engine.compliance.result import RuleResult
from engine.compliance.rule import Parameter, Rule
from engine.compliance.state import ComplianceState, Order
from engine.kernel.errors import InputRefused
from tests.engine.compliance_worlds import UNKNOWN, book

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
TEN = Rule(
    id="ten", title="At most 10%", universe="not is_cash", group_by="symbol", measure="sum(weight)", limit="0.10"
)


def one(rule: Rule | str, state: ComplianceState, *orders: Order, **given: Any) -> RuleResult:
    """Return what becomes of one rule."""
    (result,) = evaluate([RULES[rule] if isinstance(rule, str) else rule], state, orders, **given).results
    return result


@pytest.mark.requirement("4.3.A3")
@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("10", "passed"),
        ("10.0000005", "passed"),  # half a step, to the even step below
        ("10.00000051", "failed"),
        ("10.000001", "failed"),
        ("9.9999999", "passed"),
    ],
)
def test_ten_percent_is_ten_percent(value: str, status: str) -> None:
    rest = Decimal(100) - Decimal(value)
    assert one(TEN, book({"value": value}, cash=str(rest))).status == status


def test_a_half_step_goes_to_the_even_step() -> None:
    odd = Rule(id="odd", title="x", universe="not is_cash", measure="sum(weight)", operator="==", limit="0.10000002")
    assert one(odd, book({"value": "10.0000015"}, cash="89.9999985")).status == "passed"
    assert one(odd, book({"value": "10.0000025"}, cash="89.9999975")).status == "passed"


def test_many_small_weights_add_up_to_their_exact_sum() -> None:
    thirds = book(*({"value": 1} for _ in range(3_000)), cash=0)
    whole = Rule(id="whole", title="x", measure="sum(weight)", operator="==", limit="1")
    assert one(whole, thirds).status == "passed"


@pytest.mark.parametrize(
    ("issuers", "status", "value"),
    [
        ([5] * 9, "passed", 0.0),
        ([5, 10, 10, 10, 10], "warning", 0.40),
        ([5, 10, 10, 10, "10.000001"], "failed", 0.40000001),
        (["5.000001", 10, 10, 10, 5], "passed", 0.35000001),
        (["5.000001", 10, 10, 10, 10], "failed", 0.45000001),
    ],
)
def test_only_issuers_above_five_percent_count_towards_forty(issuers: list[Any], status: str, value: float) -> None:
    rows = [{"value": str(one)} for one in issuers]
    cash = Decimal(100) - sum(Decimal(str(one)) for one in issuers)
    found = one("ucits.sum_40", book(*rows, cash=str(cash)))
    assert (found.status, found.groups[0].value) == (status, value)


def test_an_issuers_securities_count_together_and_its_group_too() -> None:
    rows = [{"value": 6, "issuer": "A"}, {"value": 6, "issuer": "A"}, {"value": 9, "issuer": "B", "issuer_group": "A"}]
    state = book(*rows, cash=79)
    found = one("ucits.issuer_10", state)
    assert found.status == "failed"
    assert (found.groups[0].group, found.groups[0].value) == ("A", 0.12)
    group = one("ucits.group_10", state)
    assert (group.status, group.groups[0].value) == ("failed", 0.21)
    together = one("ucits.sum_40", state)
    assert (together.status, together.groups[0].value) == ("passed", 0.21), "a group is one body of the forty"


def test_cash_states_and_funds_are_no_issuers_of_the_forty() -> None:
    rows = [{"value": 30, "is_government": True}, {"value": 30, "is_fund": True, "is_ucits": True}]
    assert one("ucits.sum_40", book(*rows, cash=40)).groups[0].value == 0.0
    assert one("ucits.fund_20", book(*rows, cash=40)).status == "failed"
    assert one("ucits.public_35", book(*rows, cash=40)).status == "passed"


def test_denominators_of_a_long_and_short_book() -> None:
    state = book({"value": 80}, {"value": -30}, cash=50)
    assert [float(x) for x in state.column("weight").least] == [0.5, 0.8, -0.3]
    assert [round(float(x), 12) for x in state.column("weight_total").least] == [
        round(50 / 130, 12),
        round(80 / 130, 12),
        0.0,
    ]
    assert [float(x) for x in state.column("weight_gross").least] == [50 / 160, 80 / 160, 30 / 160]
    assert one("house.leverage", state).groups[0].value == 1.1


@pytest.mark.parametrize("cash", ["-100", "-100.00000001", "-150"])
def test_without_positive_net_assets_nothing_passes_that_rests_on_them(cash: str) -> None:
    found = one(TEN, book({"value": 100}, cash=cash))
    assert found.status == "indeterminate"
    assert found.verdict == "blocked"


def test_net_assets_near_zero_are_taken_as_they_are() -> None:
    found = one(TEN, book({"value": 100}, cash="-99.99999999"))
    assert found.status == "failed"
    assert found.groups[0].value == pytest.approx(1e10)


def test_an_empty_portfolio_keeps_what_caps_and_lacks_what_is_demanded() -> None:
    assert one(TEN, book(cash=100)).tested_count == 0
    assert one(TEN, book(cash=100)).status == "passed"
    assert one("us_1940.names", book(cash=100)).status == "failed"


@pytest.mark.requirement("4.3.A3")
def test_what_is_missing_is_never_taken_for_kept() -> None:
    state = book({"value": 15, "is_illiquid": UNKNOWN}, {"value": 10, "is_illiquid": True}, cash=75)
    found = one("us_1940.illiquid", state)
    assert found.status == "indeterminate"
    assert (found.groups[0].least, found.groups[0].most, found.groups[0].value) == (0.10, 0.25, None)
    assert found.missing == ("whether they are illiquid of S1",)
    assert found.verdict == "blocked"
    assert evaluate([RULES["us_1940.illiquid"], RULES["ucits.no_shorts"]], state).status == "indeterminate"


def test_what_is_missing_but_cannot_matter_is_decided() -> None:
    small = book({"value": 4, "is_illiquid": UNKNOWN}, {"value": 9, "is_illiquid": True}, cash=87)
    assert one("us_1940.illiquid", small).status == "passed"
    large = book({"value": 4, "is_illiquid": UNKNOWN}, {"value": 16, "is_illiquid": True}, cash=80)
    assert one("us_1940.illiquid", large).status == "failed"


def test_an_unknown_issuer_may_be_any_of_them() -> None:
    rows = [{"value": 8, "issuer": "A"}, {"value": 3, "issuer": UNKNOWN, "issuer_group": "B"}]
    found = one("ucits.issuer_10", book(*rows, cash=89))
    assert found.status == "indeterminate"
    assert (found.groups[0].group, found.groups[0].least, found.groups[0].most) == ("A", 0.08, 0.11)
    rows[1]["value"] = 1
    assert one("ucits.issuer_10", book(*rows, cash=91)).status == "warning"


def test_a_position_without_a_price_leaves_every_weight_open() -> None:
    found = one("house.max_sector", book({"value": UNKNOWN}, {"value": 10}, cash=90))
    assert found.status == "indeterminate"
    with pytest.raises(InputRefused, match="S1 has no price"):
        one(TEN, book({"value": UNKNOWN}, cash=90), Order("S1", 1.0))


def test_an_unknown_score_moves_an_average_by_its_own_weight_only() -> None:
    held = [{"value": 90, "esg_score": 70.0}, {"value": 10, "esg_score": UNKNOWN}]
    found = one("house.min_esg", book(*held))
    assert (found.groups[0].least, found.groups[0].most) == (pytest.approx(63.0), pytest.approx(73.0))
    assert found.status == "passed"
    held[0]["esg_score"] = 54.0
    assert one("house.min_esg", book(*held)).status == "indeterminate"


def test_facts_that_are_not_known_are_missing() -> None:
    times, used = RULES["ucits.var_relative"].parameters
    figures = (times, used.model_copy(update={"value": 1.0}))
    rule = RULES["ucits.var_relative"].model_copy(update={"parameters": figures})
    found = one(rule, book(cash=100, var_99_20d=0.1))
    assert found.status == "indeterminate"
    assert found.missing == ("VaR of the reference of the portfolio",)
    assert one(rule, book(cash=100, var_99_20d=0.08, benchmark_var_99_20d=0.05)).status == "passed"
    assert one(rule, book(cash=100, var_99_20d=0.1, benchmark_var_99_20d=0.0499)).status == "failed"


@pytest.mark.requirement("4.3.A2")
def test_a_trade_that_breaches_is_stopped_and_one_that_reduces_never_is() -> None:
    state = book({"value": 10}, {"value": 15}, cash=75)
    over = one(TEN, state, Order("S1", 1.0))
    assert (over.status, over.cause, over.verdict) == ("failed", "active", "blocked")
    assert {group.group: (group.cause, group.before) for group in over.groups} == {
        "S1": ("active", 0.10),
        "S2": ("passive", 0.15),
    }
    less = one(TEN, state, Order("S2", -4.0))
    assert (less.status, less.cause, less.verdict) == ("failed", "passive", "pass_with_warning")
    other = one(TEN, state, Order("S1", -1.0))
    assert (other.cause, other.verdict) == ("passive", "pass_with_warning")
    more = one(TEN, state, Order("S2", 0.5))
    assert (more.cause, more.verdict) == ("active", "blocked")


def test_a_warning_after_trades_tells_where_it_stood_before() -> None:
    warned = TEN.model_copy(update={"warn_at": "0.08"})
    state = book({"value": 15}, {"value": 4}, cash=81)
    found = one(warned, state, Order("S1", -6.0))
    assert found.status == "warning"
    assert (found.groups[0].value, found.groups[0].before, found.groups[0].cause) == (0.09, 0.15, None)
    kept = one(warned, state, Order("S1", -10.0))
    assert (kept.status, kept.groups[0].before) == ("passed", None)
    assert one(warned, state.after([Order("S1", -6.0)])).groups[0].before is None  # nothing is traded


def test_costs_come_out_of_cash_and_make_the_rest_weigh_more() -> None:
    after = book({"value": 10}, cash=90).after([Order("S1", 5.0, cost_ccy=1.0)])
    assert after.values_ccy == (Decimal("84.0"), Decimal("15.0"))
    assert after.net_assets_ccy == Decimal("99")


@pytest.mark.parametrize(
    ("severity", "verdict"),
    [("info", "pass"), ("warning", "pass_with_warning"), ("soft", "needs_override"), ("hard", "blocked")],
)
def test_what_a_breach_means_for_a_trade_depends_on_the_severity(severity: Any, verdict: str) -> None:
    found = one(TEN.model_copy(update={"severity": severity}), book({"value": 10}, cash=90), Order("S1", 1.0))
    assert (found.status, found.verdict) == ("failed", verdict)


def test_a_rule_of_acquisition_is_not_breached_by_the_market() -> None:
    rule = RULES["us_1940.fund_5"]
    yesterday = book({"value": 6, "is_fund": True}, cash=94)
    held = one(rule, yesterday, reference=yesterday)
    assert (held.status, held.cause) == ("warning", "passive")
    bought = one(rule, book({"value": 4, "is_fund": True}, cash=96), Order("S1", 2.0))
    assert (bought.status, bought.cause, bought.verdict) == ("failed", "active", "blocked")


def test_the_cause_of_a_breach_is_told_from_the_holdings_of_the_day_before() -> None:
    now = book({"value": 12}, cash=88)
    assert one(TEN, now).cause is None
    assert one(TEN, now, reference=book({"value": 12}, cash=88)).cause == "passive"
    assert one(TEN, now, reference=book({"value": 9}, cash=91)).cause == "active"
    assert one(TEN, now, reference=book({"value": 11}, cash=89)).cause == "active"


def test_votes_grow_with_what_is_bought() -> None:
    state = book({"value": 10, "class_share": 0.04, "country": "US"}, cash=90)
    assert one("notices.13d", state).status == "warning"
    found = one("notices.13d", state, Order("S1", 5.0))
    assert (found.status, found.groups[0].value) == ("failed", 0.06)


@pytest.mark.parametrize(
    ("order", "part"),
    [
        (Order("NOPE", 1.0), "is not known here"),
        (Order("CASH USD", 1.0), "is not known here"),
        (Order("S1", float("nan")), "not a number"),
        (Order("S1", float("inf")), "not a number"),
        (Order("S1", 1.0, cost_ccy=float("nan")), "not a number"),
    ],
)
def test_orders_that_cannot_be_carried_out_are_refused(order: Order, part: str) -> None:
    with pytest.raises(InputRefused, match=part):
        one(TEN, book({"value": 10}, cash=90), order)


def test_a_state_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        ComplianceState(
            ("A", "A"), (None, None), np.zeros(2), np.zeros(2), {"sector": ["x"], "weight": [1.0, 2.0]}, {"no": 1.0}
        )
    assert {problem.path for problem in refused.value.problems} == {
        "given.sector",
        "given.weight",
        "facts.no",
        "symbols",
    }


def test_all_rules_that_make_no_sense_are_named_at_once() -> None:
    wrong = [TEN.model_copy(update={"measure": "sum(x)"}), TEN, TEN.model_copy(update={"limit": "y"})]
    with pytest.raises(InputRefused) as refused:
        evaluate(wrong, book(cash=1))
    assert [problem.path for problem in refused.value.problems] == ["rules.0.measure", "rules.2.limit"]


def test_nothing_is_changed_by_an_evaluation() -> None:
    state = book({"value": 10}, {"value": 15}, cash=75)
    values, quantities = state.values_ccy, state.quantities.copy()
    first = evaluate(list(RULES.values()), state, [Order("S1", 3.0), Order("S2", -2.0)])
    assert evaluate(list(RULES.values()), state, [Order("S1", 3.0), Order("S2", -2.0)]) == first
    assert state.values_ccy == values
    assert np.array_equal(state.quantities, quantities)


def test_parameters_are_what_a_house_changes() -> None:
    rule = RULES["house.max_position"]
    tighter = rule.model_copy(
        update={"version": 2, "parameters": (Parameter(name="cap", value=0.2), *rule.parameters[1:])}
    )
    state = book({"value": 22}, cash=78)
    assert (one(rule, state).status, one(tighter, state).status) == ("passed", "failed")
    assert one(tighter, state).version == 2
