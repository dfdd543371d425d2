"""Does the home page's finding say no more than was checked?"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks.present_home import _beyond, sentence
from components import wizard_layout
from components.ids import Wizard
from components.wizard_layout import step_from


def portfolio(
    name: str, *, breaches: int = 0, checks: int = 3, on_risk: tuple[int, int] = (0, 0), rules: int = 0
) -> Any:
    """Return what the sentence reads of a portfolio."""
    return SimpleNamespace(
        name=name,
        breaches_count=breaches,
        checks_count=checks,
        risk_breaches_count=on_risk[0],
        risk_checks_count=on_risk[1],
        rules_broken_count=rules,
        is_historical=False,
        as_of=date(2022, 12, 28),
    )


@pytest.mark.parametrize(
    ("portfolios", "expected"),
    [
        ([], "Nothing is managed here yet."),
        ([portfolio("A", checks=0)], "No limit can be checked yet: nothing is held, or none is set."),
        ([portfolio("A")], "Inside all limits."),
        ([portfolio("A"), portfolio("B")], "All 2 portfolios are inside their limits."),
        (
            [portfolio("A"), portfolio("B"), portfolio("C", checks=0)],
            "2 of 3 portfolios are inside all limits; 1 cannot be checked yet.",
        ),
        (
            [portfolio("A", breaches=1), portfolio("B"), portfolio("C", checks=0), portfolio("D", checks=0)],
            "A is beyond a limit; 1 of 4 portfolios is inside theirs; 2 cannot be checked yet.",
        ),
        ([portfolio("A", breaches=1)], "A is beyond a limit."),
        ([portfolio("A", checks=0, on_risk=(1, 4))], "A is beyond a limit."),
        ([portfolio("A", checks=0, on_risk=(0, 4))], "Inside all limits."),
        (
            [portfolio("A", breaches=1), portfolio("B", breaches=2), portfolio("C")],
            "2 of 3 portfolios are beyond a limit: A, B.",
        ),
        ([portfolio("A", rules=4)], "Inside all limits. Rules of compliance are broken."),
        (
            [portfolio("A", rules=4), portfolio("B")],
            "All 2 portfolios are inside their limits. 1 of 2 portfolios breaks rules of compliance.",
        ),
        (
            [portfolio("A", rules=7, breaches=1), portfolio("B", rules=1), portfolio("C")],
            "A is beyond a limit; 2 of 3 portfolios are inside theirs. 2 of 3 portfolios break rules of compliance.",
        ),
    ],
)
def test_the_finding_counts_only_what_was_checked(portfolios: list[Any], expected: str) -> None:
    assert sentence(portfolios) == expected


def test_limits_of_the_house_and_on_risk_are_told_apart() -> None:
    assert _beyond(portfolio("A", breaches=1), "comma") == "Beyond 1 limit."
    assert _beyond(portfolio("A", on_risk=(2, 3)), "comma") == "Beyond 2 limits on risk."
    assert _beyond(portfolio("A", breaches=1, on_risk=(3, 3)), "comma") == (
        "Beyond 1 limit of the house and 3 limits on risk."
    )


@pytest.mark.parametrize(("text", "expected"), [("2", 1), ("5", 3), ("²", 0), ("12", 0), ("0", 0), ("", 0), (None, 0)])
def test_a_step_in_the_address_is_one_of_five_or_the_first(text: str | None, expected: int) -> None:
    assert step_from(text) == expected


def test_why_a_run_could_not_be_started_stands_beside_the_button_that_was_pressed() -> None:
    parts = wizard_layout.layout({"step": 3}).children
    foot = next(part for part in parts if getattr(part, "className", None) == "wizard-foot")
    ids = [getattr(part, "id", None) for part in foot.children]
    assert Wizard.RUN_NOTE in ids
