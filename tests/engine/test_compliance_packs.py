"""Does every rule of every pack pass, warn, fail and stay open where it should, with its text of law?"""

from __future__ import annotations

from typing import Any

import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.examples import judge_case
from engine.compliance.packs.catalog import PACKS
from engine.compliance.packs.examples import examples_of
from engine.compliance.program import program_of
from engine.compliance.state import ComplianceState
from engine.compliance.words import sentence
from tests.engine.compliance_worlds import book

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}


def status(rule: str, state: ComplianceState) -> str:
    """Return how a rule stands."""
    return evaluate([RULES[rule]], state).status


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
        "ucits.issuer_10": 0.10, "ucits.sum_40": 0.40, "ucits.group_20": 0.20, "ucits.deposits_20": 0.20,
        "ucits.public_35": 0.35, "ucits.covered_25": 0.25, "ucits.covered_80": 0.80, "ucits.fund_20": 0.20,
        "ucits.other_funds_30": 0.30, "ucits.unlisted_10": 0.10, "us_1940.diversified": 0.75, "us_1940.names": 0.80,
        "us_1940.illiquid": 0.15, "us_1940.fund_votes": 0.03, "us_1940.fund_5": 0.05, "us_1940.funds_10": 0.10,
        "irc_851.half": 0.50, "irc_851.issuer_25": 0.25, "erisa.employer_10": 0.10, "notices.mifid_10": 0.10,
    }  # fmt: skip
    for key, value in known.items():
        assert value in {one.value for one in RULES[key].parameters}, key
