"""Which of several limits is passed, and on which days is a rule of quarters tested?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compliance.evaluate import evaluate
from engine.compliance.ladder import farthest
from engine.compliance.problems import problems_in
from engine.compliance.program import program_of
from engine.compliance.quarters import is_test_day, quarter_end
from engine.compliance.result import RuleResult
from engine.compliance.rule import Parameter, Rule
from engine.compliance.state import ComplianceState, Order
from engine.compliance.words import sentence
from engine.kernel.errors import InputRefused
from tests.engine.compliance_worlds import book

FALL = Rule(
    id="fall", title="A fall of 10%, and each further 10%", severity="info", measure="fall_since_report", operator="<",
    parameters=(Parameter(name="threshold", value=0.1), Parameter(name="each", value=0.1)),
    limit="threshold", further="each", remedy="notify",
)  # fmt: skip
STAKES = Rule(
    id="stakes", title="Stakes", universe="not is_cash", group_by="symbol", measure="max(vote_share)", operator="<",
    limit="0.05", ladder=("0.10", "0.15", "0.20", "0.25", "0.30", "0.50", "0.75"),
)  # fmt: skip
QUARTERLY = Rule(
    id="quarterly", title="Half", universe="not is_cash", group_by="symbol", measure="sum(weight)", limit="0.10",
    timing=("pre", "quarter_end"),
)  # fmt: skip


def one(rule: Rule, state: ComplianceState, *orders: Order, **more: Any) -> RuleResult:
    """Return what becomes of one rule."""
    return evaluate([rule], state, orders, **more).results[0]


@pytest.mark.parametrize(
    ("fall", "status", "step"),
    [
        (0.0999999949, "passed", None),
        (0.099999996, "failed", 0.1),  # 10% in whole steps of 1e-8
        (0.1, "failed", 0.1),
        (0.19999999, "failed", 0.1),
        (0.2, "failed", 0.2),
        (0.21, "failed", 0.2),
        (0.3, "failed", 0.3),  # three times a tenth is no more than three tenths
        (0.95, "failed", 0.9),
    ],
)
def test_each_further_tenth_of_a_fall_is_a_limit_of_its_own(fall: float, status: str, step: float | None) -> None:
    found = one(FALL, book(cash=100, fall_since_report=fall))
    assert (found.status, found.groups[0].step, found.limit) == (status, step, 0.1)


@pytest.mark.parametrize(
    ("share", "step"),
    [(0.049, None), (0.05, 0.05), (0.0999, 0.05), (0.10, 0.10), (0.2999, 0.25), (0.5, 0.5), (0.8, 0.75), (1.0, 0.75)],
)
def test_named_limits_are_passed_one_after_the_other(share: float, step: float | None) -> None:
    found = one(STAKES, book({"value": 10, "vote_share": share}, cash=90))
    assert found.groups[0].step == step


def test_steps_go_down_where_the_rule_wants_more() -> None:
    rule = FALL.model_copy(update={"measure": "fall_since_report", "operator": ">=", "further": "each / 2"})
    assert one(rule, book(cash=1, fall_since_report=0.1)).groups[0].step is None
    assert one(rule, book(cash=1, fall_since_report=0.099)).groups[0].step == 0.1
    assert one(rule, book(cash=1, fall_since_report=0.05)).groups[0].step == 0.1, "at the second limit, not beyond it"
    assert one(rule, book(cash=1, fall_since_report=0.04)).groups[0].step == 0.05


def test_a_figure_that_is_not_known_exactly_has_surely_passed_only_what_its_better_end_has() -> None:
    rule = STAKES.model_copy(update={"measure": "sum(vote_share)", "group_by": None})
    state = book({"value": 5, "vote_share": 0.12}, {"value": 5, "vote_share": "unknown"}, cash=90)
    found = one(rule, state)
    assert (found.status, found.groups[0].most, found.groups[0].step) == ("failed", 1.12, 0.10)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["<=", "<", ">=", ">"]), st.integers(-50, 400), st.integers(1, 60), st.integers(1, 30),
    st.lists(st.integers(1, 400), max_size=5),
)  # fmt: skip
def test_the_farthest_limit_is_that_of_trying_all_of_them(
    operator: Any, figure: int, first: int, apart: int, named: list[int]
) -> None:
    """In hundredths, exactly: every limit is looked at, one by one."""
    beyond = {"<=": Fraction.__gt__, "<": Fraction.__ge__, ">=": Fraction.__lt__, ">": Fraction.__le__}[operator]
    side = 1 if operator in ("<=", "<") else -1

    def tried(limits: list[int]) -> float | None:
        passed = [one for one in limits if beyond(Fraction(figure, 100), Fraction(one, 100))]
        return None if not passed else max(passed, key=lambda one: side * one) / 100

    even = [first + side * apart * k for k in range(500)]
    assert farthest(operator, figure / 100, [first / 100], apart / 100, "frac") == tried(even)
    ladder = [first, *(first + side * one for one in named)]
    assert farthest(operator, figure / 100, [one / 100 for one in ladder], None, "frac") == tried(ladder)


def test_an_exact_figure_and_one_without_bound_have_no_steps() -> None:
    assert farthest("==", 5.0, [1.0], 1.0, "plain") is None
    assert farthest("<=", float("inf"), [1.0], 1.0, "plain") is None
    assert farthest("<=", 123.454, [100.0], 0.01, "ccy") == 123.44, "money goes in cents, and the last is not passed"


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"further": "threshold", "ladder": ("0.2",)}, "further"),
        ({"further": "0"}, "further"),
        ({"further": "-threshold"}, "further"),
        ({"operator": "=="}, "further"),
        ({"further": "", "ladder": ("0.2", "0.05")}, "ladder.1"),
        ({"further": "", "ladder": ("0.2", "nothing")}, "ladder.1"),
        ({"further": "", "ladder": ("0.2", "")}, "ladder.1"),
        ({"further": "net_assets_ccy"}, "further"),
        ({"further": "weight"}, "further"),
    ],
)
def test_limits_that_make_no_sense_are_named(more: dict[str, Any], path: str) -> None:
    found = problems_in(FALL.model_copy(update=more))
    assert [one.path for one in found] == [path]
    assert all(one.advice for one in found)


def test_a_ladder_in_another_unit_is_refused_before_it_is_judged() -> None:
    with pytest.raises(InputRefused, match="The measure is in frac"):
        program_of(FALL.model_copy(update={"further": "", "ladder": ("net_assets_ccy",)}))


def test_the_sentence_tells_further_limits_and_quarters() -> None:
    assert sentence(FALL).endswith("must be below 10%; told anew at each further 10%.")
    assert "; told anew at 10%, 15%, 20%, 25%, 30%, 50% and 75%." in sentence(STAKES)
    assert sentence(QUARTERLY).endswith("at most 10%; tested on the last session of each quarter.")
    own = sentence(QUARTERLY.model_copy(update={"year_end_month": 10}))
    assert own.endswith("of each quarter of a year that ends in October.")


@pytest.mark.parametrize(
    ("day", "is_month_end", "year_end_month", "is_tested"),
    [
        (date(2026, 3, 31), True, 12, True),
        (date(2026, 3, 30), False, 12, False),
        (date(2026, 4, 30), True, 12, False),
        (date(2026, 4, 30), True, 10, True),
        (date(2026, 3, 31), True, 10, False),
        (date(2026, 11, 30), True, 2, True),
        (None, True, 12, True),
    ],
)
def test_a_rule_of_quarters_is_tested_on_their_last_session(
    day: date | None, is_month_end: bool, year_end_month: int, is_tested: bool
) -> None:
    rule = QUARTERLY.model_copy(update={"year_end_month": year_end_month})
    state = replace(book({"value": 11}, cash=89), on=day, is_month_end=is_month_end)
    assert is_test_day(rule, state) is is_tested
    found = one(rule, state)
    assert (found.status, found.is_preview) == (("failed", False) if is_tested else ("warning", True))
    assert found.groups[0].value == 0.11
    assert is_test_day(QUARTERLY.model_copy(update={"timing": ("pre", "eod")}), state)


def test_between_quarters_an_order_is_warned_and_at_their_end_it_is_stopped() -> None:
    between = replace(book({"value": 10}, cash=90), on=date(2026, 5, 29), is_month_end=True)
    found = one(QUARTERLY, between, Order("S1", 1.0))
    assert (found.status, found.verdict, found.cause, found.is_preview) == (
        "warning", "pass_with_warning", "active", True,
    )  # fmt: skip
    at_end = replace(between, on=date(2026, 6, 30))
    assert one(QUARTERLY, at_end, Order("S1", 1.0)).verdict == "blocked"


def test_what_cannot_be_judged_stays_so_between_quarters_and_stops_nothing() -> None:
    rule = QUARTERLY.model_copy(update={"universe": "is_fund"})
    state = replace(book({"value": 11, "is_fund": "unknown"}, cash=89), on=date(2026, 5, 28), is_month_end=False)
    found = one(rule, state, Order("S1", 1.0))
    assert (found.status, found.verdict) == ("indeterminate", "pass_with_warning")
    assert found.missing == ("whether they are funds of S1",)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 12))
def test_a_quarter_ends_within_three_months_at_the_end_of_a_month(day: date, year_end_month: int) -> None:
    end = quarter_end(QUARTERLY.model_copy(update={"year_end_month": year_end_month}), day)
    assert day <= end <= day + timedelta(days=92)
    assert (end + timedelta(days=1)).day == 1
    assert end.month % 3 == year_end_month % 3
