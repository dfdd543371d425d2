"""Do a rule's own examples, the list of its problems and the judgment on looser or stricter say what is so?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.compliance.examples import CaseOrder, CasePosition, RuleCase, judge_case, state_of
from engine.compliance.packs.catalog import PACKS
from engine.compliance.problems import character_of, problems_in
from engine.compliance.program import program_of
from engine.compliance.rule import Definition, Parameter, Rule
from engine.compliance.strictness import effect_of
from engine.kernel.errors import InputRefused

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
CAP = RULES["house.max_position"]


def case(expected: str = "passed", *rows: tuple[str, float], cash: float = 0.0, **fields: Any) -> RuleCase:
    positions = [CasePosition(symbol=name, value_ccy=value) for name, value in rows]
    return RuleCase(name="case", expected=expected, cash_ccy=cash, positions=positions, **fields)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (case("passed", ("A", 20), cash=80), "passed"),
        (case("warning", ("A", 25), cash=75), "warning"),
        (case("failed", ("A", 26), cash=74), "failed"),
        (case("failed", ("A", 20), cash=80, parameters={"cap": 0.19}), "failed"),
        (case("passed", ("A", 20), cash=80, orders=[CaseOrder(symbol="A", quantity=-1.0)]), "passed"),
        (case("failed", ("A", 20), cash=80, orders=[CaseOrder(symbol="A", quantity=6.0)]), "failed"),
    ],
)
def test_an_example_is_judged_after_its_orders_with_its_figures(given: RuleCase, found: str) -> None:
    outcome = judge_case(CAP, given)
    assert (outcome.found, outcome.problem) == (found, None)
    assert outcome.is_as_expected is (given.expected == found)


def test_what_is_not_said_is_harmless_and_what_is_null_is_not_known() -> None:
    state = state_of(case("passed", ("A", 20), cash=80))
    assert (state.given["issuer"][1], state.given["issuer_group"][1], state.given["is_government"][1]) == (
        "A",
        "A",
        False,
    )
    hidden = RuleCase(
        name="x",
        expected="indeterminate",
        cash_ccy=74,
        positions=[CasePosition(symbol="A", value_ccy=26.0, fields={"is_fund": None})],
    )
    assert judge_case(RULES["us_1940.industry"], hidden).found == "indeterminate"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (case("passed", ("A", 20), ("A", 20)), "symbols"),
        (case("passed", parameters={"nothing": 1.0}), "parameters.nothing"),
        (case("passed", facts={"weight": 1.0}), "facts.weight"),
        (case("passed", orders=[CaseOrder(symbol="B", quantity=1.0)]), "orders.0.position"),
        (RuleCase(name="x", expected="passed", positions=[CasePosition(symbol="A", fields={"is_fund": "yes"})]),
         "positions.0.fields.is_fund"),
        (RuleCase(name="x", expected="passed", cash_fields={"weight": 0.1}), "cash_fields.weight"),
    ],
)  # fmt: skip
def test_an_example_that_cannot_be_judged_says_why(given: RuleCase, path: str) -> None:
    outcome = judge_case(CAP, given)
    assert (outcome.found, outcome.is_as_expected) == (None, False)
    assert outcome.problem is not None
    assert outcome.problem.startswith(path)


def broken(**fields: Any) -> Rule:
    shared: dict[str, Any] = {"id": "a.b", "title": "x", "parameters": (Parameter(name="cap", value=0.1),)}
    return Rule(**{**shared, "measure": "sum(weight)", "limit": "cap", **fields})


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (broken(), []),
        (broken(universe="not is_cassh"), [("universe", 5)]),
        (broken(measure="sum(weight"), [("measure", 4)]),
        (broken(measure="sum(weight) + is_cash"), [("measure", None)]),
        (broken(limit="cap +"), [("limit", None)]),
        (broken(limit=""), [("limit", None)]),
        (broken(limit="net_assets_ccy"), [("limit", None)]),
        (broken(group_by="weight"), [("group_by", None)]),
        (broken(group_by="secto", measure="sum(weigh)"), [("group_by", None), ("measure", 5)]),
        (broken(parameters=(Parameter(name="weight", value=1.0),)), [("parameters.0.name", None)]),
        (broken(definitions=(Definition(name="one", expression="sum(weigh)"),
                             Definition(name="two", expression="one * 2"),
                             Definition(name="three", expression="sum(x)")), keep="one > 0"),
         [("definitions.0.expression", 5), ("definitions.1.expression", 1), ("definitions.2.expression", 5)]),
        (broken(timing=()), [("timing", None)]),
        (broken(effective_from=date(2026, 2, 1), effective_to=date(2026, 1, 31)), [("effective_to", None)]),
    ],
)  # fmt: skip
def test_every_problem_is_told_with_its_place(rule: Rule, told: list[tuple[str, int | None]]) -> None:
    found = problems_in(rule)
    assert [(one.path, character_of(rule, one)) for one in found] == told
    assert all(one.advice for one in found)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_packs_have_no_problem_and_lose_each_part_they_are_robbed_of(rule: Rule) -> None:
    assert problems_in(rule) == ()
    for path in ("universe", "measure", "limit"):
        worse = rule.model_copy(update={path: "nobody_knows_this"})
        assert [one.path for one in problems_in(worse)] == [path]
        with pytest.raises(InputRefused):
            program_of(worse)


@pytest.mark.parametrize(
    ("code", "values", "effect"),
    [
        ("house.max_position", {"cap": 0.30}, "looser"),
        ("house.max_position", {"cap": 0.20}, "tighter"),
        ("house.max_position", {"cap": 0.25}, "same"),
        ("house.max_position", {"warn_share": 0.5}, "same"),
        ("house.max_position", {"nothing": 0.5}, "same"),
        ("house.max_position", {}, "same"),
        ("house.min_cash", {"floor": 0.02}, "tighter"),
        ("house.min_cash", {"floor": 0.0}, "looser"),
        ("house.liquidity", {"floor": 0.7}, "looser"),
        ("house.liquidity", {"days_max": 10.0}, "unclear"),
        ("irc_851.half", {"base": 0.06}, "unclear"),
        ("ucits.var_relative", {"factor": 3.0}, "looser"),
    ],
)
def test_looser_or_stricter_follows_from_the_limit(code: str, values: dict[str, float], effect: str) -> None:
    rule = RULES[code]
    if "factor" in values:
        values = {rule.parameters[0].name: values["factor"]}
    assert effect_of(rule, values) == effect


def test_figures_that_pull_both_ways_and_odd_limits_are_unclear() -> None:
    two = broken(parameters=(Parameter(name="a", value=0.3), Parameter(name="b", value=0.1)), limit="a - b")
    assert effect_of(two, {"a": 0.4}) == "looser"
    assert effect_of(two, {"b": 0.2}) == "tighter"
    assert effect_of(two, {"a": 0.4, "b": 0.2}) == "unclear"
    assert effect_of(broken(limit="cap * cap"), {"cap": 0.2}) == "unclear"
    assert effect_of(broken(limit="cap", operator="=="), {"cap": 0.2}) == "unclear"
    assert effect_of(broken(limit="-2 * (cap - 1)"), {"cap": 0.2}) == "tighter"
    assert effect_of(broken(limit="0.1 / cap"), {"cap": 0.2}) == "unclear"
    assert effect_of(broken(limit="cap * tracking_error"), {"cap": 0.2}) == "looser"
    assert effect_of(broken(limit="cap * net_exposure"), {"cap": 0.2}) == "unclear"
