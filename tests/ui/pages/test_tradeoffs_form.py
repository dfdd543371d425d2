"""Does the form of several objectives say what was typed, carry what it does not show, and refuse in its own words?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import present_templates, present_tradeoffs
from callbacks.tradeoffs_form import (
    AS_GIVEN,
    NONE,
    Fields,
    fields_of,
    read_fields,
    recipe_of,
    request_text,
    usual,
    weights_of,
)
from callbacks.tradeoffs_words import LEAVE_OUT, in_words
from components.tradeoffs_form import KINDS as OFFERED
from engine.pareto.parse import parse_pareto
from engine.pareto.spec import KINDS, LABELS
from services.errors import FieldProblem, InvalidRequest
from services.messages.templates import Recipe, TemplateComparison, TemplateDifference
from services.templates_compare import differences

RECIPE: dict[str, Any] = {
    "objectives": [
        {"kind": "return", "weight": 3.0},
        {"kind": "cvar", "weight": 1.0, "level": 0.99},
    ],
    "constraints": [
        {"kind": "sector_limit", "sector": "Technology", "max_frac": 0.3},
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.125},
    ],
    "estimates": {"covariance": {"kind": "ledoit_wolf"}},
}


def words(one: Any) -> str:
    return json.dumps(one, default=lambda part: part.to_plotly_json())


def test_the_form_offers_what_the_engine_knows_under_its_names() -> None:
    assert {kind: label for kind, label in OFFERED} == {kind: LABELS[kind] for kind in KINDS}


def test_the_usual_form_is_a_request_that_the_engine_takes() -> None:
    request = parse_pareto(request_text(usual(), "p-1"))
    assert [(one.kind, one.weight) for one in request.objectives] == [
        ("return", 40.0), ("volatility", 40.0), ("max_drawdown", 20.0),
    ]  # fmt: skip
    assert (request.portfolio_id, request.points_count) == ("p-1", 200)
    assert [one.model_dump()["max_frac"] for one in request.constraints] == [0.25]


@pytest.mark.parametrize(("style", "shown"), [("comma", "12.5"), ("point", "12,5")])
def test_a_recipe_comes_back_as_it_was_whatever_the_form_does_not_show(style: Any, shown: str) -> None:
    filled = fields_of(RECIPE, style)
    assert filled.slots == (("return", 75.0), ("cvar", 25.0), (NONE, 0.0), (NONE, 0.0), (NONE, 0.0))
    assert filled.position_max == shown
    kept = recipe_of(filled)
    assert [(one.kind, one.weight, one.level) for one in kept.objectives] == [
        ("return", 75.0, 0.95), ("cvar", 25.0, 0.99),
    ]  # fmt: skip
    limits = [one.model_dump(mode="json") for one in kept.constraints]
    assert [(one["kind"], one["max_frac"]) for one in limits] == [("position_bounds", 0.125), ("sector_limit", 0.3)]
    assert kept.estimates.model_dump()["covariance"]["kind"] == "ledoit_wolf"
    assert fields_of(kept.model_dump(mode="json"), style).slots == filled.slots


def test_a_template_keeps_the_assets_and_another_portfolio_replaces_them() -> None:
    asked = {"asset_ids": ["AAPL", "KO"], "current_weights": {"AAPL": 1.0}, "objective": {"kind": "max_sharpe"}}
    filled = fields_of(asked, "comma")
    assert filled.slots == usual().slots
    templated = fields_of(RECIPE, "comma", filled.base["rest"])
    given = json.loads(request_text(templated, AS_GIVEN))
    assert (given["asset_ids"], given["current_weights"]) == (["AAPL", "KO"], {"AAPL": 1.0})
    assert "objective" not in given
    other = json.loads(request_text(templated, "p-2"))
    assert other["portfolio_id"] == "p-2"
    assert "asset_ids" not in other
    assert "asset_ids" not in recipe_of(templated).model_dump()


def test_figures_without_a_history_begin_without_drawdowns() -> None:
    problem = {"assets": ["A", "B"], "expected_returns_frac": [0.0, 0.0], "covariance": [[1.0, 0.0], [0.0, 1.0]]}
    used = [kind for kind, _ in fields_of({"problem": problem}, "comma").slots if kind != NONE]
    assert used == ["return", "volatility"]


def test_every_problem_of_the_form_is_told_at_once() -> None:
    typed = read_fields(["return", NONE, NONE, NONE, NONE], [0, 0, 0, 0, 0], "much", ["auto", "quick", "1", None], None)
    with pytest.raises(InvalidRequest) as caught:
        request_text(typed, None)
    assert [one.path for one in caught.value.fields] == [
        "position_max", "points_count", "objectives", "objectives", "portfolio_id",
    ]  # fmt: skip
    twice = Fields(slots=(("return", 1.0), ("return", 1.0), (NONE, 0.0), (NONE, 0.0), (NONE, 0.0)))
    with pytest.raises(InvalidRequest) as caught:
        request_text(twice, "p-1")
    assert [one.message for one in caught.value.fields] == ["An objective is chosen twice."]


def test_weights_of_slots_that_are_not_used_do_not_count() -> None:
    assert weights_of(["return", NONE, "esg", None], [60, 40, 20, 10]) == {"return": 60.0, "esg": 20.0}


def test_a_refusal_reads_without_names_of_fields() -> None:
    refusal = InvalidRequest(
        "Two fields cannot be used.",
        fields=(
            FieldProblem(
                "objectives[1]",
                "Without an ESG score: AAPL.",
                'Give `facts.esg_scores` for every asset, or set `without_data` to "leave_out" so that it is not held.',
            ),
            FieldProblem("constraints[0].max_frac", "Too low.", ""),
        ),
    )
    given = Fields(slots=(("return", 1.0), (NONE, 0.0), ("esg", 1.0), (NONE, 0.0), (NONE, 0.0)))
    told = in_words(refusal, given).fields
    assert (told[0].path, told[1].path) == ("ESG score", "Limits")
    assert told[0].advice == f"Import scores at Imports > Prices, or {LEAVE_OUT}."
    assert "`" not in told[0].advice


def test_what_is_carried_along_is_said_in_sentences() -> None:
    said = words(present_tradeoffs.carried_words(fields_of(RECIPE, "comma").base["rest"], "comma"))
    assert "Technology" in said
    assert "30%" in said
    assert "ledoit wolf" in said
    assert present_tradeoffs.carried_words({"asset_ids": ["AAPL"]}, "comma") == []


def test_the_differences_of_two_versions_read_in_words() -> None:
    first = Recipe.model_validate_json(json.dumps(RECIPE)).model_dump(mode="json")
    changed = {**RECIPE, "objectives": [{"kind": "return", "weight": 5.0}, RECIPE["objectives"][1]]}
    changed["constraints"] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2}]
    second = Recipe.model_validate_json(json.dumps(changed)).model_dump(mode="json")
    found = differences({"recipe": first, "client_types": []}, {"recipe": second, "client_types": ["individual"]})
    told = words(present_templates.comparison(_compared(found), "comma"))
    for place in ("Expected return: weight", "Position, at most", "Client types"):
        assert place in told
    for value in ("12.50%", "20.00%", "individual"):
        assert value in told
    assert "_frac" not in told
    assert "say the same" in words(present_templates.comparison(_compared(()), "comma"))


def test_sides_of_limits_are_said_as_the_table_of_limits_says_them() -> None:
    for path, said in (
        ("recipe.constraints[budget].net_frac", "Net investment, exactly"),
        ("recipe.constraints[group_limit 2].min_frac", "Group 2, at least"),
        ("recipe.constraints[long_short].short_max_frac", "Shorts, at most"),
        ("recipe.constraints[sector_limit].sector", "Sector, sector"),
        ("recipe.constraints[of_tomorrow].max_frac", "Of tomorrow, max"),
    ):
        assert present_templates._place(path) == said


def _compared(found: tuple[TemplateDifference, ...]) -> TemplateComparison:
    return TemplateComparison(first_version=1, second_version=2, differences=found)


@pytest.mark.parametrize(("typed", "shown"), [("-5", "−5% is below 0%"), ("250", "250% is above 100%")])
def test_a_largest_position_beyond_the_whole_is_refused_in_percent(typed: str, shown: str) -> None:
    given = Fields(slots=usual().slots, position_max=typed)
    with pytest.raises(InvalidRequest) as caught:
        request_text(given, "p-1")
    assert [(one.path, one.message, one.advice) for one in caught.value.fields] == [
        ("position_max", f"The largest position: {shown}.", "Type a number from 0 to 100%.")
    ]


def test_a_refusal_of_exact_only_names_the_choice_on_the_form() -> None:
    advice = 'Set `method` to "auto", or leave this objective out.'
    said = FieldProblem("objectives[1]", "“Exact only” cannot be kept with Sharpe ratio.", advice)
    given = Fields(slots=(("return", 1.0), ("sharpe", 1.0)))
    [told] = in_words(InvalidRequest("No.", "", fields=(said,)), given).fields
    assert told.path == "Sharpe ratio"
    assert told.advice == "Choose “Exact where it can be, searched where it must”, or leave this objective out."


def test_of_two_templates_with_one_name_the_other_person_s_says_whose_it_is() -> None:
    def kept(key: str, name: str, *, is_mine: bool, types: tuple[str, ...] = ()) -> Any:
        owner = None if key == "d" else "Ben"
        return SimpleNamespace(id=key, name=name, is_mine=is_mine, owner_name=owner, client_types=types)

    found = [
        kept("a", "Careful", is_mine=True),
        kept("b", "careful", is_mine=False, types=("individual",)),
        kept("c", "Bold", is_mine=False),
        kept("d", "Careful", is_mine=False),
    ]
    labels = [one["label"] for one in present_tradeoffs.template_options(found, has_client=True)]
    assert labels == [
        "No template", "Careful", "careful, by Ben (suggested)", "Bold", "Careful, by somebody outside your teams",
    ]  # fmt: skip
