"""Does every recorded deed tell from where it was asked for, under which request, and how surely we know by whom?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.audit_notes import NOWHERE, REQUEST_FACTS
from services.auth.actor import Actor
from services.auth.roles import Role


def recorded(product: Any, object_id: str) -> Any:
    """Return the latest audit row about an object, as it is stored."""
    tenant_id = product.actor(Role.ADMINISTRATOR).tenant_id
    with product.services.ports.store.system(tenant_id, read_only=True) as uow:
        return uow.audit.page(object_id=object_id, limit=1).rows[0]


@pytest.mark.requirement("X.DP4")
def test_a_deed_of_a_program_carries_address_request_id_and_key(api: Callable[..., Any], product: Any) -> None:
    made = api().post("/portfolios", json={"name": "Recorded"}, headers={"X-Request-ID": "deed-0001"})
    row = recorded(product, made.get_json()["id"])
    assert (row.action, row.ip, row.request_id, row.via) == ("portfolio.create", "127.0.0.1", "deed-0001", "key")
    assert REQUEST_FACTS.get() is NOWHERE


@pytest.mark.requirement("X.DP4")
def test_a_deed_of_a_person_tells_whether_a_second_factor_was_asked_for(
    api: Callable[..., Any], product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.session.person import Person

    email, password = product.passwords[Role.PORTFOLIO_MANAGER]
    token = api(None).post("/auth/token", json={"email": email, "password": password}).get_json()["token"]
    person = api(secret=token)
    plain = person.post("/portfolios", json={"name": "By password"})
    monkeypatch.setattr(Person, "has_totp", True)
    strong = person.post("/portfolios", json={"name": "By password and code"})
    levels = [recorded(product, made.get_json()["id"]).via for made in (plain, strong)]
    assert levels == ["token", "token+totp"]
    assert recorded(product, plain.get_json()["id"]).request_id == plain.headers["X-Request-ID"]


def test_requests_of_pages_carry_the_browsers_address(browser: Callable[..., Any], product: Any) -> None:
    seen: list[Any] = []
    one = browser(None)
    product.server.after_request_funcs.setdefault(None, []).insert(
        0, lambda response: (seen.append(REQUEST_FACTS.get()), response)[1]
    )
    try:
        one.open("/account/login")
    finally:
        product.server.after_request_funcs[None].pop(0)
    assert [facts.ip for facts in seen] == [one.address]


def test_what_happens_outside_of_requests_carries_no_request(product: Any) -> None:
    admin = product.actor(Role.ADMINISTRATOR)
    team = product.services.teams.create("Made by no request", Actor.system(admin.tenant_id))
    row = recorded(product, team.id)
    assert (row.ip, row.request_id, row.via) == (None, None, "system")
