"""Does every rule of every pack pass, warn, fail and stay open where it should, with its text of law?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.packs.catalog import PACKS
from engine.compliance.program import program_of
from engine.compliance.state import ComplianceState
from engine.compliance.words import sentence
from tests.engine.compliance_worlds import UNKNOWN, book

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
Make = Callable[[Any], ComplianceState]


@dataclass(frozen=True)
class Case:
    """A rule with a portfolio for each of its figures, and the figures that pass, warn, fail and leave it open."""

    rule: str
    make: Make
    passes: Any
    warns: Any
    fails: Any
    opens: Any


def held(**fields: Any) -> Make:
    """Return a portfolio with one position of that many percent; a field that is unknown may decide."""

    def make(x: Any) -> ComplianceState:
        percent, hidden = x if isinstance(x, tuple) else (x, None)
        row = {"value": percent, **fields, **({hidden: UNKNOWN} if hidden else {})}
        return book(row, cash=100 - percent)

    return make


def having(field: str, **fields: Any) -> Make:
    """Return a portfolio with one position of 5% and a figure of it."""
    return lambda x: book({"value": 5, **fields, field: x}, cash=95)


def fact(name: str, **others: Any) -> Make:
    """Return a portfolio of cash with a fact."""
    return lambda x: book(cash=100, **{**others, name: x})


def flagged(field: str, **fields: Any) -> Make:
    """Return a portfolio with one position that is or is not something."""
    return lambda x: book({"value": 5, **fields, field: x}, cash=95)


def issuers(**fields: Any) -> Make:
    """Return a portfolio of that many issuers of 10% less a little, the last one unknown where asked for."""

    def make(x: Any) -> ComplianceState:
        weights, hidden = x if isinstance(x, tuple) else (x, None)
        rows = [{"value": weight, **fields} for weight in weights]
        if hidden:
            rows[-1] = {**rows[-1], hidden: UNKNOWN}
        return book(*rows, cash=100 - sum(weights))

    return make


def diversified(x: Any) -> ComplianceState:
    """Return a portfolio of one issuer of so many percent beside cash, or of twelve whose votes are not known."""
    if x == UNKNOWN:
        return book(*({"value": 5, "vote_share": UNKNOWN} for _ in range(12)), cash=40)
    return book({"value": x}, cash=100 - x)


def of_one_body(x: Any) -> ComplianceState:
    """Return a portfolio of a state's bonds beside a fund and a deposit."""
    percent, hidden = x if isinstance(x, tuple) else (x, None)
    bond = {"value": percent, "is_government": True, **({hidden: UNKNOWN} if hidden else {})}
    return book(bond, {"value": 90 - percent, "is_fund": True}, cash=10)


CASES = [
    Case("house.max_position", held(), 20, 22.5, 26, None),
    Case("house.min_position", held(), 1, None, 0.9, None),
    Case("house.max_issuer", held(), 8, 9, 11, (11, "is_fund")),
    Case("house.max_sector", held(), 26, 27, 31, (31, "is_cash")),
    Case("house.max_country", held(), 50, 54, 61, (61, "is_cash")),
    Case("house.max_currency", held(currency="EUR"), 70, 72, 81, (81, "currency")),
    Case("house.top_ten", held(), 50, 54, 61, (61, "is_cash")),
    Case("house.min_cash", lambda x: book({"value": 100 - x[0], "is_cash": x[1]}, cash=x[0]),
         (2, False), None, (0.5, False), (0.5, UNKNOWN)),
    Case("house.min_esg", having("esg_score"), 50.0, None, 49.9, UNKNOWN),
    Case("house.restricted", flagged("is_restricted"), False, None, True, UNKNOWN),
    Case("house.watched", flagged("is_watched"), False, None, True, UNKNOWN),
    Case("house.excluded", flagged("is_excluded"), False, None, True, UNKNOWN),
    Case("house.leverage", fact("gross_exposure"), 0.5, 0.9, 1.1, None),
    Case("house.turnover", fact("turnover_year"), 0.5, 0.9, 1.1, UNKNOWN),
    Case("house.tracking_error", fact("tracking_error"), 0.03, 0.054, 0.07, UNKNOWN),
    Case("house.liquidity", lambda x: book({"value": 50, "sell_days": x}, cash=50), 5.0, None, 5.1, UNKNOWN),
    Case("ucits.issuer_10", held(), 8, 9, 10.1, (10.1, "is_government")),
    Case("ucits.sum_40", issuers(), [10, 10, 10, 5], [10, 10, 10, 6], [10, 10, 10, 10, 6], ([10] * 4 + [6], "is_fund")),
    Case("ucits.group_20", issuers(issuer_group="G"), [8, 9], [9, 9], [10, 10.1], ([10, 10.1], "is_fund")),
    Case("ucits.deposits_20", lambda x: book({"value": 100 - x[0]}, cash=x[0], cash_is={"issuer": x[1]}),
         (10, "Bank"), (18, "Bank"), (21, "Bank"), (21, UNKNOWN)),
    Case("ucits.public_35", held(is_government=True), 30, 31.5, 36, (36, "is_government")),
    Case("ucits.public_issue_30", held(is_government=True), 20, 27, 31, (31, "is_government")),
    Case("ucits.covered_25", held(is_covered=True), 20, 22.5, 26, (26, "is_covered")),
    Case("ucits.covered_80", issuers(is_covered=True), [20, 20, 20], [24, 24, 24], [24, 24, 24, 10],
         ([24, 24, 24, 10], "is_covered")),
    Case("ucits.together_35", of_one_body, 30, 31.5, 36, (36, "is_fund")),
    Case("ucits.fund_20", held(is_fund=True), 15, 18, 21, (21, "is_fund")),
    Case("ucits.other_funds_30", held(is_fund=True), 20, 27, 31, (31, "is_ucits")),
    Case("ucits.own_votes", having("class_share"), 0.05, 0.09, 0.11, UNKNOWN),
    Case("ucits.own_fund", having("class_share", is_fund=True), 0.1, 0.225, 0.26, UNKNOWN),
    Case("ucits.unlisted_10", held(is_listed=False), 5, 9, 11, (11, "is_listed")),
    Case("ucits.no_shorts", lambda x: book({"value": x[0], "is_derivative": x[1]}, cash=90),
         (5, False), None, (-5, False), (-5, UNKNOWN)),
    Case("ucits.borrowing_10", fact("borrowing"), 0.05, 0.09, 0.11, UNKNOWN),
    Case("ucits.exposure_200", held(is_derivative=True), 80, 90, 101, (101, "is_derivative")),
    Case("ucits.var_absolute", fact("var_99_20d"), 0.1, 0.18, 0.21, UNKNOWN),
    Case("ucits.var_relative", fact("var_99_20d", benchmark_var_99_20d=0.1), 0.2, None, 0.21, UNKNOWN),
    Case("us_1940.diversified", diversified, 25, None, 26, UNKNOWN),
    Case("us_1940.names", held(is_named=True), 80, None, 79, (80, "is_named")),
    Case("us_1940.illiquid", held(is_illiquid=True), 13, 13.5, 15.1, (15.1, "is_illiquid")),
    Case("us_1940.fund_votes", having("vote_share", is_fund=True), 0.03, None, 0.031, UNKNOWN),
    Case("us_1940.fund_5", held(is_fund=True), 5, None, 5.1, (5.1, "is_fund")),
    Case("us_1940.funds_10", held(is_fund=True), 10, None, 10.1, (10.1, "is_fund")),
    Case("us_1940.securities_business", lambda x: book({"value": 6, "firm_share": x}, cash=94),
         0.15, None, 0.16, UNKNOWN),
    Case("us_1940.own_firm", flagged("is_own_firm"), False, None, True, UNKNOWN),
    Case("us_1940.industry", held(), 20, 22.5, 26, (26, "is_fund")),
    Case("us_1940.borrowing", fact("borrowing"), 0.4, 0.45, 0.51, UNKNOWN),
    Case("irc_851.half", diversified, 50, None, 51, UNKNOWN),
    Case("irc_851.issuer_25", held(), 20, 22.5, 26, (26, "is_fund")),
    Case("notices.13dg", having("class_share"), 0.03, 0.04, 0.051, UNKNOWN),
    Case("notices.section_16", having("class_share"), 0.05, 0.08, 0.11, UNKNOWN),
    Case("notices.eu_transparency", having("vote_share", country="DE"), 0.03, 0.04, 0.05, UNKNOWN),
    Case("notices.uk_dtr5", having("vote_share", country="GB"), 0.02, 0.024, 0.03, UNKNOWN),
    Case("notices.short_eu", lambda x: book({"value": -5, "class_share": x, "country": "PL"}, cash=105),
         0.0005, None, 0.001, UNKNOWN),
    Case("notices.locate", lambda x: book({"value": -5, "has_locate": x}, cash=105), True, None, False, UNKNOWN),
    Case("notices.13f", fact("securities_13f_ccy"), 99e6, None, 100e6, UNKNOWN),
    Case("notices.form_pf", fact("private_funds_ccy"), 149e6, None, 150e6, UNKNOWN),
    Case("notices.mifid_10", fact("fall_since_report"), 0.05, 0.08, 0.10, UNKNOWN),
    Case("mifid.risk", fact("product_risk", risk_score=4.0), 4.0, None, 5.0, UNKNOWN),
    Case("mifid.review", fact("review_age_days"), 300.0, 328.5, 366.0, UNKNOWN),
    Case("erisa.employer_10", held(is_employer=True), 8, 9, 10.1, (10.1, "is_employer")),
    Case("erisa.party", flagged("is_party"), False, None, True, UNKNOWN),
    Case("erisa.diversified", held(), 10, 18, 21, (21, "is_fund")),
]  # fmt: skip


def status(rule: str, state: ComplianceState) -> str:
    """Return how a rule stands."""
    return evaluate([RULES[rule]], state).status


def test_every_rule_has_its_cases() -> None:
    assert sorted(case.rule for case in CASES) == sorted(RULES)
    assert all((case.warns is not None) == bool(RULES[case.rule].warn_at) for case in CASES)


@pytest.mark.requirement("4.3.F3", "4.3.F4")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_every_rule_passes_warns_fails_and_stays_open(case: Case) -> None:
    assert status(case.rule, case.make(case.passes)) == "passed"
    if case.warns is not None:
        assert status(case.rule, case.make(case.warns)) == "warning"
    assert status(case.rule, case.make(case.fails)) == "failed"
    unknown = book({"value": UNKNOWN, "vote_share": UNKNOWN}, cash=100) if case.opens is None else case.make(case.opens)
    assert status(case.rule, unknown) == "indeterminate"


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
