"""Is a rule that counts only while something else is so kept either way: it is not so, or the rule holds?"""

from __future__ import annotations

import pytest

from engine.compliance.closing import closing
from engine.compliance.gated import is_gated
from engine.compliance.linear import ChoiceRule, LinearRule, NotLinear
from engine.compliance.linear_of import linear_of
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.rule import Definition, Rule
from tests.engine.compliance_worlds import book
from tests.engine.test_compliance_optimize import request, weights, world

FUNDS = Rule(
    id="funds", title="Funds at most 20% while S1 is held", universe="is_fund", measure="sum(weight)", limit="0.2",
    definitions=(Definition(name="first", expression='sum(weight, where=symbol == "S1")'),), keep="first > 0.1",
)  # fmt: skip
SIX = Rule(
    id="six", title="With an issuer above 35%, at least six positions", universe="not is_cash and quantity != 0",
    definitions=(Definition(name="share", expression="sum(weight, where=not is_cash, by=issuer)"),
                 Definition(name="largest", expression="max(share)")),
    measure="count()", keep="largest > 0.35", operator=">=", limit="6",
)  # fmt: skip


def test_what_a_rule_waits_for_is_a_choice_beside_the_rule_itself() -> None:
    state = world(is_fund=[True] * 4 + [False] * 4)
    assert is_gated(FUNDS)
    kept = linear_of(FUNDS, state)
    assert isinstance(kept, ChoiceRule)
    (unit,) = kept.units
    assert len(unit.options) == 1
    result = optimize_within_rules(request(risk=0.3), (FUNDS,), state)
    found = weights(result)
    funds = sum(found[f"S{n}"] for n in range(1, 5))
    assert found["S1"] <= 0.1 + 1e-8 or funds <= 0.2 + 1e-8
    assert result.compliance is not None
    assert result.compliance.is_kept


def test_what_never_comes_true_lets_the_rule_rest_and_what_always_is_true_leaves_it_as_it_is() -> None:
    state = book({"value": "30", "is_fund": True}, {"value": "30", "is_fund": True}, cash="40")
    never = FUNDS.model_copy(update={"keep": "0 > 1"})
    assert type(linear_of(never, state)) is NotLinear
    assert getattr(linear_of(never, state), "how", "") == "untouched"
    always = FUNDS.model_copy(update={"keep": "1 > 0"})
    assert isinstance(linear_of(always, state), LinearRule)
    assert linear_of(always, state).rule is always


@pytest.mark.requirement("4.3.D5")
def test_a_rule_that_only_a_check_tells_is_kept_by_keeping_what_it_waits_for_from_coming_true() -> None:
    state = world(issuer=list("ABCDEFGH"))
    assert getattr(linear_of(SIX, state), "how", "") == "checked"
    rows = closing(SIX, state, state.quantities * 0.0 + 1.0)
    assert len(rows) == 8
    own = ({"kind": "holdings_count", "max_count": 4},)
    result = optimize_within_rules(request(constraints=own, risk=0.01), (SIX,), state)
    found = weights(result)
    assert max(found.values()) <= 0.35 + 1e-8
    assert sum(weight > 0 for weight in found.values()) <= 4
    assert result.compliance is not None
    assert result.compliance.is_kept
    free = optimize_within_rules(request(constraints=own, risk=0.01), (), state)
    assert max(weights(free).values()) > 0.35
