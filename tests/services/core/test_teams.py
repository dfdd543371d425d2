"""Who works together, who may say so, and when does it hold?"""

from __future__ import annotations

from typing import Any

import pytest

from data.store.tables import Client, Portfolio
from services.auth.actor import Actor
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale
from services.ports import Ports
from services.teams import Teams


@pytest.fixture
def teams(ports: Ports) -> Teams:
    return Teams(ports)


@pytest.fixture
def portfolio_of(ports: Ports) -> Any:
    """Return a function that gives a team a portfolio, through a client if wished; returns its id."""

    def make(team_id: str, tenant_id: str, *, through_client: bool = False) -> str:
        with ports.store.system(tenant_id) as uow:
            client_id = None
            if through_client:
                row = Client(client_type="individual", team_id=team_id)
                client_id = uow.clients.create(row, name="Client", email=None, phone=None).client.id
            portfolio = uow.portfolios.add(
                Portfolio(
                    name="Growth",
                    base_currency="USD",
                    strategy="long_only",
                    client_id=client_id,
                    team_id=None if through_client else team_id,
                )
            )
            uow.commit()
        return portfolio.id

    return make


def seen(ports: Ports, actor: Actor) -> set[str]:
    """Return the portfolios that the actor sees now."""
    with ports.store.read(actor) as uow:
        return {row.id for row in uow.portfolios.all()}


def deeds(house: Any, actor: Actor, team_id: str) -> list[tuple[str, Any, Any]]:
    """Return what is recorded about a team, the oldest first."""
    rows = house.audit.list(actor, object_kind="team", object_id=team_id).items
    return [(row.action, row.before, row.after) for row in reversed(rows)]


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("through_client", [False, True])
def test_a_member_sees_the_teams_portfolios_until_taken_out(
    teams, ports, administrator, manager, person, portfolio_of, through_client
) -> None:
    team = teams.create("Desk", administrator)
    portfolio_id = portfolio_of(team.id, manager.tenant_id, through_client=through_client)
    teams.add_member(team.id, person(name="Ben").user_id, administrator)
    assert seen(ports, manager) == set()
    joined = teams.add_member(team.id, manager.user_id, administrator)
    assert (manager.user_id in joined.member_ids, joined.portfolios_count) == (True, 1)
    assert seen(ports, manager) == {portfolio_id}
    teams.remove_member(team.id, manager.user_id, administrator)
    assert seen(ports, manager) == set()


def test_an_administrator_counts_portfolios_without_seeing_them(teams, ports, administrator, portfolio_of) -> None:
    team = teams.create("Desk", administrator)
    for through_client in (False, True):
        portfolio_of(team.id, administrator.tenant_id, through_client=through_client)
    (listed,) = teams.list(administrator)
    assert listed.portfolios_count == 2
    assert seen(ports, administrator) == set()


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_change_teams(teams, administrator, person, role) -> None:
    team = teams.create("Desk", administrator)
    somebody = person(role)
    for work in (
        lambda: teams.create("Mine", somebody),
        lambda: teams.rename(team.id, "Mine", somebody),
        lambda: teams.add_member(team.id, somebody.user_id, somebody),
        lambda: teams.remove_member(team.id, somebody.user_id, somebody),
    ):
        with pytest.raises(NotAllowed):
            work()
    assert teams.get(team.id, administrator) == team


@pytest.mark.requirement("X.AU2")
def test_a_team_of_another_house_is_not_found(teams, administrator, manager, person) -> None:
    team = teams.create("Desk", administrator)
    foreign = person(Role.ADMINISTRATOR, house_name="second", name="Zoe")
    theirs = teams.create("Desk", foreign)  # the same name in another house is no conflict
    assert [one.id for one in teams.list(foreign)] == [theirs.id]
    for work in (
        lambda: teams.get(team.id, foreign),
        lambda: teams.rename(team.id, "Theirs", foreign),
        lambda: teams.add_member(team.id, foreign.user_id, foreign),
        lambda: teams.add_member(theirs.id, manager.user_id, foreign),
        lambda: teams.remove_member(team.id, manager.user_id, foreign),
        lambda: teams.of_user(manager.user_id, foreign),
    ):
        with pytest.raises(NotFound):
            work()


def test_everybody_sees_their_own_teams_and_compliance_sees_all(teams, administrator, manager, person) -> None:
    mine, other = teams.create("Mine", administrator), teams.create("Other", administrator)
    teams.add_member(mine.id, manager.user_id, administrator)
    assert [team.id for team in teams.list(manager)] == [mine.id]
    assert [team.id for team in teams.of_user(manager.user_id, manager)] == [mine.id]
    assert teams.of_user(administrator.user_id, administrator) == []
    with pytest.raises(NotAllowed):
        teams.of_user(administrator.user_id, manager)
    with pytest.raises(NotFound):
        teams.get(other.id, manager)
    assert [team.name for team in teams.list(person(Role.COMPLIANCE))] == ["Mine", "Other"]


def test_changes_are_recorded_once_and_only_when_something_changed(house, teams, administrator, manager) -> None:
    team = teams.create("Desk", administrator)
    teams.rename(team.id, "Front  desk", administrator, team.row_version)
    for _ in range(2):
        teams.add_member(team.id, manager.user_id, administrator)
    teams.remove_member(team.id, manager.user_id, administrator)
    with pytest.raises(NotFound, match="not in the team"):
        teams.remove_member(team.id, manager.user_id, administrator)
    assert deeds(house, administrator, team.id) == [
        ("team.create", None, {"name": "Desk"}),
        ("team.rename", {"name": "Desk"}, {"name": "Front desk"}),
        ("team.add_member", None, {"user_id": manager.user_id}),
        ("team.remove_member", {"user_id": manager.user_id}, None),
    ]


def test_names_are_unique_in_the_house_whatever_their_case_and_versions_are_checked(teams, administrator) -> None:
    desk, front = teams.create("Desk", administrator), teams.create("Front", administrator)
    for work in (lambda: teams.create("DESK", administrator), lambda: teams.rename(front.id, "desk", administrator)):
        with pytest.raises(Conflict, match="already"):
            work()
    assert teams.rename(desk.id, "DESK", administrator, desk.row_version).name == "DESK"
    with pytest.raises(Stale):
        teams.rename(desk.id, "Desk", administrator, desk.row_version)
    for name in (" ", "x" * 101, "a\x07b"):
        with pytest.raises(InvalidRequest) as refusal:
            teams.create(name, administrator)
        assert [field.path for field in refusal.value.fields] == ["name"]


def test_the_last_person_who_sees_a_teams_portfolios_stays(
    house, teams, ports, administrator, manager, person, portfolio_of
) -> None:
    team, ben = teams.create("Desk", administrator), person(name="Ben")
    portfolio_id = portfolio_of(team.id, manager.tenant_id)
    for one in (manager, ben):
        teams.add_member(team.id, one.user_id, administrator)
    house.users.disable(ben.user_id, administrator)  # is in the team, and cannot look after it
    with pytest.raises(Conflict, match="1 portfolio, and nobody"):
        teams.remove_member(team.id, manager.user_id, administrator)
    assert seen(ports, manager) == {portfolio_id}
    house.users.enable(ben.user_id, administrator)
    assert teams.remove_member(team.id, manager.user_id, administrator).member_ids == (ben.user_id,)
    empty = teams.create("Empty", administrator)
    teams.add_member(empty.id, manager.user_id, administrator)
    assert teams.remove_member(empty.id, manager.user_id, administrator).member_ids == ()


def accepted(house: Any, administrator: Actor, email: str, role: Role, team_ids: Any = None) -> Actor:
    """Invite somebody who accepts, and return them as an actor."""
    made = house.users.invite(email, "New", role, administrator, team_ids=team_ids)
    user = house.users.accept_invitation(made.link_token, "a long enough password")
    return Actor(user.id, user.tenant_id, user.name, user.role, "session")


def test_who_accepts_an_invitation_joins_its_teams_and_sees_their_portfolios(
    house, teams, ports, administrator, portfolio_of
) -> None:
    one, two = teams.create("One", administrator), teams.create("Two", administrator)
    wanted = {portfolio_of(team.id, administrator.tenant_id) for team in (one, two)}
    newcomer = accepted(house, administrator, "a@example.com", Role.ADVISOR, [one.id, two.id, one.id])
    assert seen(ports, newcomer) == wanted
    assert ("team.add_member", None, {"user_id": newcomer.user_id}) in deeds(house, administrator, one.id)
    (invited,) = [row for row in house.audit.list(administrator).items if row.action == "user.invite"]
    assert invited.after["teams"] == [one.id, two.id]
    lonely = accepted(house, administrator, "b@example.com", Role.ADVISOR)
    assert teams.of_user(lonely.user_id, administrator) == []  # two teams: nobody guesses which


def test_with_one_team_in_the_house_newcomers_join_it_unless_told_otherwise(house, teams, administrator) -> None:
    team = teams.create("Desk", administrator)
    viewer = accepted(house, administrator, "v@example.com", Role.VIEWER)
    apart = accepted(house, administrator, "n@example.com", Role.VIEWER, [])
    second = accepted(house, administrator, "s@example.com", Role.ADMINISTRATOR)
    assert teams.get(team.id, administrator).member_ids == (viewer.user_id,)
    assert teams.of_user(apart.user_id, administrator) == teams.of_user(second.user_id, administrator) == []


def test_an_invitation_to_a_team_that_is_not_of_the_house_is_refused_by_field(
    house, teams, administrator, person
) -> None:
    mine = teams.create("Desk", administrator)
    theirs = teams.create("Desk", person(Role.ADMINISTRATOR, house_name="second", name="Zoe"))
    for foreign in (theirs.id, "nonsense"):
        with pytest.raises(InvalidRequest) as refusal:
            house.users.invite("a@example.com", "A", "viewer", administrator, team_ids=[mine.id, foreign])
        assert [field.path for field in refusal.value.fields] == ["team_ids[1]"]
    assert house.users.invitations(administrator) == []


def test_a_team_that_is_gone_when_the_link_is_used_is_left_out(house, teams, ports, administrator) -> None:
    team = teams.create("Desk", administrator)
    made = house.users.invite("a@example.com", "A", "viewer", administrator, team_ids=[team.id])
    with ports.store.system(administrator.tenant_id) as uow:
        uow.teams.delete(team.id)
        uow.commit()
    user = house.users.accept_invitation(made.link_token, "a long enough password")
    assert teams.of_user(user.id, administrator) == []


def test_somebodys_teams_are_set_as_a_whole_or_not_at_all(
    teams, ports, administrator, manager, person, portfolio_of
) -> None:
    old, new, third = (teams.create(name, administrator) for name in ("Old", "New", "Third"))
    portfolio_id = portfolio_of(old.id, manager.tenant_id)
    teams.add_member(old.id, manager.user_id, administrator)
    with pytest.raises(Conflict, match="nobody who may sign in"):
        teams.set_of_user(manager.user_id, [new.id], administrator)
    assert [team.name for team in teams.of_user(manager.user_id, manager)] == ["Old"]
    assert seen(ports, manager) == {portfolio_id}
    teams.add_member(old.id, person(name="Ben").user_id, administrator)
    changed = teams.set_of_user(manager.user_id, [third.id, new.id], administrator)
    assert [team.name for team in changed] == ["New", "Third"]
    assert seen(ports, manager) == set()
    with pytest.raises(NotAllowed):
        teams.set_of_user(manager.user_id, [old.id], manager)
