"""What do roles and the scopes of keys allow beyond the table of addresses (tests/api/test_role_matrix.py)?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.policy import PERMISSIONS
from services.auth.roles import Permission, Role

P = Permission
AN_OPTIMIZATION: dict[str, Any] = {
    "problem": {"assets": ["A"], "expected_returns_frac": [0.0], "covariance": [[0.0001]]},
    "objective": {"kind": "min_volatility"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}],
}


def test_who_only_reads_ends_nobody_elses_run(api: Callable[..., Any]) -> None:
    made = api().post("/optimizations", json=AN_OPTIMIZATION, headers={"Prefer": "respond-async"})
    assert made.status_code == 202, made.text
    for role in (Role.VIEWER, Role.COMPLIANCE, Role.RESEARCHER):
        assert api(role).post(f"/runs/{made.get_json()['id']}/cancel").status_code in (403, 404), role


def test_a_key_may_do_no_more_than_its_scopes(api: Callable[..., Any], program: Callable[..., Any]) -> None:
    made = program().post("/api-keys", json={"name": "narrow", "scopes": ["portfolios.read", "account.own"]})
    assert made.status_code == 201, made.text
    narrow = api(secret=made.get_json()["secret"])
    assert narrow.get("/portfolios").status_code == 200
    answer = narrow.post("/portfolios", json={"name": "x"})
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "scope_missing"
    assert narrow.get("/clients").status_code == 403


def test_a_key_makes_no_key_so_that_none_outlives_or_outgrows_itself(
    api: Callable[..., Any], program: Callable[..., Any]
) -> None:
    person = program()
    wish = {"name": "brief", "scopes": ["account.own"], "expires_at_utc": "2999-01-01T00:00:00Z"}
    brief = api(secret=person.post("/api-keys", json=wish).get_json()["secret"])
    before = len(person.get("/api-keys?limit=200").get_json()["data"])
    for next_one in ({"name": "endless"}, {"name": "same", "scopes": ["account.own"]}, wish):
        answer = brief.post("/api-keys", json=next_one)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "key_makes_no_key")
        assert "settings page" in answer.get_json()["detail"]
    assert len(person.get("/api-keys?limit=200").get_json()["data"]) == before


def test_a_key_that_asks_for_a_key_is_refused_before_anything_that_was_sent(api: Callable[..., Any]) -> None:
    program = api()
    for sent in ({"json": {}}, {"data": "{", "content_type": "application/json"}, {"data": "x"}):
        answer = program.post("/api-keys", **sent)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "key_makes_no_key"), sent


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("path", ["preview", "diagnose", "repair", "limits/read", "limits/table", "universe/read", ""])
def test_a_key_without_the_scope_is_refused_before_anything_that_was_sent(
    api: Callable[..., Any], product: Any, path: str
) -> None:
    owner = product.actor(Role.PORTFOLIO_MANAGER)
    secret = product.services.api_keys.create(owner, f"narrow {path}", ["account.own"], None).secret
    program = api(secret=secret)
    for sent in ({"json": {}}, {"data": "{", "content_type": "application/json"}, {"data": "x"}):
        answer = program.post(f"/optimizations/{path}".rstrip("/"), **sent)
        assert answer.status_code == 403, (path, sent, answer.text)


def test_nobody_changes_their_own_role_and_the_last_administrator_stays(api: Callable[..., Any]) -> None:
    program = api(Role.ADMINISTRATOR)
    me = program.get("/users/me")
    answer = program.ask(
        "PATCH",
        f"/users/{me.get_json()['id']}",
        json={"role": "viewer"},
        headers={"If-Match": me.headers["ETag"]},
    )
    assert answer.status_code == 409


@pytest.mark.requirement("6.1.F5")
def test_an_administrator_changes_roles_and_shuts_people_out(api: Callable[..., Any], product: Any) -> None:
    program = api(Role.ADMINISTRATOR)
    invited = program.post("/invitations", json={"email": "r@example.com", "name": "R", "role": "viewer"})
    assert invited.status_code == 201
    token = invited.get_json()["link_token"]
    assert token
    assert all(one["link_token"] is None for one in program.get("/invitations").get_json()["data"])
    product.services.users.accept_invitation(token, "correct horse battery staple")
    (user,) = [one for one in program.get("/users?limit=200").get_json()["data"] if one["email"] == "r@example.com"]
    address = f"/users/{user['id']}"
    key = api(None).post("/auth/token", json={"email": "r@example.com", "password": "correct horse battery staple"})
    person = api(secret=key.get_json()["token"])
    assert person.post("/portfolios", json={"name": "x"}).status_code == 403
    etag = program.get(address).headers["ETag"]
    changed = program.ask("PATCH", address, json={"role": "advisor"}, headers={"If-Match": etag})
    assert changed.get_json()["role"] == "advisor"
    assert person.post("/portfolios", json={"name": "x"}).status_code == 201
    out = program.ask("PATCH", address, json={"is_active": False}, headers={"If-Match": changed.headers["ETag"]})
    assert out.get_json()["is_active"] is False
    assert person.get("/portfolios").status_code == 401


def test_roles_are_listed_as_they_are_enforced(api: Callable[..., Any]) -> None:
    listed = {one["role"]: set(one["permissions"]) for one in api(Role.VIEWER).get("/roles").get_json()["data"]}
    assert listed == {role.value: {one.value for one in allowed} for role, allowed in PERMISSIONS.items()}


def test_an_audit_row_is_written_and_the_chain_is_whole(api: Callable[..., Any]) -> None:
    api().post("/portfolios", json={"name": "Audited"})
    program = api(Role.COMPLIANCE)
    rows = program.get("/audit?limit=5").get_json()["data"]
    assert any(one["action"].startswith("portfolio") for one in rows)
    assert program.get("/audit/verify").get_json()["is_intact"] is True


# Every writing address that reads something, with what its permission is: refused before anything of it is judged.
READS_A_BODY: list[tuple[str, str, Permission]] = [
    ("POST", "/alerts/x/snooze", P.ALERTS_WRITE),
    ("POST", "/clients", P.CLIENTS_WRITE),
    ("PATCH", "/clients/x", P.CLIENTS_WRITE),
    ("DELETE", "/clients/x", P.CLIENTS_WRITE),
    ("POST", "/clients/x/profiles", P.CLIENTS_WRITE),
    ("POST", "/data/imports?dry_run=perhaps", P.MARKET_IMPORT),
    ("POST", "/portfolios", P.PORTFOLIOS_WRITE),
    ("PATCH", "/portfolios/x", P.PORTFOLIOS_WRITE),
    ("DELETE", "/portfolios/x", P.PORTFOLIOS_WRITE),
    ("PUT", "/portfolios/x/positions", P.PORTFOLIOS_WRITE),
    ("POST", "/portfolios/x/targets/y/restore", P.PORTFOLIOS_WRITE),
    ("PATCH", "/runs/x", P.RUNS_WRITE),
    ("DELETE", "/runs/x", P.RUNS_WRITE),
    ("POST", "/schedules", P.SCHEDULES_WRITE),
    ("PUT", "/schedules/x", P.SCHEDULES_WRITE),
    ("DELETE", "/schedules/x", P.SCHEDULES_WRITE),
    ("POST", "/teams", P.USERS_WRITE),
    ("PATCH", "/teams/x", P.USERS_WRITE),
    ("DELETE", "/teams/x", P.USERS_WRITE),
    ("PATCH", "/users/x", P.USERS_WRITE),
    ("POST", "/invitations", P.USERS_WRITE),
]


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("role", [Role.VIEWER, Role.COMPLIANCE, Role.PORTFOLIO_MANAGER])
def test_permission_is_judged_before_anything_that_was_sent(api: Callable[..., Any], role: Role) -> None:
    program = api(role)
    for method, path, permission in READS_A_BODY:
        for sent in ({"json": {}}, {"data": "{", "content_type": "application/json"}, {"data": "x"}):
            answer = program.ask(method, path, **sent)
            where = (method, path, sent, answer.status_code, answer.text)
            assert (answer.status_code == 403) is (permission not in PERMISSIONS[role]), where
            if permission in PERMISSIONS[role]:
                assert answer.status_code in (400, 404, 415, 422, 428), where
