"""Is a rule that is no limit by itself kept in another way, and is an answer that breaks a hard one never offered?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bench.proofs.compliance import judge, mandate
from engine.compliance.combined import combined
from engine.compliance.linear import LinearRule, NotLinear
from engine.compliance.linear_of import linear_of
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.rule import Definition, Rule
from engine.compliance.state import ComplianceState
from engine.compliance.ways import LEAST_HELD_FRAC, ways_of
from engine.kernel.status import SolveStatus
from engine.result import OptimizationResult
from tests.engine.test_compliance_gated import SIX
from tests.engine.test_compliance_optimize import pack, request, solved, weights, world

PUBLIC = (pack("ucits.public_six"), pack("ucits.public_issue_30"))
FLOOR = Rule(id="floor", title="At least half in states", universe="is_government", measure="sum(weight)",
             operator=">=", limit="0.5")  # fmt: skip
FEW = ({"kind": "holdings_count", "max_count": 4},)
LARGE = Rule(
    id="large", title="Issuers above 20%: each industry of them at most 50%",
    universe="not is_cash and own > 0.2", group_by="industry", measure="sum(weight)", limit="0.5",
    definitions=(Definition(name="own", expression="sum(weight, by=issuer)"),),
)  # fmt: skip
CORE = Rule(id="core", title="Core", universe="not is_cash", measure="max(weight)", operator=">=", limit="0.95")
VAR = Rule(id="var", title="Value at risk", measure="var_99_20d", limit="0.02")


def of_states(count: int) -> ComplianceState:
    """Return a world in which the first assets are issues of one state."""
    flags = [n < count for n in range(8)]
    return world(is_government=flags, issuer=["S" if flag else f"C{n}" for n, flag in enumerate(flags)])


def ends(result: OptimizationResult) -> dict[str, tuple[str, str | None]]:
    """Return how each rule was kept, and its status afterwards."""
    assert result.compliance is not None
    return {one.rule_id: (one.how, one.after) for one in result.compliance.rules}


@pytest.mark.requirement("4.3.D5")
def test_the_mandate_that_was_told_only_is_kept() -> None:
    asked, rules, state = mandate(552)
    result = optimize_within_rules(asked, rules, state)
    assert judge(result, rules, state) == "kept"
    assert ends(result)["ucits.public_six"] == ("choice", "passed")


@pytest.mark.requirement("4.3.D5")
@pytest.mark.parametrize("seed", [291, 497])
def test_choices_are_made_at_once_where_one_after_the_other_leads_nowhere(seed: int) -> None:
    asked, rules, state = mandate(seed)
    result = optimize_within_rules(asked, rules, state)
    assert judge(result, rules, state) == "kept"


@pytest.mark.parametrize(("floor", "is_there"), [(0.2, True), (0.8, False)])
def test_choices_at_once_are_the_nearest_that_hold_together_and_none_where_none_does(
    floor: float, is_there: bool
) -> None:
    """Two issuers above 20% are free against a ceiling of 50% on them together, beside a floor on one of them."""
    state = world(3, issuer=list("ABC"))
    large = Rule(id="large", title="Large", universe="not is_cash", group_by="issuer", measure="sum(weight)",
                 keep="measure > 0.2", over="sum", limit="0.5")  # fmt: skip
    one = Rule(id="one", title="One", universe='symbol == "S1"', measure="sum(weight)", operator=">=", limit=str(floor))
    kept = [linear_of(rule, state) for rule in (large, one)]
    found = combined(kept, (), np.array([1, 2, 3]), np.ones(3), 0.9, np.array([0.45, 0.45, 0.0]))
    if not is_there:
        assert found is None
        return
    assert found is not None
    held, free = found
    assert held == pytest.approx([0.5, 0.2, 0.2], abs=1e-6) or held == pytest.approx([0.2, 0.5, 0.2], abs=1e-6)
    assert free[1] is None
    assert free[0] is not None
    assert len(free[0]) == 1


@pytest.mark.requirement("4.3.D5")
def test_a_public_issuer_stays_below_where_six_issues_cannot_be_had() -> None:
    found = solved(PUBLIC, of_states(4), request(risk=0.01))
    assert sum(found[f"S{n}"] for n in range(1, 5)) == pytest.approx(0.35, abs=1e-8)


@pytest.mark.requirement("4.3.D5")
def test_six_issues_are_held_none_above_thirty_percent_where_a_public_issuer_must_be_large() -> None:
    found = solved((*PUBLIC, FLOOR), of_states(7), request(risk=0.01))
    issues = [found[f"S{n}"] for n in range(1, 8)]
    assert sum(issues) >= 0.5
    assert sum(weight >= LEAST_HELD_FRAC for weight in issues) >= 6
    assert max(issues) <= 0.3 + 1e-12


@pytest.mark.requirement("4.3.D5")
def test_where_nothing_keeps_a_hard_rule_there_are_no_weights_and_what_clashes_is_named() -> None:
    result = optimize_within_rules(request(constraints=FEW, risk=0.01), (SIX,), world(issuer=["A"] * 8))
    assert (result.status, result.weights) == (SolveStatus.INFEASIBLE, ())
    assert result.diagnosis is not None
    (conflict,) = result.diagnosis.conflicts
    assert [(one.kind, one.constraint_index) for one in conflict.limits] == [
        ("compliance_rule", None), ("holdings_count", 0),
    ]  # fmt: skip
    assert conflict.sentence == result.message == (
        "No portfolio was found that keeps the rule “With an issuer above 35%, at least six positions” beside “Number "
        "of holdings”: the figure would be 1, and at least 6 is demanded."
    )  # fmt: skip
    assert "ease “Number of holdings”" in conflict.advice
    assert result.compliance is not None
    assert (result.compliance.verdict, result.compliance.is_kept) == (None, False)
    assert not result.compliance.is_proven


def test_a_rule_without_another_way_is_named_by_itself() -> None:
    result = optimize_within_rules(request(risk=10.0), (CORE,), world())
    assert not result.weights
    assert result.diagnosis is not None
    assert [one.label for one in result.diagnosis.conflicts[0].limits] == ["Core"]
    assert result.message.startswith("No portfolio was found that keeps the rule “Core”: the figure would be ")
    assert result.message.endswith("%, and at least 95% is demanded.")


def test_a_soft_rule_that_nothing_keeps_is_told_and_the_answer_stands() -> None:
    soft = SIX.model_copy(update={"severity": "soft"})
    result = optimize_within_rules(request(constraints=FEW, risk=0.01), (soft,), world(issuer=["A"] * 8))
    assert sum(weights(result).values()) == pytest.approx(1.0, abs=1e-8)
    assert ends(result) == {"six": ("checked", "failed")}
    assert result.compliance is not None
    assert result.compliance.verdict == "needs_override"


def test_a_rule_that_nothing_keeps_does_not_keep_another_from_being_tried() -> None:
    soft = CORE.model_copy(update={"severity": "soft"})
    result = optimize_within_rules(request(risk=0.01), (soft, *PUBLIC), of_states(4))
    assert ends(result) == {
        "core": ("checked", "failed"), "ucits.public_six": ("choice", "passed"),
        "ucits.public_issue_30": ("checked", "passed"),
    }  # fmt: skip


def test_what_counts_by_what_is_held_is_kept_for_all_or_kept_out() -> None:
    state = world(issuer=list("ABCDEFGH"), industry=["N"] * 4 + ["M"] * 4)
    kept = linear_of(LARGE, state)
    assert type(kept) is NotLinear
    assert kept.how == "checked"
    assert len(ways_of(LARGE, state, np.ones(9), np.zeros(9))) == 2
    found = solved((LARGE,), state, request(risk=0.05))
    free = weights(optimize_within_rules(request(risk=0.05), (), state))
    counted = [sum(w for w in (one[f"S{n}"] for n in range(1, 5)) if w > 0.2) for one in (free, found)]
    assert counted[0] > 0.5 >= counted[1]


@pytest.mark.requirement("4.3.D5")
def test_volatility_comes_down_with_a_figure_of_risk_that_a_hard_rule_limits() -> None:
    def facts_after(after: ComplianceState) -> dict[str, float | None]:
        held = np.array([float(value or 0) for value in after.values_ccy[1:]]) / 1000.0
        return {"var_99_20d": 0.5 * float(np.sqrt(held @ held)) * 0.1}

    state = replace(world(), facts={"var_99_20d": 0.0})
    result = optimize_within_rules(request(risk=0.01), (VAR,), state, facts_after=facts_after)
    (one,) = result.compliance.rules if result.compliance is not None else ()
    assert (one.how, one.after) == ("ceiling", "passed")
    assert one.value is not None
    assert 0.0195 < one.value <= 0.02
    hard = VAR.model_copy(update={"limit": "0.01"})
    none = optimize_within_rules(request(risk=0.01), (hard,), state, facts_after=facts_after)
    assert not none.weights, "eight assets of one risk cannot be calmer than an eighth each"
    assert "“Value at risk”" in none.message


def test_a_figure_of_risk_that_nobody_tells_leaves_the_answer_as_it_is() -> None:
    state = replace(world(), facts={"var_99_20d": 0.0})
    result = optimize_within_rules(request(), (VAR,), state)
    assert result.weights
    assert ends(result) == {"var": ("checked", "indeterminate")}


def test_ways_are_limits_and_there_is_none_where_too_few_are_there_to_be_held() -> None:
    state: Any = of_states(4)
    found = ways_of(PUBLIC[0], state, np.ones(9), np.zeros(9))
    assert [type(one) for one in found] == [LinearRule]
    assert len(ways_of(PUBLIC[0], of_states(6), np.ones(9), np.zeros(9))) == 2


@pytest.mark.requirement("4.3.D5")
def test_rules_that_leave_nothing_beside_one_that_is_checked_only_end_in_an_answer() -> None:
    """A floor beyond the largest positions leaves no portfolio; that the other rule is open does not matter then."""
    most = ({"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2},)
    floor = Rule(id="one", title="One", universe='symbol == "S1"', measure="sum(weight)", operator=">=", limit="0.5")
    result = optimize_within_rules(request(constraints=most), (VAR, floor), world())
    assert not result.weights
    assert result.status is SolveStatus.INFEASIBLE
