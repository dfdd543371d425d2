"""Are recipes of objectives kept, versioned, shared and refused as they should be?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.clients import ClientType
from services.messages.templates import NewTemplate, Purpose, Recipe, Sharing, TemplateChanges
from services.teams import Teams
from services.templates import Templates
from services.templates_recipe import document_of

OBJECTIVES = [
    {"kind": "return", "weight": 50.0},
    {"kind": "volatility", "weight": 30.0},
    {"kind": "esg", "weight": 20.0},
]
LIMITS = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}]


def recipe(**more: Any) -> Recipe:
    return Recipe.model_validate_json(json.dumps({"objectives": OBJECTIVES, "constraints": LIMITS} | more))


def new(name: str = "Careful", **more: Any) -> NewTemplate:
    return NewTemplate(**({"name": name, "recipe": recipe()} | more))


@pytest.fixture
def templates(ports: Any) -> Templates:
    return Templates(ports)


def deeds(house: Any, actor: Actor, template_id: str) -> list[str]:
    rows = house.audit.list(actor, object_kind="template", object_id=template_id).items
    return [row.action for row in reversed(rows)]


@pytest.mark.requirement("1.2.B3")
@pytest.mark.requirement("1.2.D3")
def test_a_template_is_kept_changed_in_versions_and_an_earlier_one_comes_back(templates, house, manager, person):
    made = templates.create(new(" Careful   savers ", client_types=(ClientType.INDIVIDUAL,), note="First"), manager)
    assert (made.name, made.version, made.is_mine, made.owner_name) == ("Careful savers", 1, True, "Ann")
    assert made.client_types == (ClientType.INDIVIDUAL,)
    assert made.recipe == recipe()
    other = recipe(objectives=[OBJECTIVES[1], {"kind": "return", "weight": 10.0}], points_count=50)
    changed = templates.update(made.id, TemplateChanges(recipe=other, note="Two only"), manager, made.row_version)
    assert (changed.version, changed.recipe, changed.client_types) == (2, other, made.client_types)
    back = templates.restore_version(made.id, 1, manager, changed.row_version)
    assert (back.version, back.recipe) == (3, made.recipe)
    listed = templates.versions(made.id, manager)
    assert [(one.version, one.note, one.made_by) for one in listed] == [
        (3, "As version 1", "Ann"), (2, "Two only", "Ann"), (1, "First", "Ann"),
    ]  # fmt: skip
    assert [one.recipe for one in listed] == [made.recipe, other, made.recipe]
    with pytest.raises(Conflict, match="in force"):
        templates.restore_version(made.id, 3, manager)
    with pytest.raises(NotFound):
        templates.restore_version(made.id, 4, manager)
    officer = person(Role.COMPLIANCE, name="Cora")
    assert deeds(house, officer, made.id) == ["template.create", "template.version", "template.version"]


def test_the_same_recipe_makes_no_new_version_and_a_stale_change_is_refused(templates, manager):
    made = templates.create(new(), manager)
    same = templates.update(made.id, TemplateChanges(recipe=recipe(), client_types=()), manager, made.row_version)
    assert (same.version, same.row_version) == (1, made.row_version)
    renamed = templates.update(made.id, TemplateChanges(name="Bold", description="For some"), manager, 1)
    assert (renamed.name, renamed.description, renamed.version) == ("Bold", "For some", 1)
    assert renamed.row_version > made.row_version
    for change in (
        lambda: templates.update(made.id, TemplateChanges(name="Late"), manager, made.row_version),
        lambda: templates.delete(made.id, manager, made.row_version),
    ):
        with pytest.raises(Stale):
            change()
    assert templates.get(made.id, manager).name == "Bold"


def test_two_versions_are_compared_field_by_field_whatever_their_order(templates, manager):
    made = templates.create(new(), manager)
    moved = [OBJECTIVES[2], {**OBJECTIVES[0], "weight": 60.0}, {"kind": "cvar", "weight": 30.0, "level": 0.99}]
    limits = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}]
    templates.update(
        made.id, TemplateChanges(recipe=recipe(objectives=moved, constraints=limits)), manager, made.row_version
    )
    found = templates.compare(made.id, 1, 2, manager)
    told = {one.path: (one.first, one.second) for one in found.differences}
    assert told["recipe.objectives[return].weight"] == ("50", "60")
    assert told["recipe.objectives[volatility].weight"] == ("30", None)
    assert told["recipe.objectives[cvar].level"] == (None, "0.99")
    assert told["recipe.constraints[position_bounds].max_frac"] == ("0.25", "0.4")
    assert not [path for path in told if path.startswith("recipe.objectives[esg]")]
    assert templates.compare(made.id, 2, 2, manager).differences == ()
    with pytest.raises(NotFound):
        templates.compare(made.id, 1, 3, manager)


@pytest.mark.requirement("1.2.B3")
def test_templates_for_a_kind_of_client_come_before_those_for_all(templates, manager):
    for name, types in (
        ("A for all", ()),
        ("B for houses", (ClientType.INSTITUTION,)),
        ("C for people", (ClientType.INDIVIDUAL, ClientType.FAMILY_OFFICE)),
    ):
        templates.create(new(name, client_types=types), manager)
    assert [one.name for one in templates.list(manager)] == ["A for all", "B for houses", "C for people"]
    assert [one.name for one in templates.list(manager, ClientType.INDIVIDUAL)] == ["C for people", "A for all"]
    assert [one.name for one in templates.list(manager, ClientType.INSTITUTION)] == ["B for houses", "A for all"]


def test_private_team_and_house_templates_are_read_by_whom_they_are_for(
    templates, ports, manager, person, administrator, stranger
):
    teams = Teams(ports)
    colleague, outsider = person(name="Cleo"), person(name="Olaf")
    viewer = person(Role.VIEWER, name="Vera")
    team = teams.create("Desk", administrator)
    for one in (manager, colleague):
        teams.add_member(team.id, one.user_id, administrator)
    kept = {
        sharing: templates.create(
            new(sharing.value, sharing=sharing, team_id=team.id if sharing is Sharing.TEAM else None), manager
        )
        for sharing in Sharing
    }
    names = {
        who.name: sorted(one.name for one in templates.list(who)) for who in (manager, colleague, outsider, viewer)
    }
    assert names == {
        "Ann": ["house", "private", "team"], "Cleo": ["house", "team"], "Olaf": ["house"], "Vera": ["house"],
    }  # fmt: skip
    assert templates.list(stranger) == ()
    seen = templates.get(kept[Sharing.TEAM].id, colleague)
    assert (seen.is_mine, seen.owner_name, seen.team_id) == (False, "Ann", team.id)
    assert templates.get(kept[Sharing.HOUSE].id, outsider).owner_name is None
    for change in (
        lambda: templates.update(kept[Sharing.TEAM].id, TemplateChanges(name="Mine"), colleague),
        lambda: templates.delete(kept[Sharing.HOUSE].id, colleague),
        lambda: templates.restore_version(kept[Sharing.HOUSE].id, 1, colleague),
    ):
        with pytest.raises(NotAllowed):
            change()
    for who, sharing in ((outsider, Sharing.TEAM), (outsider, Sharing.PRIVATE), (stranger, Sharing.HOUSE)):
        for look in (templates.get, templates.versions):
            with pytest.raises(NotFound):
                look(kept[sharing].id, who)
    teams.remove_member(team.id, colleague.user_id, administrator)
    assert [one.name for one in templates.list(colleague)] == ["house"]
    withdrawn = templates.update(kept[Sharing.HOUSE].id, TemplateChanges(sharing=Sharing.PRIVATE), manager)
    assert withdrawn.sharing is Sharing.PRIVATE
    assert templates.list(viewer) == ()


def test_a_deleted_template_is_gone_until_it_is_restored_with_its_versions(templates, manager, stranger, person):
    made = templates.create(new(sharing=Sharing.HOUSE), manager)
    templates.update(made.id, TemplateChanges(recipe=recipe(points_count=20)), manager)
    with pytest.raises(NotAllowed):
        templates.delete(made.id, person(Role.VIEWER, name="Vera"))
    with pytest.raises(NotFound):
        templates.delete(made.id, stranger)
    templates.delete(made.id, manager)
    assert templates.list(manager) == ()
    for look in (templates.get, templates.versions):
        with pytest.raises(NotFound):
            look(made.id, manager)
    with pytest.raises(NotFound):
        templates.restore(made.id, stranger)
    assert templates.restore(made.id, manager).version == 2
    assert len(templates.versions(made.id, manager)) == 2


def test_no_two_templates_of_one_owner_read_alike_but_those_of_two_people_may(templates, manager, person):
    made, other = templates.create(new(), manager), templates.create(new("Bold"), manager)
    for refused in (
        lambda: templates.create(new(" careful "), manager),
        lambda: templates.create(new(recipe=of_one_goal()), manager),
        lambda: templates.update(other.id, TemplateChanges(name="CAREFUL"), manager),
    ):
        with pytest.raises(InvalidRequest) as caught:
            refused()
        (problem,) = caught.value.fields
        assert problem.path == "name"
        assert "already" in problem.message
        assert "new version" in problem.advice
    assert templates.update(made.id, TemplateChanges(name="Careful"), manager).name == "Careful"
    assert templates.update(made.id, TemplateChanges(name="careful"), manager).name == "careful"
    assert templates.create(new(), person(Role.RESEARCHER, name="Rita")).name == "Careful"


def test_a_template_whose_name_was_given_away_comes_back_with_a_number(templates, house, manager, person):
    made = templates.create(new(), manager)
    templates.delete(made.id, manager)
    templates.create(new(), manager)
    assert templates.restore(made.id, manager).name == "Careful (2)"
    assert [one.name for one in templates.list(manager)] == ["Careful", "Careful (2)"]
    officer = person(Role.COMPLIANCE, name="Cora")
    assert deeds(house, officer, made.id) == ["template.create", "template.delete", "template.restore"]


def test_every_problem_is_named_at_once(templates, manager):
    bad = recipe(constraints=[{"kind": "turnover", "max_frac": 0.2}, {"kind": "turnover", "max_frac": 0.3}])
    with pytest.raises(InvalidRequest) as caught:
        templates.create(new("  ", recipe=bad, sharing=Sharing.TEAM), manager)
    assert [one.path for one in caught.value.fields] == ["name", "recipe.constraints[1]", "team_id"]
    assert all(one.message for one in caught.value.fields)
    with pytest.raises(InvalidRequest, match="template"):
        templates.create(new(sharing=Sharing.TEAM, team_id="no-such-team"), manager)
    assert templates.list(manager) == ()


def test_whoever_may_not_start_runs_keeps_no_templates(templates, person):
    for role in (Role.VIEWER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            templates.create(new(), person(role, name=role.value))
    assert templates.create(new(), person(Role.RESEARCHER, name="Rita")).is_mine


def test_a_recipe_of_another_time_is_refused_in_words_and_hides_no_other(templates, ports, manager):
    good, bad = templates.create(new("Good"), manager), templates.create(new("Old"), manager)
    with ports.store.work(manager) as uow:
        uow.templates.save_version(bad.id, json.dumps({"recipe": {"objectives": []}}))
        uow.commit()
    with pytest.raises(Conflict, match="cannot be read"):
        templates.get(bad.id, manager)
    assert [one.id for one in templates.list(manager)] == [good.id]
    assert document_of(templates.get(good.id, manager).recipe)["objectives"][0]["kind"] == "return"


GOAL = {"objective": {"kind": "max_return", "volatility_max_annual_frac": 0.12}, "constraints": LIMITS}


def of_one_goal(**more: Any) -> Recipe:
    return Recipe.model_validate_json(json.dumps(GOAL | more))


@pytest.mark.requirement("5.2.D5")
def test_an_optimization_with_one_goal_is_kept_in_versions_beside_those_of_several(templates, manager):
    templates.create(new(), manager)
    made = templates.create(new("Growth", recipe=of_one_goal()), manager)
    assert made.recipe.purpose is Purpose.OPTIMIZATION
    changed = templates.update(made.id, TemplateChanges(recipe=of_one_goal(keep_rules=False)), manager)
    assert (changed.version, changed.recipe.keep_rules) == (2, False)
    told = {one.path: (one.first, one.second) for one in templates.compare(made.id, 1, 2, manager).differences}
    assert told == {"recipe.keep_rules": (None, "false")}
    for purpose, names in ((Purpose.OPTIMIZATION, ["Growth"]), (Purpose.TRADEOFFS, ["Careful"])):
        assert [one.name for one in templates.list(manager, purpose=purpose)] == names


@pytest.mark.requirement("5.2.D5")
def test_what_a_template_would_change_is_told_before_it_is_used(templates, manager):
    made = templates.create(new("Growth", recipe=of_one_goal()), manager)
    present = of_one_goal(constraints=[{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}])
    found = templates.effect(made.id, present, manager)
    assert [(one.path, one.first, one.second) for one in found.differences] == [
        ("recipe.constraints[position_bounds].max_frac", "0.4", "0.25")
    ]
    assert templates.effect(made.id, of_one_goal(), manager).differences == ()


@pytest.mark.parametrize("aims", [{}, {"objectives": OBJECTIVES, "objective": {"kind": "max_sharpe"}}])
def test_a_recipe_has_one_goal_or_several_objectives_never_both_or_neither(aims):
    with pytest.raises(ValueError, match="Exactly one of `objective` and `objectives`"):
        Recipe.model_validate_json(json.dumps(aims))


def test_a_recipe_from_before_there_were_goals_is_still_the_same_text(templates, manager):
    document = document_of(recipe())
    assert set(document) == {
        "objectives", "constraints", "estimates", "costs", "risk_free_annual_frac", "points_count", "method", "effort",
    }  # fmt: skip
