"""Is what nothing is allowed of told in words that people use, and never as a count of one beside zero?"""

from __future__ import annotations

import pytest

from engine.compliance.fields import POSITION_FIELDS
from engine.compliance.found_words import answer_words, found_words
from engine.compliance.packs.catalog import PACKS
from engine.compliance.rule import Parameter, Rule
from engine.compliance.words import forbids

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("house.restricted", "AAPL is held and is on a restricted list."),
        ("house.watched", "AAPL is held and is on the watch list."),
        ("house.excluded", "AAPL is held and is excluded by the client's values."),
        ("notices.locate", "AAPL is sold short and has no locate."),
        ("erisa.party", "AAPL is held and is of a party in interest."),
        ("us_1940.own_firm", "AAPL is held and is issued by the own firm."),
    ],
)
def test_a_position_that_is_forbidden_is_told_in_words(code: str, said: str) -> None:
    found = found_words(RULES[code])
    assert found is not None
    assert found.sentence("AAPL", 1.0) == said


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if forbids(rule)])
def test_every_rule_of_the_packs_that_forbids_says_so_of_one_and_of_several(code: str) -> None:
    found = found_words(RULES[code])
    assert found is not None
    assert found.sentence("AAPL", 1.0).startswith(("AAPL is ", "AAPL has "))
    assert " are " not in f" {found.one} "
    assert " is " not in f" {found.many.split(' although ')[0]} "


def test_several_positions_of_a_group_and_of_the_whole_are_counted() -> None:
    rule = Rule(id="a", title="x", universe="is_fund and not is_cash and quantity != 0", group_by="sector",
                measure="count()", limit="0")  # fmt: skip
    found = found_words(rule)
    assert found is not None
    assert found.sentence("Energy", 2.0) == "Energy: 2 positions are held and are funds."
    assert found.sentence("Energy", 1.0) == "Energy: 1 position is held and is a fund."
    assert found.sentence("", 1_200.0) == "1,200 positions are held and are funds."


@pytest.mark.parametrize("name", [name for name, one in POSITION_FIELDS.items() if one.kind == "truth"])
def test_no_field_is_told_of_one_position_in_the_plural(name: str) -> None:
    for universe, words in ((name, POSITION_FIELDS[name].label), (f"not {name}", POSITION_FIELDS[name].negated)):
        found = found_words(Rule(id="a", title="x", universe=universe, group_by="symbol", measure="count()", limit="0"))
        if found is None:  # taken for granted
            continue
        assert found.many == words
        assert not found.one.endswith(_PLURALS), found.one


_PLURALS = ("bonds", "funds", "derivatives", "instruments", "products", "partnerships", "claims", "clients' assets")


def test_rules_that_allow_some_or_measure_something_have_their_figures() -> None:
    assert found_words(RULES["house.max_position"]) is None
    assert found_words(RULES["house.restricted"].model_copy(update={"limit": "1"})) is None
    assert answer_words(RULES["house.max_position"]) is None


def test_a_question_of_yes_and_no_is_answered_in_words() -> None:
    rule = Rule(id="a", title="x", measure="ad_gross", limit="ad_net")
    assert answer_words(rule) == (
        "Gross performance is shown, and it is not so that net performance is shown as prominently."
    )
    floor = Rule(id="a", title="x", measure="hypothetical_policy", operator=">=", limit="one",
                 parameters=(Parameter(name="one", value=1.0, unit="count"),))  # fmt: skip
    assert answer_words(floor) == "It is not so that a policy on hypothetical performance is adopted."
