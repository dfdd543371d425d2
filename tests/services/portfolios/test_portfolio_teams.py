"""Does what somebody makes belong to the team it should, so that colleagues see it and nobody else does?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.auth.roles import Role
from services.errors import InvalidRequest, NotFound
from services.messages.clients import ClientChanges, NewClient
from services.messages.portfolios import NewPortfolio, PortfolioChanges
from services.teams import Teams


@pytest.fixture
def teams(house):
    return Teams(house.ports)


@pytest.fixture
def desk(house, teams):
    (team,) = teams.list(house.manager)
    return team


def second_team(house, teams, *members):
    team = teams.create("Second desk", house.actors[Role.ADMINISTRATOR])
    for member in members:
        teams.add_member(team.id, member.user_id, house.actors[Role.ADMINISTRATOR])
    return team


def sees(house, portfolio_id, actor):
    return portfolio_id in {one.id for one in house.portfolios.list(actor)}


@pytest.mark.requirement("X.AU2")
def test_a_new_portfolio_belongs_to_the_makers_only_team_and_colleagues_change_it(house, desk):
    own = house.portfolios.create(NewPortfolio(name="Ours"), house.manager)
    colleague = house.actors[Role.ADVISOR]
    assert own.team_id == desk.id
    assert sees(house, own.id, colleague)
    assert house.portfolios.update(own.id, PortfolioChanges(name="Renamed"), colleague).name == "Renamed"
    assert not sees(house, own.id, house.stranger)


def test_a_new_client_belongs_to_the_makers_only_team_and_its_portfolios_with_it(house, desk):
    client = house.clients.create(NewClient(name="Ada"), house.manager)
    assert client.team_id == desk.id
    assert house.clients.get(client.id, house.actors[Role.ADVISOR]).name == "Ada"
    own = house.portfolios.create(NewPortfolio(name="Hers", client_id=client.id), house.manager)
    assert own.team_id is None  # it belongs where the client does
    assert sees(house, own.id, house.actors[Role.ADVISOR])


@pytest.mark.parametrize("is_in_two", [True, False], ids=["two teams", "no team"])
def test_without_exactly_one_team_it_stays_with_its_maker(house, teams, desk, is_in_two):
    if is_in_two:
        second_team(house, teams, house.manager)
    else:
        teams.set_of_user(house.manager.user_id, [], house.actors[Role.ADMINISTRATOR])
    own = house.portfolios.create(NewPortfolio(name="Mine"), house.manager)
    client = house.clients.create(NewClient(name="Ada"), house.manager)
    assert (own.team_id, client.team_id) == (None, None)
    assert sees(house, own.id, house.manager)
    assert not sees(house, own.id, house.actors[Role.ADVISOR])


def test_null_keeps_it_to_its_maker_and_a_named_team_gets_it(house, teams, desk):
    team = second_team(house, teams, house.manager, house.actors[Role.RESEARCHER])
    alone = house.portfolios.create(NewPortfolio(name="Mine", team_id=None), house.manager)
    shared = house.portfolios.create(NewPortfolio(name="Ours", team_id=team.id), house.manager)
    assert not sees(house, alone.id, house.actors[Role.RESEARCHER])
    assert sees(house, shared.id, house.actors[Role.RESEARCHER])
    assert not sees(house, shared.id, house.actors[Role.ADVISOR])


@pytest.mark.requirement("X.AU2")
def test_a_team_that_the_maker_is_not_in_is_refused_together_with_what_else_is_wrong(house, teams):
    foreign = second_team(house, teams).id
    with pytest.raises(InvalidRequest) as caught:
        house.portfolios.create(NewPortfolio(name=" ", team_id=foreign), house.manager)
    assert [problem.path for problem in caught.value.fields] == ["name", "team_id"]
    with pytest.raises(InvalidRequest) as caught:
        house.clients.create(NewClient(name=" ", team_id=foreign), house.manager)
    assert [problem.path for problem in caught.value.fields] == ["name", "team_id"]
    own = house.portfolios.create(NewPortfolio(name="Ours"), house.manager)
    with pytest.raises(InvalidRequest, match="cannot be changed"):
        house.portfolios.update(own.id, PortfolioChanges(team_id=foreign), house.manager)


def test_what_is_taken_out_of_a_team_stays_with_whoever_took_it_out(house, desk):
    own = house.portfolios.create(NewPortfolio(name="Ours"), house.manager)
    client = house.clients.create(NewClient(name="Ada"), house.manager)
    house.portfolios.update(own.id, PortfolioChanges(team_id=None), house.actors[Role.ADVISOR])
    house.clients.update(client.id, ClientChanges(team_id=None), house.actors[Role.ADVISOR])
    assert sees(house, own.id, house.actors[Role.ADVISOR])
    assert house.clients.get(client.id, house.actors[Role.ADVISOR]).team_id is None
    assert not sees(house, own.id, house.manager)
    with pytest.raises(NotFound):
        house.clients.get(client.id, house.manager)


def test_portfolios_are_valued_before_anybody_asks_and_shown_to_those_who_may_see_them(house, monkeypatch):
    assert house.portfolios.warm() == 3
    valuator = house.portfolios._valuator
    monkeypatch.setattr(valuator, "_load", lambda *_: pytest.fail("valued again"))
    assert len(house.portfolios.list(house.manager)) == 3
    assert house.portfolios.list(house.stranger) == ()
    nobody = replace(house.manager, user_id="somebody-else")
    assert house.portfolios.list(nobody) == ()
