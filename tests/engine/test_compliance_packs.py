"""Does every rule of every pack pass, warn, fail and stay open where it should, with its text of law?"""

from __future__ import annotations

from typing import Any

import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.examples import judge_case
from engine.compliance.fields import FACTS
from engine.compliance.packs.catalog import PACKS
from engine.compliance.packs.examples import examples_of
from engine.compliance.problems import problems_in
from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.words import sentence
from tests.engine.compliance_worlds import book

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}


def status(rule: str, state: ComplianceState) -> str:
    """Return how a rule stands."""
    return evaluate([RULES[rule]], state).status


def is_without_warning(rule: Rule) -> bool:
    """Return whether nothing lies between a rule's kept and its broken figures that could be near.

    Counts of what may not be there, answers of yes and no, whole steps of a score that fit up to the client's own, and
    alerts, which are warnings themselves.
    """
    is_answer = rule.measure.startswith("ad_") and FACTS[rule.measure].unit == "count"
    is_count = rule.over == "count" or (rule.measure == "count()" and rule.limit == "0")
    is_score = rule.limit == "risk_score"
    is_alert = rule.severity in ("info", "warning") and rule.limit == "above"
    return is_count or is_answer or is_score or is_alert


@pytest.mark.requirement("4.3.F3")
def test_every_rule_warns_before_it_is_broken_where_anything_lies_between() -> None:
    without = {code for code, rule in RULES.items() if not rule.warn_at}
    assert without == {code for code, rule in RULES.items() if is_without_warning(rule)}
    assert len(without) == 21


@pytest.mark.parametrize(
    "code", [code for code, rule in RULES.items() if rule.operator in (">", ">=") and rule.warn_at]
)
def test_a_floor_whose_warning_begins_below_it_would_never_warn_and_none_of_a_pack_does(code: str) -> None:
    assert not [one for one in problems_in(RULES[code]) if one.path == "warn_at"]


def test_who_has_no_wish_for_what_is_sustainable_is_not_warned() -> None:
    assert status("mifid.sustainable", book({"value": 50}, cash=50, sustainable_min=0)) == "passed"


def test_every_rule_has_its_examples() -> None:
    for code, rule in RULES.items():
        wanted = ["passed", *(["warning"] if rule.warn_at else []), "failed", "indeterminate"]
        assert [case.expected for case in examples_of(code)] == wanted, code
    assert examples_of("nobody.has_this") == ()


@pytest.mark.requirement("4.3.F3", "4.3.F4")
@pytest.mark.parametrize("code", RULES)
def test_every_rule_passes_warns_fails_and_stays_open(code: str) -> None:
    for case in examples_of(code):
        outcome = judge_case(RULES[code], case)
        assert outcome.is_as_expected, outcome


@pytest.mark.parametrize("code", RULES)
def test_examples_hold_whatever_figures_a_house_sets(code: str) -> None:
    other = RULES[code].model_copy(
        update={"parameters": tuple(one.model_copy(update={"value": one.value / 3}) for one in RULES[code].parameters)}
    )
    assert all(judge_case(other, case).is_as_expected for case in examples_of(code))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_reads_as_a_sentence_and_names_its_text(rule: Any) -> None:
    said = sentence(rule)
    assert said[0].isupper() or said.startswith("13(f)")
    assert said.endswith(".")
    assert "the the" not in said.lower()
    assert "_" not in said
    assert rule.id.split(".")[0] == "house" or rule.citation
    assert program_of(rule).unit in ("frac", "count", "score", "days", "ccy")


def test_a_short_sale_of_another_continent_is_no_notice_of_the_eu() -> None:
    assert status("notices.short_eu", book({"value": -5, "class_share": 0.01, "country": "US"}, cash=105)) == "passed"


def test_packs_say_for_whom_they_are_and_what_they_leave_out() -> None:
    assert len(RULES) == sum(len(pack.rules) for pack in PACKS.values())
    for name, pack in PACKS.items():
        assert name == pack.id
        assert pack.about
        assert pack.caveat
        assert all(rule.id.startswith(f"{name}.") for rule in pack.rules)


def test_limits_that_the_law_sets_are_those_of_the_law() -> None:
    """The figures of Directive 2009/65/EC, the Act of 1940 and section 851, beside those of the packs."""
    known = {
        "ucits.issuer_10": 0.10, "ucits.sum_40": 0.40, "ucits.group_10": 0.10, "ucits.deposits_20": 0.20,
        "ucits.otc_bank_10": 0.10, "ucits.otc_other_5": 0.05, "ucits.one_body_20": 0.20, "ucits.together_35": 0.35,
        "ucits.index_20": 0.20, "ucits.index_35": 0.35, "ucits.public_issue_30": 0.30, "ucits.own_nonvoting": 0.10,
        "ucits.own_debt": 0.10, "ucits.own_fund": 0.25, "ucits.own_money_market": 0.10, "ucits.borrowing_10": 0.10,
        "notices.eu_transparency": 0.05, "notices.uk_dtr5": 0.03, "notices.short_eu": 0.001,
        "notices.short_eu_public": 0.005, "notices.short_uk": 0.002,
        "ucits.public_35": 0.35, "ucits.covered_25": 0.25, "ucits.covered_80": 0.80, "ucits.fund_20": 0.20,
        "ucits.other_funds_30": 0.30, "ucits.unlisted_10": 0.10, "us_1940.diversified": 0.75, "us_1940.names": 0.80,
        "us_1940.illiquid": 0.15, "us_1940.fund_votes": 0.03, "us_1940.fund_5": 0.05, "us_1940.funds_10": 0.10,
        "irc_851.half": 0.50, "irc_851.issuer_25": 0.25, "erisa.employer_10": 0.10, "notices.mifid_10": 0.10,
    }  # fmt: skip
    for key, value in known.items():
        assert value in {one.value for one in RULES[key].parameters}, key
