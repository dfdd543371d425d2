"""Do rules bind where something is not known that cannot matter, and is it said what is missing where it can?"""

from __future__ import annotations

import pytest

from engine.compliance.clash import clash_with_rules
from engine.compliance.evaluate import evaluate
from engine.compliance.linear import ChoiceRule, LinearRule, NotLinear
from engine.compliance.linear_of import linear_of
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.rule import Rule
from engine.kernel.facts import KnownUniverse
from tests.engine.compliance_worlds import UNKNOWN, book
from tests.engine.test_compliance_optimize import pack, request
from tests.engine.test_compliance_optimize_held import held, only

NO_BANK = {"issuer": UNKNOWN, "issuer_group": UNKNOWN}


@pytest.mark.requirement("4.3.D5")
@pytest.mark.parametrize("rule_id", ["us_1940.diversified", "irc_851.half"])
def test_the_unknown_bank_of_cash_leaves_75_5_10_a_constraint(rule_id: str) -> None:
    rows = [{"value": 10, "issuer": f"I{place // 2}"} for place in range(8)]
    blind, known = book(*rows, cash=20, cash_is=NO_BANK), book(*rows, cash=20)
    found, full = linear_of(pack(rule_id), blind), linear_of(pack(rule_id), known)
    assert isinstance(found, ChoiceRule)
    assert isinstance(full, ChoiceRule)
    assert [one.name for one in found.units] == [one.name for one in full.units]
    assert all((one.part == two.part).all() for one, two in zip(found.units, full.units, strict=True))
    assert (found.fixed == full.fixed).all()


@pytest.mark.requirement("4.3.D5")
def test_the_unknown_bank_of_cash_counts_for_every_body() -> None:
    state = book({"value": 15, "issuer": "A"}, {"value": 65, "issuer": "B"}, cash=20, cash_is=NO_BANK)
    found = linear_of(pack("ucits.one_body_20"), state)
    assert isinstance(found, LinearRule)
    of_a = next(row for row in found.rows if row.group == "A")
    assert of_a.part.tolist() == [1.0, 1.0, 0.0]


def test_the_reason_names_whose_group_is_not_known() -> None:
    rule = Rule(id="x", title="x", universe="not is_cash", group_by="issuer", measure="sum(weight)", operator=">=",
                limit="0.05")  # fmt: skip
    found = linear_of(rule, book({"value": 50, "issuer": UNKNOWN}, {"value": 40}, cash=10, cash_is=NO_BANK))
    assert isinstance(found, NotLinear)
    assert found.reason == "the issuer of S1 is not known"


@pytest.mark.requirement("4.3.D5")
def test_where_nothing_is_possible_for_missing_marks_these_are_named_with_the_way_out() -> None:
    state = held((50.0,), 50.0, is_party=[None] * 8)
    asked, rules = request(), (pack("erisa.party"),)
    result = optimize_within_rules(asked, rules, state)
    assert not result.weights
    said = "Of S1, S2, S3 and 5 more it is not known whether they"
    assert said in result.message
    assert result.advice is not None
    assert "Bring the field is_party" in result.advice
    assert said in only(result).note
    assert result.diagnosis is not None
    assert all("Bring the field is_party" in one.advice for one in result.diagnosis.conflicts)


@pytest.mark.requirement("4.3.D5")
def test_a_diagnosis_looks_at_rules_that_are_rows_and_names_those_that_it_leaves_out() -> None:
    universe = KnownUniverse(assets=tuple(f"S{place}" for place in range(1, 9)))
    state = held((50.0,), 50.0, is_party=[None] * 8)
    found = clash_with_rules(request(), (pack("erisa.party"),), state, universe, effort_s=0.4)
    assert not found.is_feasible
    assert "Bring the field is_party" in found.conflicts[0].advice
    rules = (pack("us_1940.diversified"), pack("ucits.sum_40"))
    fine = clash_with_rules(request(), rules, held((50.0,), 50.0), universe, effort_s=0.4)
    assert fine.is_feasible
    assert fine.notes == (f"Not looked at before it is solved: the rules {rules[0].title} and {rules[1].title}.",)


@pytest.mark.parametrize("rule_id", ["us_1940.securities_business", "ucits.own_votes"])
def test_what_cannot_matter_is_not_told_as_missing(rule_id: str) -> None:
    hidden = {"firm_share": UNKNOWN, "vote_share": UNKNOWN}
    state = book({"value": 50, **hidden}, {"value": 30}, cash=20, cash_is=NO_BANK)
    (result,) = evaluate([pack(rule_id)], state).results
    assert result.status == "indeterminate"
    assert result.missing
    assert all("S1" in said and "CASH" not in said for said in result.missing)


def test_the_bank_of_cash_is_told_as_missing_where_deposits_count() -> None:
    state = book({"value": 15, "issuer": "A"}, {"value": 15}, {"value": 50, "issuer": "C"}, cash=20, cash_is=NO_BANK)
    (result,) = evaluate([pack("ucits.deposits_20").model_copy(update={"limit": "0.1"})], state).results
    assert "issuer group of CASH USD" in " ".join(result.missing)
    (diversified,) = evaluate([pack("us_1940.diversified")], book(
        {"value": 50, "vote_share": UNKNOWN, "issuer": "A"}, {"value": 4, "issuer": UNKNOWN}, cash=46, cash_is=NO_BANK,
    )).results  # fmt: skip
    assert not any("CASH" in said for said in diversified.missing), diversified.missing
