"""Is a list that only reduces held to what its cash, or a smaller whole, does to what stays broken elsewhere?"""

from __future__ import annotations

import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.repair import repair
from engine.compliance.rule import Rule
from engine.compliance.state import Order
from tests.engine.compliance_worlds import UNKNOWN, book
from tests.engine.test_compliance_optimize import pack
from tests.engine.test_compliance_repair import NO_BUFFER, way

NO_SHORTS = Rule(id="shorts", title="No shorts", universe="quantity < 0 and not is_cash", group_by="symbol",
                 measure="count()", limit="0")  # fmt: skip
SHORT = (
    {"value": "90", "issuer": "K", "firm_share": UNKNOWN},
    {"value": "-20", "issuer": "J", "firm_share": 0.0},
)


@pytest.mark.requirement("4.3.A5")
@pytest.mark.parametrize("name", ["reduce", "cheapest"])
def test_a_short_is_bought_back_beside_rules_that_stay_broken_and_open(name: str) -> None:
    state = book(*SHORT, cash="30")
    rules = (NO_SHORTS, pack("us_1940.diversified"), pack("us_1940.securities_business"))
    before = evaluate(rules, state)
    assert [one.status for one in before.results] == ["failed", "failed", "indeterminate"]
    wish = NO_BUFFER.__class__(buffer_frac=0.0, rule_ids=("shorts",))
    found = way(repair(rules, state, wish), name)
    assert found.outcome == "repaired", found.sentence
    (order,) = found.orders
    assert (order.symbol, order.quantity) == ("S2", pytest.approx(20.0, abs=1e-9))
    assert found.verdict == "pass_with_warning"
    again = evaluate(rules, state, [Order("S2", order.quantity, order.cost_ccy)])
    assert again.results[1].cause == again.results[2].cause == "passive"


def test_what_holds_is_not_broken_by_the_cash_of_reductions() -> None:
    state = book(*SHORT, cash="30")
    floor = Rule(id="cash", title="Cash at least 15%", universe="is_cash", measure="sum(weight)", operator=">=",
                 limit="0.15")  # fmt: skip
    wish = NO_BUFFER.__class__(buffer_frac=0.0, rule_ids=("shorts",))
    found = way(repair((NO_SHORTS, floor), state, wish), "reduce")
    assert found.outcome == "repaired"
    assert found.cash_after_frac >= 0.15 - 1e-9
    assert {one.symbol for one in found.orders} == {"S1", "S2"}
