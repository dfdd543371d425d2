"""Do the limits under which an answer within rules was found lead to the same answer, and explain it?"""

from __future__ import annotations

import pytest

import engine
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.request_within import request_within_rules
from engine.compliance.rule import Definition, Rule
from tests.engine.test_compliance_optimize import request, weights, world

CAP = Rule(
    id="cap", title="No issuer above 30%", universe="not is_cash", group_by="issuer", measure="sum(weight)", limit="0.3"
)
ABOVE = Rule(
    id="above", title="What lies above 5% adds up to at most 90%", universe="not is_cash",
    definitions=(Definition(name="share", expression="sum(weight, by=issuer)"),),
    measure="sum(weight, where=share > 0.05)", limit="0.9",
)  # fmt: skip
ISSUERS = ["A", "A", "B", "B", "C", "D", "E", "F"]


@pytest.mark.parametrize("rules", [(CAP,), (ABOVE,), (CAP, ABOVE)], ids=["linear", "choice", "both"])
def test_the_request_with_the_limits_of_the_rules_has_the_same_answer(rules: tuple[Rule, ...]) -> None:
    state, asked = (
        world(issuer=ISSUERS),
        request(constraints=({"kind": "position_bounds", "max_frac": 0.25},), risk=0.1),
    )
    found = optimize_within_rules(asked, rules, state)
    ruled = request_within_rules(asked, rules, state)
    alone = engine.optimize(ruled)
    assert weights(alone) == pytest.approx(weights(found), abs=1e-8)
    assert weights(engine.optimize(asked)) != pytest.approx(weights(found), abs=1e-3)
    explained = engine.explain(ruled, has_required_returns=False)
    assert {line.asset: line.weight_frac for line in explained.weights} == pytest.approx(weights(found), abs=2e-8)
    for line in explained.weights:
        terms = [line.reward, line.risk, line.costs, line.bound, *(one.amount for one in line.limits)]
        assert sum(terms) == pytest.approx(0.0, abs=1e-8)


def test_a_rule_that_binds_has_a_price_under_its_own_title() -> None:
    ruled = request_within_rules(request(risk=0.1), (CAP,), world(issuer=ISSUERS))
    prices = engine.explain(ruled, has_required_returns=False).prices
    named = [one for one in prices if one.name.startswith(CAP.title)]
    assert [one.name for one in named] == [f"{CAP.title}: A", f"{CAP.title}: B"]
    assert all(one.price is not None and one.price > 0.0 and one.side == pytest.approx(0.3) for one in named)


def test_where_no_portfolio_keeps_the_rules_there_is_no_request_to_explain() -> None:
    none = ABOVE.model_copy(update={"limit": "0.4", "severity": "hard"})
    assert not optimize_within_rules(request(risk=0.1), (none,), world(issuer=ISSUERS)).weights
    assert request_within_rules(request(risk=0.1), (none,), world(issuer=ISSUERS)) is None
