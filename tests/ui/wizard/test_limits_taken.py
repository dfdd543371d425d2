"""Does a sector's limit that was typed stay, and that of the portfolio before go, when another one is picked?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.walk_worlds import answer_of_scripts

TAKEN = "(sent) => ({ found: sent.map((one) => qpo.wizardTaken.sectors(...one)) })"
AURORA = {"Health Care": {"min": "", "max": "45"}, "Financials": {"min": "", "max": "45"}}
CEDAR = {"Health Care": {"min": "", "max": "40"}, "Energy": {"min": "", "max": "40"}}


def cell(low: str, high: str) -> dict[str, str]:
    return {"min": low, "max": high}


@pytest.mark.parametrize(
    ("now", "before", "next_one", "wanted"),
    [
        ({}, {}, CEDAR, CEDAR),
        (AURORA, AURORA, CEDAR, CEDAR),
        (AURORA | {"Health Care": cell("", "33")}, AURORA, CEDAR, CEDAR | {"Health Care": cell("", "33")}),
        (AURORA | {"Health Care": cell("5", "45")}, AURORA, CEDAR, CEDAR | {"Health Care": cell("5", "40")}),
        (AURORA, {}, CEDAR, CEDAR | AURORA),  # those of a template
        (AURORA, AURORA, {}, {}),
    ],
)
@pytest.mark.requirement("5.2.F3")
def test_what_was_typed_stays_and_what_a_portfolio_brought_goes_with_it(
    now: Any, before: Any, next_one: Any, wanted: Any, request: pytest.FixtureRequest
) -> None:
    sent = [[now, before, next_one]]
    found = answer_of_scripts(("wizard_taken",), TAKEN, sent, lambda: request.getfixturevalue("browser"))
    assert found["found"] == [wanted]
