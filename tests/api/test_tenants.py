"""Does one house never see, change or guess anything of another?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role


@pytest.fixture(scope="module")
def stranger(product: Any) -> str:
    """Return the key of a portfolio manager in another house."""
    from data.store.tables import Tenant, User

    with product.services.ports.store.system() as uow:
        tenant = uow.tenants.add(Tenant(name="Other house"))
        uow.commit()
        tenant_id = tenant.id
    with product.services.ports.store.system(tenant_id) as uow:
        user = uow.users.add(
            User(
                email="stranger@example.com",
                name="Stranger",
                role=Role.PORTFOLIO_MANAGER.value,
                password_hash=None,
                fs_uniquifier="f" * 32,
            )
        )
        uow.commit()
        actor = Actor(user.id, tenant_id, "Stranger", Role.PORTFOLIO_MANAGER, "session")
    return str(product.services.api_keys.create(actor, "other house", None, None).secret)


@pytest.mark.requirement("X.AU2")
def test_what_belongs_to_another_house_is_not_found_for_any_verb(api: Callable[..., Any], stranger: str) -> None:
    mine = api()
    portfolio = mine.post("/portfolios", json={"name": "Ours"})
    client = mine.post("/clients", json={"name": "Ours"})
    run = mine.post(
        "/optimizations",
        json={
            "problem": {"assets": ["A"], "expected_returns_frac": [0.0], "covariance": [[0.0001]]},
            "objective": {"kind": "min_volatility"},
            "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}],
        },
        headers={"Prefer": "respond-async"},
    )
    other = api(secret=stranger)
    etag = {"If-Match": '"1"'}
    p, c, r = (f"/{kind}/{one.get_json()['id']}" for kind, one in
               (("portfolios", portfolio), ("clients", client), ("runs", run)))  # fmt: skip
    o = f"/optimizations/{run.get_json()['id']}"
    asked = [
        ("GET", p, None), ("PATCH", p, {"name": "Theirs"}), ("DELETE", p, None), ("POST", p + "/restore", None),
        ("GET", p + "/positions", None), ("PUT", p + "/positions", {"positions": []}), ("GET", p + "/history", None),
        ("GET", p + "/transactions", None), ("GET", p + "/limits", None), ("GET", p + "/holdings/csv", None),
        ("GET", p + "/page/pdf", None),
        ("GET", c, None), ("PATCH", c, {"name": "Theirs"}), ("DELETE", c, None), ("GET", c + "/profiles", None),
        ("GET", r, None), ("PATCH", r, {"name": "Theirs"}), ("DELETE", r, None), ("POST", r + "/cancel", None),
        ("GET", r + "/result", None), ("GET", r + "/events", None), ("GET", r + "/table/csv", None),
        ("GET", r + "/charts/weights/svg", None), ("GET", o, None), ("POST", o + "/cancel", None),
        ("GET", o + "/trades", None), ("POST", o + "/save-as-target", None),
    ]  # fmt: skip
    for method, path, body in asked:
        more = {} if body is None else {"json": body}
        answer = other.ask(method, path, headers=etag, **more)
        assert answer.status_code == 404, (method, path, answer.status_code, answer.text)
    for path in ("/portfolios", "/clients", "/runs", "/optimizations", "/users", "/alerts"):
        answer = other.get(path + "?limit=200")
        if answer.status_code == 200:
            assert "Ours" not in answer.text
            assert portfolio.get_json()["id"] not in answer.text
    assert mine.get(p).get_json()["name"] == "Ours"


def test_a_cursor_of_another_house_is_refused(api: Callable[..., Any], stranger: str) -> None:
    cursor = api().get("/assets?limit=2").get_json()["next_cursor"]
    assert api(secret=stranger).get(f"/assets?limit=2&cursor={cursor}").status_code == 422


def test_an_idempotency_key_counts_for_its_house(api: Callable[..., Any], stranger: str) -> None:
    key = {"Idempotency-Key": "the-same-key-in-two-houses"}
    ours = api().post("/portfolios", json={"name": "Ours"}, headers=key)
    theirs = api(secret=stranger).post("/portfolios", json={"name": "Ours"}, headers=key)
    assert ours.status_code == theirs.status_code == 201
    assert ours.get_json()["id"] != theirs.get_json()["id"]


def test_another_house_finds_nothing_by_name(api: Callable[..., Any], stranger: str) -> None:
    assert api().post("/portfolios", json={"name": "Lighthouse"}).status_code == 201
    assert api().get("/find?text=lightho").get_json()["data"] != []
    assert api(secret=stranger).get("/find?text=lightho").get_json()["data"] == []
