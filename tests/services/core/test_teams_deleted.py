"""What does the end of a team take from its members, and what does its return give back?"""

from __future__ import annotations

from typing import Any

import pytest

from data.store.tables import Portfolio, RoleGrant
from services.auth.actor import Actor
from services.auth.roles import Role
from services.errors import Conflict, NotAllowed, NotFound, Stale
from services.ports import Ports
from services.teams import Teams


@pytest.fixture
def teams(ports: Ports) -> Teams:
    return Teams(ports)


@pytest.fixture
def desk(teams: Teams, ports: Ports, administrator: Actor, manager: Actor) -> tuple[str, str]:
    """Make a team with the manager in it and a portfolio that belongs to it; returns both ids."""
    team_id = teams.create("Desk", administrator).id
    teams.add_member(team_id, manager.user_id, administrator)
    with ports.store.system(manager.tenant_id) as uow:
        made = uow.portfolios.add(Portfolio(name="Growth", base_currency="USD", strategy="long_only", team_id=team_id))
        uow.commit()
    return team_id, made.id


def seen(ports: Ports, actor: Actor) -> set[str]:
    with ports.store.read(actor) as uow:
        return {row.id for row in uow.portfolios.all()}


def known(ports: Ports, actor: Actor) -> set[str]:
    with ports.store.read(actor) as uow:
        return {row.name for row in uow.users.all()}


def test_members_lose_what_they_saw_through_the_team_and_get_it_back(
    teams, ports, administrator, manager, person, desk
) -> None:
    team_id, portfolio_id = desk
    colleague = person(name="Ben")
    teams.add_member(team_id, colleague.user_id, administrator)
    assert seen(ports, manager) == {portfolio_id}
    assert "Ben" in known(ports, manager)
    teams.delete(team_id, administrator)
    assert seen(ports, manager) == set()
    assert "Ben" not in known(ports, manager)
    assert teams.of_user(manager.user_id, manager) == []
    assert [team.id for team in teams.list(administrator)] == []
    with pytest.raises(NotFound):
        teams.get(team_id, administrator)
    back = teams.restore(team_id, administrator)
    assert set(back.member_ids) == {manager.user_id, colleague.user_id}
    assert seen(ports, manager) == {portfolio_id}


def test_what_somebody_sees_by_another_way_stays(teams, ports, administrator, manager, desk) -> None:
    team_id, portfolio_id = desk
    with ports.store.system(manager.tenant_id) as uow:
        uow.grants.add(
            RoleGrant(
                tenant_id=manager.tenant_id, principal_kind="user", principal_id=manager.user_id,
                object_kind="portfolio", object_id=portfolio_id, role="portfolio_manager", granted_by_id=None,
            )
        )  # fmt: skip
        uow.commit()
    teams.delete(team_id, administrator)
    assert seen(ports, manager) == {portfolio_id}


def test_a_team_that_was_granted_to_one_person_opens_nothing_any_more_either(
    teams, ports, administrator, person, desk
) -> None:
    team_id, portfolio_id = desk
    guest = person(name="Guest")
    with ports.store.system(guest.tenant_id) as uow:
        uow.grants.add(
            RoleGrant(
                tenant_id=guest.tenant_id, principal_kind="user", principal_id=guest.user_id, object_kind="team",
                object_id=team_id, role="portfolio_manager", granted_by_id=None,
            )
        )  # fmt: skip
        uow.commit()
    assert seen(ports, guest) == {portfolio_id}
    teams.delete(team_id, administrator)
    assert seen(ports, guest) == set()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_end_teams_and_bring_them_back(teams, administrator, person, desk, role) -> None:
    somebody = person(role)
    with pytest.raises(NotAllowed):
        teams.delete(desk[0], somebody)
    teams.delete(desk[0], administrator)
    with pytest.raises(NotAllowed):
        teams.restore(desk[0], somebody)


def test_a_name_that_was_given_away_meanwhile_keeps_a_team_from_coming_back(teams, administrator, desk) -> None:
    teams.delete(desk[0], administrator)
    teams.create("DESK", administrator)
    with pytest.raises(Conflict, match="There is a team named 'Desk' already"):
        teams.restore(desk[0], administrator)
    assert [team.name for team in teams.list(administrator)] == ["DESK"]


def test_whoever_has_an_old_version_deletes_nothing(teams, administrator, desk) -> None:
    read = teams.get(desk[0], administrator)
    teams.rename(desk[0], "Desk 2", administrator)
    with pytest.raises(Stale):
        teams.delete(desk[0], administrator, read.row_version)
    assert teams.get(desk[0], administrator).name == "Desk 2"


def test_both_deeds_are_recorded(house: Any, teams, administrator, desk) -> None:
    teams.delete(desk[0], administrator)
    teams.restore(desk[0], administrator)
    rows = house.audit.list(administrator, object_kind="team", object_id=desk[0]).items
    assert [row.action for row in rows][:2] == ["team.restore", "team.delete"]
    assert rows[1].before == {"name": "Desk"}
