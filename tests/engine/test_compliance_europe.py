"""Do the rules of Europe say what texts of the law and answers of authorities say, figure by figure?

Sources, in own words: Directive 2009/65/EC, Articles 52 to 56 (consolidated text of 7 January 2020); ESMA, answers 953
(1 February 2023), 1807 (6 June 2017), 1812 (23 March 2018), 1904 and 1905 (10 October 2012); FCA Handbook, DTR
5.1.1R(6) and FINMAR 2.3.2R; conversion of derivatives as in Annex II of Delegated Regulation (EU) 231/2013.
"""

from __future__ import annotations

from typing import Any

import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.packs.catalog import PACKS
from engine.compliance.result import GroupResult, RuleResult
from engine.compliance.state import ComplianceState
from tests.engine.compliance_worlds import UNKNOWN, book

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}


def one(code: str, state: ComplianceState) -> RuleResult:
    """Return what becomes of one rule."""
    (result,) = evaluate([RULES[code]], state).results
    return result


def worst(code: str, state: ComplianceState) -> GroupResult:
    """Return the group that stands worst."""
    return one(code, state).groups[0]


def owed(percent: float, **more: Any) -> dict[str, Any]:
    """Return what a counterparty owes."""
    return {"value": 0, "is_otc": True, "is_credit_institution": True, "otc_exposure_ccy": percent, **more}


@pytest.mark.requirement("4.3.F3")
def test_one_bodys_securities_deposits_and_derivatives_count_together() -> None:
    """Each limit is kept for itself, 10, 20 and 10; together they are 40 of at most 20."""
    bank = {"issuer": "Bank"}
    rest = [{"value": 7} for _ in range(10)]
    state = book({"value": 10, **bank}, owed(10.0, **bank), *rest, cash=20, cash_is=bank)
    for code in ("ucits.issuer_10", "ucits.deposits_20", "ucits.otc_bank_10"):
        assert one(code, state).status == "warning", code
    assert one("ucits.one_body_20", state).status == "failed"
    assert worst("ucits.one_body_20", state).value == pytest.approx(0.40)
    assert worst("ucits.together_35", state).value == pytest.approx(0.40)
    kept = book({"value": 10, **bank}, *rest, {"value": 10}, cash=10, cash_is=bank)
    assert one("ucits.one_body_20", kept).status == "warning", "20% is not more than 20%"


def test_a_derivatives_own_value_is_a_part_of_what_its_counterparty_owes() -> None:
    swap = {"value": 6, "issuer": "Bank", "is_derivative": True}
    state = book(swap, owed(6.0, issuer="Bank"), {"value": 13, "issuer": "Bank"}, cash=81, cash_is={"issuer": "Other"})
    found = {group.group: group for group in one("ucits.one_body_20", state).groups}
    assert found["Bank"].value == pytest.approx(0.19), "13% shares and 6% claim, not 25%"


def test_a_derivative_of_which_nothing_is_stated_leaves_the_limits_of_counterparties_open() -> None:
    swap = {"value": 1, "is_derivative": True, "is_otc": UNKNOWN, "is_credit_institution": UNKNOWN,
            "otc_exposure_ccy": UNKNOWN}  # fmt: skip
    state = book(swap, *({"value": 11} for _ in range(8)), cash=11)
    for code in ("ucits.otc_bank_10", "ucits.otc_other_5", "ucits.one_body_20", "ucits.together_35"):
        assert one(code, state).status == "indeterminate", code
    listed = book({"value": 1, "is_derivative": True}, *({"value": 11} for _ in range(8)), cash=11)
    assert one("ucits.one_body_20", listed).status == "passed"


@pytest.mark.requirement("4.3.F3")
def test_subsidiaries_are_one_body_and_a_state_may_raise_the_group_to_twenty() -> None:
    """Two companies of one group at 10% each keep the limit of an issuer, and break that of the group."""
    rows = [{"value": 10, "issuer": name, "issuer_group": "Group"} for name in ("East", "West")]
    state = book(*rows, cash=80)
    assert one("ucits.issuer_10", state).status == "warning"
    assert one("ucits.group_10", state).status == "failed"
    rule = RULES["ucits.group_10"]
    raised = rule.model_copy(update={"parameters": (rule.parameters[0].model_copy(update={"value": 0.20}),)})
    (result,) = evaluate([raised], state).results
    assert result.status == "warning"


def test_subsidiaries_at_five_percent_each_count_towards_forty_as_their_group() -> None:
    """Nine groups of two companies with 5% each: nobody is above 5% alone, each group is at 10%."""
    rows = [{"value": 5, "issuer": f"I{n}", "issuer_group": f"G{n // 2}"} for n in range(18)]
    state = book(*rows, cash=10)
    assert worst("ucits.sum_40", state).value == pytest.approx(0.90)
    alone = book(*[{**row, "issuer_group": row["issuer"]} for row in rows], cash=10)
    assert worst("ucits.sum_40", alone).value == 0.0


@pytest.mark.parametrize(
    ("weights", "exceptions", "status"),
    [
        ([20, 20, 20], 0.0, "passed"),
        ([20.000001, 20], 0.0, "failed"),
        ([35, 20, 20], 1.0, "passed"),
        ([34, 21, 20], 1.0, "failed"),
    ],
)
def test_an_index_fund_may_hold_twenty_of_an_issuer_and_more_of_one(
    weights: list[float], exceptions: float, status: str
) -> None:
    rule = RULES["ucits.index_20"]
    base, number = rule.parameters
    asked = rule.model_copy(update={"parameters": (base, number.model_copy(update={"value": exceptions}))})
    state = book(*({"value": str(one)} for one in weights), cash=str(100 - sum(weights)))
    (result,) = evaluate([asked], state).results
    assert result.status == status
    assert one("ucits.index_35", book({"value": "35"}, cash=65)).status == "warning"
    assert one("ucits.index_35", book({"value": "35.000001"}, cash="64.999999")).status == "failed"


@pytest.mark.parametrize(
    ("issues", "six", "thirty"),
    [
        ([30, 30, 10, 10, 10, 10], "warning", "warning"),
        ([30, 30, 10, 10, 10, 5, 5], "passed", "warning"),
        ([30, 30, 20, 10, 10], "failed", "warning"),
        ([31, 29, 10, 10, 10, 10], "warning", "failed"),
        ([7, 7, 7, 7, 7], "passed", "passed"),
    ],
)
def test_a_state_held_alone_needs_six_issues_of_at_most_thirty(issues: list[int], six: str, thirty: str) -> None:
    """Up to 35% of one state neither is asked for."""
    rows = [{"value": one, "issuer": "State", "is_government": True} for one in issues]
    state = book(*rows, cash=100 - sum(issues))
    assert one("ucits.public_six", state).status == six
    assert one("ucits.public_issue_30", state).status == thirty


def test_the_six_issues_are_of_public_issuers_alone_and_all_of_them_keep_thirty() -> None:
    """ESMA, answer 953: issues of companies do not count, and more than six issues do not free any from 30%."""
    state = [{"value": 9, "issuer": "State", "is_government": True} for _ in range(4)]
    firms = [{"value": 5, "is_covered": True} for _ in range(4)]
    city = {"issuer": "City", "is_government": True}
    assert one("ucits.public_six", book(*state, *firms, cash=44)).status == "failed", "four of a state"
    cities = [{"value": 2, **city}, {"value": 2, **city}]
    assert one("ucits.public_six", book(*state, *cities, *firms, cash=40)).status == "warning", "six, and none to spare"
    large = book(*state, *cities, {"value": 31, **city}, cash=29)
    assert one("ucits.public_issue_30", large).status == "failed", "the seventh issue, of another issuer at 35%"


def test_covered_bonds_count_for_the_twenty_only_beside_deposits_or_claims() -> None:
    """Alone a body's covered bonds may be 25%; combined with a deposit they may be 20% with it."""
    bonds = {"value": 24, "issuer": "Bank", "is_covered": True}
    alone = book(bonds, cash=76, cash_is={"issuer": "Other"})
    assert one("ucits.one_body_covered_20", alone).status == "passed"
    beside = book(bonds | {"value": 15}, {"value": 79, "is_fund": True}, cash=6, cash_is={"issuer": "Bank"})
    assert worst("ucits.one_body_covered_20", beside).value == pytest.approx(0.21)
    assert one("ucits.one_body_covered_20", beside).status == "failed"
    assert one("ucits.one_body_20", beside).status == "passed", "which leaves covered bonds to the limit of 35%"


def test_limits_of_ownership_are_those_of_an_issuer_and_not_of_states() -> None:
    bond = {"value": 5, "asset_class": "bond", "debt_share": 0.06, "issuer": "Works"}
    assert one("ucits.own_debt", book(bond, bond | {"symbol": "B"}, cash=90)).status == "failed"
    assert one("ucits.own_debt", book(bond | {"is_government": True, "debt_share": 0.5}, cash=95)).status == "passed"
    shares = {"value": 5, "issuer": "Works", "vote_share": 0.06}
    assert worst("ucits.own_votes", book(shares, shares | {"symbol": "C"}, cash=90)).value == pytest.approx(0.12)
    bill = {"value": 5, "debt_share": 0.11, "is_money_market": True}
    assert one("ucits.own_money_market", book(bill, cash=95)).status == "failed"
    assert one("ucits.own_debt", book(bill, cash=95)).status == "passed", "bills have a limit of their own"


def test_commitment_is_contracts_times_size_times_price_times_delta() -> None:
    """Three futures on 100 shares at 50, and two options on 200 shares at 40 with a delta of 0.5: 15,000 and 8,000."""
    state = book({"value": 900, "is_derivative": True}, {"value": 1100, "is_derivative": True}, cash=20_000)
    exposed = ComplianceState(
        symbols=state.symbols, values_ccy=state.values_ccy, quantities=state.quantities, prices_ccy=state.prices_ccy,
        given={**state.given, "exposure_ccy": [None, 3 * 100 * 50.0, 2 * 200 * 40.0 * 0.5]}, facts=state.facts,
    )  # fmt: skip
    assert worst("ucits.exposure_commitment", exposed).value == pytest.approx(23_000 / 22_000)
    hidden = ComplianceState(
        symbols=state.symbols, values_ccy=state.values_ccy, quantities=state.quantities, prices_ccy=state.prices_ccy,
        given={**state.given, "exposure_ccy": [None, float("nan"), 8_000.0]}, facts=state.facts,
    )  # fmt: skip
    assert one("ucits.exposure_commitment", hidden).status == "indeterminate"


def test_one_of_three_ways_to_count_global_exposure_is_switched_on() -> None:
    ways = ("ucits.exposure_commitment", "ucits.var_absolute", "ucits.var_relative")
    assert [figure.value for code in ways for figure in RULES[code].parameters if figure.name == "is_used"] == [1, 0, 0]
    for code in ways[1:]:
        assert one(code, book(cash=100, var_99_20d=0.5)).status == "passed", "switched off"
        figures = tuple(
            figure.model_copy(update={"value": 1.0}) if figure.name == "is_used" else figure
            for figure in RULES[code].parameters
        )
        (result,) = evaluate(
            [RULES[code].model_copy(update={"parameters": figures})],
            book(cash=100, var_99_20d=0.5, benchmark_var_99_20d=0.2),
        ).results
        assert result.status == "failed"


@pytest.mark.requirement("4.3.F3")
def test_a_client_is_told_at_multiples_of_ten_percent_of_the_first_value() -> None:
    """100,000 at the beginning: told at 90,000, 80,000 and 70,000; in the next period 70,000 falls to 63,000."""

    def step(value: float, first: float) -> tuple[str, float | None]:
        found = one("notices.mifid_10", book(cash=100, worst_fall_since_report=1.0 - value / first))
        return found.status, found.groups[0].step

    assert step(90_000.01, 100_000) == ("warning", None)
    assert step(90_000, 100_000) == ("failed", pytest.approx(0.1))
    assert step(80_000.01, 100_000) == ("failed", pytest.approx(0.1))
    assert step(80_000, 100_000) == ("failed", pytest.approx(0.2))
    assert step(70_000, 100_000) == ("failed", pytest.approx(0.3))
    assert step(70_000, 70_000) == ("passed", None)
    assert step(63_000, 70_000) == ("failed", pytest.approx(0.1))


@pytest.mark.parametrize(
    ("percent", "step"),
    [(0.1987, None), (0.2, 0.002), (0.30, 0.003), (0.312, 0.003), (0.3199, 0.003), (0.3989, 0.003), (0.4, 0.004)],
)
def test_net_short_positions_are_told_at_each_tenth_of_a_percent_from_two_tenths_on(
    percent: float, step: float | None
) -> None:
    """0.1987% is not rounded up to 0.2%; 0.3989% is in the step of 0.3% still. The threshold is the UK's of today."""
    short = {"value": -5, "capital_share": percent / 100.0, "country": "GB"}
    found = one("notices.short_uk", book(short, cash=105))
    assert (found.status == "failed") == (step is not None)
    assert found.groups[0].step == (None if step is None else pytest.approx(step))


def test_long_positions_in_any_class_are_deducted_from_short_ones_of_the_issuer() -> None:
    rows = [
        {"value": -5, "issuer": "Works", "country": "DE", "capital_share": 0.006},
        {"value": 5, "issuer": "Works", "country": "DE", "capital_share": 0.0045},
        {"value": -5, "issuer": "Mine", "country": "DE", "capital_share": 0.0049},
    ]
    told = {group.group: group for group in one("notices.short_eu", book(*rows, cash=105)).groups}
    assert told["Works"].value == pytest.approx(0.0015)
    assert told["Mine"].step == pytest.approx(0.004)
    public = {group.group: group.status for group in one("notices.short_eu_public", book(*rows, cash=105)).groups}
    assert public["Mine"] == "warning"
    assert public["Works"] == "passed"


@pytest.mark.parametrize(
    ("percent", "step"), [(2.99, None), (3.0, 0.03), (3.99, 0.03), (4.0, 0.04), (10.7, 0.10), (99.5, 0.99)]
)
def test_votes_of_a_uk_issuer_are_rounded_down_to_whole_percents(percent: float, step: float | None) -> None:
    halves = {"value": 5, "issuer": "Works", "country": "GB", "vote_share": percent / 200.0}
    found = worst("notices.uk_dtr5", book(halves, halves | {"symbol": "B"}, cash=90))
    assert found.step == (None if step is None else pytest.approx(step)), "two classes are one issuer"


@pytest.mark.parametrize(
    ("percent", "step"),
    [(4.9, None), (5, 0.05), (29.9, 0.25), (30, 0.30), (49.9, 0.30), (50, 0.50), (75, 0.75), (100, 0.75)],
)
def test_votes_of_an_eu_issuer_are_told_at_the_eight_thresholds(percent: float, step: float | None) -> None:
    held = {"value": 5, "country": "FR", "vote_share": percent / 100.0}
    found = worst("notices.eu_transparency", book(held, cash=95))
    assert found.step == (None if step is None else pytest.approx(step))
    assert one("notices.eu_transparency", book(held | {"value": -5}, cash=105)).status == "passed"


@pytest.mark.requirement("X.FR2")
@pytest.mark.parametrize(
    ("code", "field", "known"),
    [
        ("mifid.knowledge", "is_known_kind", {}),
        ("mifid.target_market", "is_in_target_market", {"is_priip": True}),
        ("mifid.horizon", "holding_days", {"is_priip": True}),
        ("mifid.product_risk", "sri", {"is_priip": True}),
    ],
)
def test_what_is_not_known_of_a_product_or_its_client_is_never_taken_for_suitable(
    code: str, field: str, known: dict[str, Any]
) -> None:
    facts = {"horizon_days": 1_825.0, "risk_score": 4.0}
    assert one(code, book({"value": 5, **known, field: UNKNOWN}, cash=95, **facts)).status == "indeterminate"
    if known:
        share = {"value": 5, "is_priip": False, field: UNKNOWN}
        assert one(code, book(share, cash=95, **facts)).status == "passed", "a share has no key information document"
        unsure = {"value": 5, "is_priip": UNKNOWN, field: False if field.startswith("is_") else 7_000.0}
        assert one(code, book(unsure, cash=95, **facts)).status == "indeterminate"


@pytest.mark.requirement("X.FR2")
def test_without_a_profile_products_are_judged_only_where_they_suit_every_client() -> None:
    product = {"value": 5, "is_priip": True, "holding_days": 30.0, "sri": 2.0}
    for code in ("mifid.horizon", "mifid.product_risk"):
        assert one(code, book(product, cash=95)).status == "indeterminate"
    assert one("mifid.product_risk", book(product | {"sri": 1.0}, cash=95)).status == "passed", "nobody is below 1"
