"""Is a shared view a copy that others open and nobody but its owner takes back, and is it nothing to other houses?"""

from __future__ import annotations

import pytest

from services.auth.roles import Role
from services.dashboard_shared import DashboardShares
from services.dashboard_shipped import SHIPPED
from services.dashboard_views import DashboardViews
from services.errors import InvalidRequest, NotAllowed, NotFound
from services.messages.dashboard_views import CardPlace, NewSharedView
from services.teams import Teams

CARDS = (CardPlace(card="summary", x=0, y=0, w=12, h=2), CardPlace(card="tasks", x=0, y=2, w=6, h=6))
OTHERS = (CardPlace(card="sectors", x=0, y=0, w=6, h=6),)


@pytest.fixture
def shares(house) -> DashboardShares:
    views = DashboardViews(house.ports)
    views.save("My desk", CARDS, house.manager)
    return DashboardShares(house.ports, views=views)


def given(shares, house, **wish):
    return shares.share(NewSharedView(**{"view": "My desk", "sharing": "house", **wish}), house.manager)


@pytest.mark.requirement("5.1.D5")
def test_everybody_in_the_house_opens_the_copy_and_another_house_finds_nothing(shares, house) -> None:
    made = given(shares, house)
    for role in (Role.ADVISOR, Role.VIEWER, Role.RESEARCHER):
        found = shares.get(made.id, house.actors[role])
        assert (found.name, found.cards, found.is_mine) == ("My desk", CARDS, False)
        assert found.title == f"My desk (from {found.owner_name})"
    assert made.id not in {one.id for one in shares.list(house.stranger)}
    for verb in (shares.get, shares.withdraw, shares.restore):
        with pytest.raises(NotFound):
            verb(made.id, house.stranger)


def test_it_stays_as_it_was_when_it_was_given(shares, house) -> None:
    made = given(shares, house)
    DashboardViews(house.ports).save("My desk", OTHERS, house.manager)
    assert shares.get(made.id, house.actors[Role.ADVISOR]).cards == CARDS


def test_a_view_that_came_with_the_product_can_be_shared_too(shares, house) -> None:
    assert given(shares, house, view="Close").cards == SHIPPED["Close"]


@pytest.mark.requirement("5.1.D5")
def test_a_teams_view_is_its_members_alone(shares, house) -> None:
    teams = Teams(house.ports)
    admin, member, other = (house.actors[one] for one in (Role.ADMINISTRATOR, Role.ADVISOR, Role.RESEARCHER))
    team = teams.create("Desk seven", admin)
    with pytest.raises(InvalidRequest) as refused:
        given(shares, house, sharing="team", team_id=team.id)
    assert [one.path for one in refused.value.fields] == ["team_id"]
    for one in (house.manager, member):
        teams.add_member(team.id, one.user_id, admin)
    made = given(shares, house, sharing="team", team_id=team.id)
    assert made.team_name == "Desk seven"
    assert shares.get(made.id, member).cards == CARDS
    with pytest.raises(NotFound):
        shares.get(made.id, other)
    with pytest.raises(InvalidRequest):
        given(shares, house, sharing="team")


def test_only_its_owner_takes_it_back_and_gives_it_again(shares, house) -> None:
    made, reader = given(shares, house), house.actors[Role.ADVISOR]
    with pytest.raises((NotAllowed, NotFound)):
        shares.withdraw(made.id, reader)
    shares.withdraw(made.id, house.manager)
    with pytest.raises(NotFound):
        shares.get(made.id, reader)
    assert shares.restore(made.id, house.manager).cards == CARDS
    assert shares.get(made.id, reader).cards == CARDS


def test_who_may_not_start_runs_shares_nothing_and_nobody_shares_what_is_not_theirs(shares, house) -> None:
    with pytest.raises(NotAllowed):
        shares.share(NewSharedView(view="Morning", sharing="house"), house.actors[Role.VIEWER])
    with pytest.raises(NotFound):
        given(shares, house, view="Of somebody else")
    with pytest.raises(NotAllowed):
        shares.list(house.actors[Role.ADMINISTRATOR])


def test_shared_views_are_no_templates_of_the_wizard(shares, house) -> None:
    made = given(shares, house)
    with house.ports.store.read(house.manager) as uow:
        assert made.id not in {row.id for row in uow.templates.all()}
        assert made.id not in {row.id for row in uow.stress_scenarios.all()}
