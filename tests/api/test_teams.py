"""Do teams decide who sees what, from one request to the next, for programs as well?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role

PASSWORD = "correct horse battery staple"
_numbers = count(1)


@pytest.fixture
def admin(api: Callable[..., Any]) -> Any:
    return api(Role.ADMINISTRATOR)


@pytest.fixture
def team(admin: Any) -> dict[str, Any]:
    made = admin.post("/teams", json={"name": f"Desk {next(_numbers)}"})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.get_json()
    return found


@pytest.fixture
def newcomer(api: Callable[..., Any], admin: Any, product: Any) -> Callable[..., tuple[str, Any]]:
    """Return a function that invites somebody who accepts and signs in; gives the id and the program of the person."""

    def come(**more: Any) -> tuple[str, Any]:
        email = f"newcomer-{next(_numbers)}@example.com"
        invited = admin.post("/invitations", json={"email": email, "name": "New", "role": "advisor", **more})
        assert invited.status_code == 201, invited.text
        user = product.services.users.accept_invitation(invited.get_json()["link_token"], PASSWORD)
        token = api(None).post("/auth/token", json={"email": email, "password": PASSWORD}).get_json()["token"]
        return user.id, api(secret=token)

    return come


@pytest.fixture(scope="module")
def foreign_admin(product: Any) -> str:
    """Return the key of an administrator of another house."""
    from data.store.tables import Tenant, User

    with product.services.ports.store.system() as uow:
        tenant_id = uow.tenants.add(Tenant(name="House of the foreign administrator")).id
        uow.commit()
    with product.services.ports.store.system(tenant_id) as uow:
        user = uow.users.add(
            User(email="foreign-admin@example.com", name="Zoe", role="administrator", fs_uniquifier="z" * 32)
        )
        uow.commit()
    actor = Actor(user.id, tenant_id, "Zoe", Role.ADMINISTRATOR, "session")
    return str(product.services.api_keys.create(actor, "foreign", None, None).secret)


def give_portfolio(product: Any, team_id: str) -> str:
    """Return the id of a new portfolio that belongs to the team."""
    from data.store.tables import Portfolio

    tenant_id = product.actor(Role.ADMINISTRATOR).tenant_id
    with product.services.ports.store.system(tenant_id) as uow:
        row = uow.portfolios.add(
            Portfolio(name="Of the team", base_currency="USD", strategy="long_only", team_id=team_id)
        )
        uow.commit()
    return str(row.id)


def ids(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.get_json()["data"]}


def test_what_somebody_makes_belongs_to_their_only_team_unless_they_say_otherwise(
    team: dict[str, Any], newcomer: Callable[..., Any]
) -> None:
    _, maker = newcomer(team_ids=[team["id"]])
    _, colleague = newcomer(team_ids=[team["id"]])
    made = {what: maker.post(f"/{what}", json={"name": "Ours"}).get_json() for what in ("portfolios", "clients")}
    for what, one in made.items():
        assert one["team_id"] == team["id"]
        assert ids(colleague.get(f"/{what}")) == {one["id"]}
        alone = maker.post(f"/{what}", json={"name": "Mine", "team_id": None}).get_json()
        assert alone["team_id"] is None
        assert colleague.get(f"/{what}/{alone['id']}").status_code == 404
        refused = maker.post(f"/{what}", json={"name": "Theirs", "team_id": "elsewhere"})
        assert refused.status_code == 422
        assert [error["path"] for error in refused.get_json()["errors"]] == ["team_id"]


@pytest.mark.requirement("X.AU2")
def test_who_was_invited_into_a_team_sees_its_portfolios_at_once_and_no_more_after_leaving(
    admin: Any, team: dict[str, Any], newcomer: Callable[..., Any], product: Any
) -> None:
    portfolio_id = give_portfolio(product, team["id"])
    user_id, person = newcomer(team_ids=[team["id"]])
    assert ids(person.get("/portfolios?limit=200")) == {portfolio_id}
    assert ids(person.get("/teams")) == {team["id"]}
    member = f"/teams/{team['id']}/members/{user_id}"
    colleague = product.actor(Role.ADVISOR).user_id
    assert admin.ask("PUT", f"/teams/{team['id']}/members/{colleague}").status_code == 200
    assert admin.ask("DELETE", member).status_code == 204
    assert ids(person.get("/portfolios?limit=200")) == set()
    assert person.get(f"/portfolios/{portfolio_id}").status_code == 404
    assert person.get(f"/teams/{team['id']}").status_code == 404
    back = admin.ask("PUT", member)
    assert back.status_code == 200
    assert set(back.get_json()["member_ids"]) == {user_id, colleague}
    assert person.get(f"/portfolios/{portfolio_id}").status_code == 200


def test_the_last_member_of_a_team_with_portfolios_stays(
    admin: Any, team: dict[str, Any], newcomer: Callable[..., Any], product: Any
) -> None:
    portfolio_id = give_portfolio(product, team["id"])
    user_id, person = newcomer(team_ids=[team["id"]])
    refused = admin.ask("DELETE", f"/teams/{team['id']}/members/{user_id}")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "last_member")
    assert person.get(f"/portfolios/{portfolio_id}").status_code == 200


def test_renaming_needs_the_version_that_was_read(admin: Any, team: dict[str, Any]) -> None:
    address = f"/teams/{team['id']}"
    etag = admin.get(address).headers["ETag"]
    name = f"Renamed {next(_numbers)}"
    assert admin.ask("PATCH", address, json={"name": name}).status_code == 428
    renamed = admin.ask("PATCH", address, json={"name": name}, headers={"If-Match": etag})
    assert renamed.get_json()["name"] == name
    assert admin.ask("PATCH", address, json={"name": "Late"}, headers={"If-Match": etag}).status_code == 412
    taken = admin.post("/teams", json={"name": name.upper()})
    assert (taken.status_code, taken.get_json()["code"]) == (409, "team_name_taken")


@pytest.mark.requirement("X.AU2")
def test_a_team_that_is_deleted_takes_its_portfolios_from_its_members_and_gives_them_back(
    admin: Any, team: dict[str, Any], newcomer: Callable[..., Any], product: Any
) -> None:
    portfolio_id = give_portfolio(product, team["id"])
    _, person = newcomer(team_ids=[team["id"]])
    waiting = admin.post(
        "/invitations",
        json={
            "email": f"late-{next(_numbers)}@example.com",
            "name": "Late",
            "role": "advisor",
            "team_ids": [team["id"]],
        },
    ).get_json()
    address = f"/teams/{team['id']}"
    etag = admin.get(address).headers["ETag"]
    assert admin.ask("DELETE", address).status_code == 428
    assert admin.ask("DELETE", address, headers={"If-Match": etag}).status_code == 204
    assert admin.get(address).status_code == 404
    assert person.get(f"/portfolios/{portfolio_id}").status_code == 404
    assert ids(person.get("/portfolios?limit=200")) == set()
    assert person.post("/portfolios", json={"name": "Ours", "team_id": team["id"]}).status_code == 422
    late = product.services.users.accept_invitation(waiting["link_token"], PASSWORD)  # the link still opens the house
    back = admin.post(f"{address}/restore")
    assert back.status_code == 200, back.text
    assert late.id not in back.get_json()["member_ids"]
    assert person.get(f"/portfolios/{portfolio_id}").status_code == 200


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_every_other_role_changes_no_team(
    api: Callable[..., Any], team: dict[str, Any], product: Any, role: Role
) -> None:
    program, member = api(role), f"/teams/{team['id']}/members/{product.actor(role).user_id}"
    answers = [
        program.post("/teams", json={"name": "Mine"}),
        program.ask("PATCH", f"/teams/{team['id']}", json={"name": "Mine"}, headers={"If-Match": '"1"'}),
        program.ask("PUT", member),
        program.ask("DELETE", member),
        program.ask("DELETE", f"/teams/{team['id']}", headers={"If-Match": '"1"'}),
        program.post(f"/teams/{team['id']}/restore"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert program.get("/teams").status_code == 200


@pytest.mark.requirement("X.AU2")
def test_a_team_of_another_house_is_not_found_for_any_verb(
    api: Callable[..., Any], team: dict[str, Any], foreign_admin: str, product: Any
) -> None:
    other, user_id = api(secret=foreign_admin), product.actor(Role.VIEWER).user_id
    address = f"/teams/{team['id']}"
    for method, path, body in (
        ("GET", address, None),
        ("PATCH", address, {"name": "Theirs"}),
        ("PUT", f"{address}/members/{user_id}", None),
        ("DELETE", f"{address}/members/{user_id}", None),
        ("DELETE", address, None),
        ("POST", f"{address}/restore", None),
    ):
        more = {} if body is None else {"json": body}
        assert other.ask(method, path, headers={"If-Match": '"1"'}, **more).status_code == 404, (method, path)
    assert team["id"] not in ids(other.get("/teams?limit=200"))
    theirs = other.post("/teams", json={"name": team["name"]}).get_json()["id"]
    assert other.ask("PUT", f"/teams/{theirs}/members/{user_id}").status_code == 404
    invited = other.post(
        "/invitations", json={"email": "x@example.com", "name": "X", "role": "viewer", "team_ids": [team["id"]]}
    )
    assert invited.status_code == 422
    assert [one["path"] for one in invited.get_json()["errors"]] == ["team_ids[0]"]


def test_changes_of_a_team_are_recorded_with_the_request_that_made_them(
    admin: Any, team: dict[str, Any], product: Any
) -> None:
    user_id = product.actor(Role.VIEWER).user_id
    for method in ("PUT", "PUT", "DELETE"):
        admin.ask(method, f"/teams/{team['id']}/members/{user_id}", headers={"X-Request-ID": f"team-{method}-1"})
    tenant_id = product.actor(Role.VIEWER).tenant_id
    with product.services.ports.store.system(tenant_id, read_only=True) as uow:
        rows = [(row.action, row.request_id) for row in reversed(uow.audit.page(object_id=team["id"]).rows)]
    assert rows[1:] == [("team.add_member", "team-PUT-1"), ("team.remove_member", "team-DELETE-1")]
