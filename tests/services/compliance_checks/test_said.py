"""Is what cannot be judged of a question of yes and no told as that, not as a figure between 0 and 1?"""

from __future__ import annotations

from engine.compliance.evaluate import evaluate
from engine.compliance.packs.catalog import PACKS
from engine.compliance.result import GroupResult
from services.compliance.checks_said import group_sentence
from tests.engine.compliance_worlds import UNKNOWN, book

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}


def said(code: str, **fields: object) -> str:
    """Return the sentence of a position with such fields."""
    result = evaluate([RULES[code]], book({"value": 10, **fields}, cash=90)).results[0]
    group: GroupResult = result.groups[0]
    return group_sentence(RULES[code], result, group, "USD")


def test_whether_a_position_is_forbidden_is_said_not_to_be_known() -> None:
    assert said("erisa.party", is_party=UNKNOWN) == "Whether S1 is held and is of a party in interest is not known."
    assert said("us_1940.own_firm", is_own_firm=UNKNOWN).startswith("Whether S1 is held and is issued by the own firm")
    assert said("erisa.party", is_party=True) == "S1 is held and is of a party in interest."


def test_a_figure_that_is_not_known_goes_on_being_told_with_its_bounds() -> None:
    told = said("ucits.own_nonvoting", is_nonvoting=True, class_share=UNKNOWN)
    assert told == "S1: between 0.00% and 100.00%; at most 10.00% is allowed."
