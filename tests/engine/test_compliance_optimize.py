"""Does the optimizer keep rules of compliance of every kind, and does it say which of them clash?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import engine
from bench.proofs.compliance import mandate
from engine.compliance.limit import RuledRequest
from engine.compliance.linear_of import linear_of
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.packs.catalog import PACKS
from engine.compliance.rule import Definition, Rule
from engine.compliance.state import ComplianceState
from engine.kernel.errors import InputRefused
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest
from tests.engine.compliance_worlds import Oracle, book

GAINS = [0.10, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03]


def pack(name: str) -> Rule:
    """Return a rule of the packs."""
    return next(rule for one in PACKS.values() for rule in one.rules if rule.id == name)


def world(count: int = 8, **more: Any) -> ComplianceState:
    """Return a portfolio all in cash that may buy some assets, `more` of them as lists by field."""
    rows = [{"value": "0", **{name: values[n] for name, values in more.items()}} for n in range(count)]
    state = book(*rows, cash="1000")
    grown = {name: np.zeros(count + 1) for name in ("vote_share", "class_share", "sell_days")}
    return replace(state, prices_ccy=np.ones(count + 1), per_unit=grown, kept={}, _columns={})


def request(count: int = 8, constraints: tuple[Any, ...] = (), risk: float = 1.0, **more: Any) -> OptimizationRequest:
    """Return a wish for much return at little risk: assets with fewer numbers pay more."""
    body = {
        "problem": {
            "assets": [f"S{n}" for n in range(1, count + 1)],
            "expected_returns_frac": GAINS[:count],
            "covariance": (np.eye(count) * 0.01).tolist(),
            "periods_per_year": 1,
        },
        "objective": {"kind": "max_utility", "risk_aversion": risk},
        "constraints": list(constraints),
        "frontier_points_count": 0,
        **more,
    }
    return engine.parse_request(body)


def weights(result: OptimizationResult) -> dict[str, float]:
    """Return the weights by asset."""
    return {line.asset: line.weight_frac for line in result.weights}


def solved(rules: tuple[Rule, ...], state: ComplianceState, asked: OptimizationRequest) -> dict[str, float]:
    """Return the weights of an answer that keeps its rules."""
    result = optimize_within_rules(asked, rules, state)
    assert result.compliance is not None
    assert result.compliance.is_kept, result.compliance
    assert result.compliance.verdict in ("pass", "pass_with_warning")
    return weights(result)


@pytest.mark.requirement("4.3.D5")
def test_a_cap_on_issuers_is_used_to_the_last_digit() -> None:
    state = world(issuer=["A", "A", "B", "B", "C", "D", "E", "F"])
    cap = Rule(id="cap", title="No issuer above 30%", universe="not is_cash", group_by="issuer", measure="sum(weight)",
               limit="0.3")  # fmt: skip
    found = solved((cap,), state, request(risk=0.1))
    assert found["S1"] + found["S2"] == pytest.approx(0.3, abs=1e-8)
    assert found["S1"] + found["S2"] <= 0.3 + 1e-12
    assert found["S3"] + found["S4"] == pytest.approx(0.3, abs=1e-8)


def test_cash_that_a_rule_demands_is_left_over_also_of_a_whole_budget() -> None:
    rules = (pack("house.min_cash"),)
    for limits in ((), ({"kind": "budget", "net_frac": 1.0},)):
        result = optimize_within_rules(request(constraints=limits), rules, world())
        assert sum(weights(result).values()) == pytest.approx(0.99, abs=1e-12)
        assert result.compliance is not None
        assert result.compliance.notes == ("1% stays in cash, as the rules demand.",)
    less = solved(rules, world(), request(constraints=({"kind": "budget", "net_frac": 0.9},)))
    assert sum(less.values()) == pytest.approx(0.9, abs=1e-12)


def test_a_cap_that_all_assets_share_leaves_no_cash_over_unasked() -> None:
    rules = (pack("house.max_country"), pack("house.min_cash"))
    result = optimize_within_rules(request(), rules, world())
    assert sum(weights(result).values()) == pytest.approx(0.99, abs=1e-12)
    assert result.compliance is not None
    assert [one.how for one in result.compliance.rules] == ["unreachable", "limit"]


def test_a_ceiling_on_volatility_is_one_by_the_runs_own_estimates() -> None:
    rule = Rule(id="vol", title="Volatility", severity="soft", measure="volatility", limit="0.05")
    result = optimize_within_rules(request(risk=0.01), (rule,), replace(world(), facts={"volatility": 0.0}))
    assert result.metrics is not None
    assert result.metrics.volatility_annual_frac <= 0.05 + 1e-8
    assert result.compliance is not None
    assert [(one.how, one.after) for one in result.compliance.rules] == [("ceiling", "passed")]


def test_an_average_a_restriction_and_a_least_holding_are_kept() -> None:
    state = world(
        esg_score=[20.0, 20.0, 20.0, 80.0, 80.0, 80.0, 80.0, 80.0], is_restricted=[False] * 3 + [True] + [False] * 4
    )
    rules = (pack("house.min_esg"), pack("house.restricted"), pack("house.min_position"))
    found = solved(rules, state, request(risk=0.5))
    assert found["S4"] == 0.0
    scores = dict(zip(found, [20.0] * 3 + [80.0] * 5, strict=True))
    assert sum(scores[name] * weight for name, weight in found.items()) >= 50.0 - 1e-9
    assert all(weight == 0.0 or weight >= 0.01 for weight in found.values())


@pytest.mark.requirement("4.3.D5")
def test_five_ten_forty_takes_the_best_issuers_above_five_percent() -> None:
    count = 8
    state = world(count)
    rules = (pack("ucits.issuer_10"), pack("ucits.sum_40"))
    wide = {"kind": "budget", "net_frac": 0.6}
    result = optimize_within_rules(request(count, (wide,), risk=0.01), rules, state)
    found = weights(result)
    # Four at 10% and four at 5% hold 60%: the four that pay most are the large ones.
    assert [round(weight, 8) for weight in found.values()] == [0.1] * 4 + [0.05] * 4
    assert result.compliance is not None
    assert not result.compliance.is_proven
    assert {one.rule_id: one.how for one in result.compliance.rules} == {
        "ucits.issuer_10": "limit", "ucits.sum_40": "choice",
    }  # fmt: skip


def test_75_5_10_and_curves_are_kept_as_an_exact_reading_says() -> None:
    state = world(issuer=list("ABCDEFGH"), vote_share=[0.0] * 8)
    rules = (
        pack("us_1940.diversified"),
        Rule(id="hhi", title="Concentration", universe="not is_cash", measure="squares(weight)", limit="0.04"),
        Rule(id="top", title="Top three", universe="not is_cash", measure="top(weight, 3)", limit="0.30"),
    )
    result = optimize_within_rules(
        request(constraints=({"kind": "budget", "net_frac": 0.45},), risk=0.01), rules, state
    )
    assert result.compliance is not None
    assert result.compliance.is_kept
    found = weights(result)
    after = book(
        *({"value": str(round(weight * 1e8)), "issuer": "ABCDEFGH"[n]} for n, weight in enumerate(found.values())),
        cash="55000000",
    )
    assert {Oracle(after, rule).status() for rule in rules} <= {"passed", "warning"}


def test_what_is_not_known_of_a_purchase_is_not_bought() -> None:
    rule = pack("us_1940.fund_votes").model_copy(update={"universe": "not is_cash"})
    known = np.zeros(9)
    known[1] = np.nan
    state = replace(world(), per_unit={"vote_share": known}, kept={}, _columns={})
    result = optimize_within_rules(request(), (rule,), state)
    assert weights(result)["S1"] == 0.0
    assert result.compliance is not None
    assert "none of them is added to" in result.compliance.rules[0].note


def test_rules_that_clash_with_limits_are_named_with_what_they_would_have_to_give() -> None:
    cap = Rule(id="cap", title="No position above 10%", universe="not is_cash", group_by="symbol",
               measure="sum(weight)", limit="0.1")  # fmt: skip
    result = optimize_within_rules(request(), (cap,), world())
    assert not result.weights
    assert result.diagnosis is not None
    (conflict,) = result.diagnosis.conflicts
    assert {limit.kind for limit in conflict.limits} <= {"compliance_rule", "budget"}
    assert "12.5%" in result.message + " ".join(result.diagnosis.notes)
    assert all(limit.constraint_index is None for limit in conflict.limits if limit.kind == "compliance_rule")
    assert result.diagnosis.joint_repair is None
    assert result.compliance is not None
    assert result.compliance.sentence == "No portfolio was found that keeps the rule in force."


def test_information_and_warnings_bind_nothing_and_are_told() -> None:
    told = pack("house.watched")
    state = world(is_watched=[True] * 8)
    result = optimize_within_rules(request(), (told,), state)
    assert result.compliance is not None
    (one,) = result.compliance.rules
    assert (one.how, one.before, one.after) == ("told", "passed", "failed")
    assert result.compliance.verdict == "pass_with_warning"
    assert result.compliance.sentence == "No rule in force binds; information and warnings are told only."


def test_without_rules_the_answer_is_that_of_the_optimizer() -> None:
    asked = request(constraints=({"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4},))
    free = engine.optimize(asked)
    within = optimize_within_rules(asked, (), world())
    assert weights(free) == weights(within)
    assert free.lineage.request_sha256 == within.lineage.request_sha256
    assert within.compliance is not None
    assert within.compliance.rules == ()


def test_what_makes_rules_useless_is_refused_with_a_way_out() -> None:
    cap = pack("house.max_position")
    state = world()
    bare = replace(state, prices_ccy=np.append(state.prices_ccy[:-1], np.nan), kept={}, _columns={})
    for changed, word in (
        (bare, "S8 has no price"),
        (replace(state, values_ccy=(None, *state.values_ccy[1:])), "value"),
    ):
        with pytest.raises(InputRefused, match=word) as refusal:
            optimize_within_rules(request(), (cap,), changed)
        assert refusal.value.problems[0].advice
    with pytest.raises(InputRefused, match="S8 is not in the state"):
        optimize_within_rules(request(), (cap,), world(7))


def test_long_short_requests_keep_what_is_linear_and_check_the_rest() -> None:
    rules = (
        Rule(id="sector", title="Net sector", universe='sector == "Industry"', measure="sum(weight)", limit="0.6"),
        Rule(id="gross", title="Gross", measure="gross_exposure", limit="5"),
    )
    limits = ({"kind": "long_short", "gross_max_frac": 1.4, "short_max_frac": 0.2},
              {"kind": "budget", "net_frac": 0.5})  # fmt: skip
    result = optimize_within_rules(request(constraints=limits), rules, world())
    assert result.compliance is not None
    assert result.compliance.is_kept
    assert {one.rule_id: one.how for one in result.compliance.rules} == {"sector": "limit", "gross": "checked"}


def test_a_ruled_request_dumps_without_complaint_and_a_rule_with_a_definition_is_read() -> None:
    asked, rules, state = mandate(3)
    assert RuledRequest.of(asked, asked.constraints).model_dump(mode="json")["objective"]
    mine = Rule(
        id="mine", title="Mine", definitions=(Definition(name="own", expression="sum(weight, by=issuer)"),),
        universe="own > 0.2 and not is_cash", measure="count()", limit="0",
    )  # fmt: skip
    assert type(linear_of(mine, state)).__name__ == "ChoiceRule"
    assert rules
