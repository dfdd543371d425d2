"""Does the page of a run, and the review before it, say which rules of compliance are kept and how?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

import engine
from callbacks.optimize_draft import build
from callbacks.optimize_restore import from_request
from callbacks.optimize_terms import rules_words
from callbacks.run_doctor import doctor_view
from callbacks.run_rules import HOW, rules_part
from components.wizard_draft import DEFAULTS
from engine.compliance.kept import KeptHow
from engine.compliance.optimize import SEARCHED, optimize_within_rules
from engine.compliance.rule import Rule
from services.messages.optimize import RulesKept
from tests.engine.test_compliance_gated import SIX
from tests.engine.test_compliance_optimize import pack, request, world
from tests.engine.test_compliance_settle import FEW


def text_of(part: Any) -> str:
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False, default=str)


@pytest.mark.requirement("4.3.D5")
def test_each_rule_stands_with_how_it_was_kept_and_what_is_broken_first() -> None:
    fine = Rule(id="fine", title="No position above 40%", universe="not is_cash", group_by="symbol",
                measure="sum(weight)", limit="0.4")  # fmt: skip
    rules = (fine, pack("house.max_currency"))
    result = optimize_within_rules(request(risk=0.1), rules, world())
    assert result.compliance is not None
    assert not result.compliance.is_kept
    text = text_of(rules_part(result, "USD", "point"))
    assert text.index("No currency above 80%") < text.index("No position above 40%")
    assert "No worse than today" in text
    assert "As a limit" in text
    assert "40,00%" in text
    assert "it breaks No currency above 80%" in text
    assert "Add other assets, or ask for an override" in text


def test_a_run_without_rules_shows_no_card_and_every_way_has_a_word() -> None:
    assert rules_part(engine.optimize(request()), "USD", "comma") is None
    assert set(HOW) == set(KeptHow.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((3, 2, True), "2 rules of the portfolio are kept besides the limits. 1 other is told only."),
        ((1, 1, True), "1 rule of the portfolio is kept besides the limits."),
        ((2, 2, False), "Left out: 2 rules of the portfolio are not looked at."),
        ((4, 0, False), "None of the rules in force binds: they are told only."),
    ],
)
def test_the_review_says_how_many_rules_are_kept(counts: tuple[int, int, bool], said: str) -> None:
    in_force, binding, are_kept = counts
    kept = RulesKept(in_force_count=in_force, binding_count=binding, are_kept=are_kept)
    assert rules_words(kept, "comma") == said


def test_the_switch_of_the_wizard_leaves_rules_out_and_comes_back() -> None:
    for wish, sent in ((True, None), (False, False)):
        draft = {**DEFAULTS, "assets": ["AAPL", "JPM"], "keep_rules": wish}
        body = json.loads(build(draft).request_json)
        assert body["keep_rules"] is sent
        assert from_request("run", body)["keep_rules"] is wish


@pytest.mark.requirement("4.3.D5")
def test_a_hard_rule_that_is_kept_by_nothing_is_told_as_a_conflict_beside_what_stood_in_its_way() -> None:
    asked = request(constraints=FEW, risk=0.01)
    result = optimize_within_rules(asked, (SIX,), world(issuer=["A"] * 8))
    text = text_of(doctor_view("A run", "run", asked, result, "comma"))
    assert f"keeps the rule “{SIX.title}” beside “Number of holdings”" in text
    assert "ease “Number of holdings”" in text
    card = text_of(rules_part(result, "USD", "comma"))
    assert "No portfolio was found that keeps the rule in force." in card
    assert SEARCHED in card
