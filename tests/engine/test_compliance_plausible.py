"""Are figures told that cannot be meant: percent in place of fractions, and warnings that never come?"""

from __future__ import annotations

from typing import Any

import pytest

from engine.compliance.problems import character_of, problems_in
from engine.compliance.rule import Definition, Parameter, Rule


def capped(value: float = 0.1, **more: Any) -> Rule:
    """Return a cap on each issuer."""
    shared: dict[str, Any] = {"id": "a.b", "title": "x", "group_by": "issuer", "measure": "sum(weight)"}
    return Rule(**{**shared, "parameters": (Parameter(name="cap", value=value),), "limit": "cap", **more})


@pytest.mark.parametrize(
    ("rule", "path", "part"),
    [
        (capped(25.0), "parameters.0.value", "25 is a fraction, and means 2,500%"),
        (capped(2.0), "parameters.0.value", "means 200%"),
        (capped(limit="5"), "limit", "means 500%"),
        (capped(limit="0.1", warn_at="9"), "warn_at", "means 900%"),
        (capped(1.5, measure="sum(weight_total)"), "parameters.0.value", "means 150%"),
        (capped(1.5, measure="max(vote_share)"), "parameters.0.value", "means 150%"),
        (capped(25.0, group_by=None, measure="gross_exposure"), "parameters.0.value", "2,500%"),
        (capped(0.05, ladder=("10",)), "ladder.0", "means 1,000%"),
        (capped(0.05, further="2"), "further", "means 200%"),
    ],
)
def test_a_fraction_that_was_meant_as_percent_is_told_with_the_way_out(rule: Rule, path: str, part: str) -> None:
    told = [one for one in problems_in(rule) if one.path == path]
    assert part in told[0].message
    assert told[0].advice in ("Write 0.25 for 25%.", "Write 0.1 for 10%.", "Write 0.09 for 9%.", "Write 0.05 for 5%.",
                              "Write 0.02 for 2%.", "Write 0.015 for 1.5%.")  # fmt: skip


@pytest.mark.parametrize(
    "rule",
    [
        capped(1.0),
        capped(3.0, group_by=None, measure="gross_exposure"),
        capped(3.0, group_by=None, measure="sum(abs(weight))"),
        capped(3.0, group_by=None, measure="sum(weight_total) / borrowing", operator=">="),
        capped(55.0, group_by=None, measure="average(esg_score, weight)", operator=">=",
               parameters=(Parameter(name="cap", value=55.0, unit="score"),)),
        capped(5.0, measure="max(sell_days)", parameters=(Parameter(name="cap", value=5.0, unit="days"),)),
        capped(2.0, group_by=None, measure="share",
               definitions=(Definition(name="share", expression="sum(weight) / 0.5"),)),
    ],
)  # fmt: skip
def test_figures_that_may_be_meant_are_left_alone(rule: Rule) -> None:
    assert problems_in(rule) == ()


@pytest.mark.parametrize(
    ("operator", "limit", "warn_at", "is_told"),
    [
        ("<=", "cap", "0.9 * cap", False),
        ("<=", "cap", "cap", False),
        ("<=", "cap", "1.1 * cap", True),
        ("<", "0.5", "0.9", True),
        (">=", "cap", "1.1 * cap", False),
        (">=", "cap", "0.9 * cap", True),
        (">", "-0.1", "-0.2", True),
        ("==", "cap", "0.9", False),
        ("<=", "cap * net_exposure", "0.9", False),  # the limit depends on what is held
    ],
)
def test_a_warning_level_beyond_the_limit_is_told(operator: str, limit: str, warn_at: str, is_told: bool) -> None:
    found = problems_in(capped(operator=operator, limit=limit, warn_at=warn_at))
    assert [one.path for one in found] == (["warn_at"] if is_told else [])
    assert all("It would never warn." in one.message for one in found)


def test_the_sentence_names_both_levels_and_the_side() -> None:
    (found,) = problems_in(capped(0.5, warn_at="0.9"))
    assert found.message == "The warning level, 90%, lies above the limit, 50%. It would never warn."
    assert found.advice == "Give one at or below the limit."


def test_a_further_limit_with_a_name_that_nobody_knows_is_told_at_its_place() -> None:
    rule = capped(0.05, ladder=("0.1", "0.1 + nobody"))
    assert [(one.path, character_of(rule, one)) for one in problems_in(rule)] == [("ladder.1", 7)]


@pytest.mark.parametrize(
    ("rule", "path", "part"),
    [
        (capped(limit="1 / 0"), "limit", "divides by zero"),
        (capped(limit="cap / (2 - 2)"), "limit", "divides by zero"),
        (capped(0.0, limit="0.1 / cap"), "limit", "divides by cap, which is zero"),
        (capped(warn_at="0.1 / 0"), "warn_at", "divides by zero"),
        (capped(measure="sum(weight) / 0"), "measure", "divides by zero"),
        (capped(keep="measure > 1 / 0"), "keep", "divides by zero"),
        (capped(ladder=("1 / 0",)), "ladder.0", "divides by zero"),
        (capped(definitions=(Definition(name="share", expression="sum(weight) / 0"),)), "definitions.0.expression",
         "divides by zero"),
        (capped(definitions=(Definition(name="none", expression="1 - 1"),), limit="cap / none"), "limit",
         "divides by none, which is zero"),
        (capped(limit="1000000000000000 * 0.1 / 0"), "limit", "divides by zero"),
    ],
)  # fmt: skip
def test_what_can_never_be_computed_is_a_problem_with_its_field_and_the_way_out(rule, path, part) -> None:
    told = [one for one in problems_in(rule) if "could never be judged" in one.message]
    assert [one.path for one in told] == [path]
    assert part in told[0].message
    assert told[0].advice.startswith("Divide by a figure other than zero")


def test_what_only_a_portfolio_can_make_zero_is_no_problem() -> None:
    assert problems_in(capped(definitions=(Definition(name="part", expression="sum(weight) / borrowing"),))) == ()
