"""Are breaches told, worked on and let stand over the API, by the right people, with versions and repeated keys?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role
from services.compliance.breach_record import record_breaches
from tests.services.breaches.world import group, result, rule_of

REASON = {"reason": "Agreed with the client."}


@pytest.fixture
def portfolio_id(api: Callable[..., Any]) -> str:
    """A portfolio of the manager's."""
    made = api().post("/portfolios", json={"name": f"Breaches {uuid4()}"})
    assert made.status_code == 201, made.text
    return str(made.get_json()["id"])


@pytest.fixture
def found(product: Any, portfolio_id: str) -> dict[str, Any]:
    """A breach of a soft rule of that portfolio."""
    see(product, portfolio_id, 0.3)
    answer = listed(product, portfolio_id)
    assert len(answer) == 1
    return answer[0]


def see(product: Any, portfolio_id: str, *values: float, severity: str = "soft") -> None:
    """Write down a check that found one figure beyond its limit for each value."""
    services = product.services
    rule = rule_of(severity=severity, rule_id=f"r-{portfolio_id[-8:]}-{severity}")
    groups = [group(f"S{place}", value) for place, value in enumerate(values)]
    now_utc = services.ports.clock.now_utc()
    touched = {(rule.rule_id, one.group): now_utc.date() for one in groups}
    with services.ports.store.system(product.actor(Role.COMPLIANCE).tenant_id) as uow:
        record_breaches(uow, portfolio_id, [(rule, result(rule, *groups))], now_utc, touched_on=touched)
        uow.commit()


def listed(product: Any, portfolio_id: str) -> list[dict[str, Any]]:
    page = product.services.breaches.queue(product.actor(Role.PORTFOLIO_MANAGER), portfolio_id=portfolio_id)
    return [one.model_dump(mode="json") for one in page.items]


def match(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


@pytest.mark.requirement("4.3.D3")
def test_a_breach_is_acknowledged_planned_assigned_and_closed(
    product: Any, api: Callable[..., Any], found: dict[str, Any]
) -> None:
    manager, address = api(), f"/breaches/{found['id']}"
    read = manager.get(address)
    assert (read.status_code, read.get_json()["history"][0]["kind"]) == (200, "opened")
    assert manager.get(address, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    key = {"Idempotency-Key": str(uuid4())}
    noted = manager.post(f"{address}/acknowledge", json={"comment": "Seen."}, headers=key)
    assert (noted.status_code, noted.get_json()["status"]) == (200, "acknowledged")
    again = manager.post(f"{address}/acknowledge", json={"comment": "Seen."}, headers=key)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert manager.post(f"{address}/acknowledge", json={}).status_code == 409
    due = (product.services.ports.clock.now_utc().date() + timedelta(days=2)).isoformat()
    wish = {"due_on": due, "comment": "Sell.", "trades": [{"symbol": "S0", "quantity": -10.0, "value_ccy": "-500.00"}]}
    assert manager.ask("PUT", f"{address}/plan", json=wish).status_code == 428
    assert manager.ask("PUT", f"{address}/plan", json=wish, headers=match(read)).status_code == 412
    planned = manager.ask("PUT", f"{address}/plan", json=wish, headers=match(noted))
    assert (planned.status_code, planned.get_json()["plan"]["trades"][0]["quantity"]) == (200, -10.0)
    mine = {"user_id": product.actor(Role.COMPLIANCE).user_id, "comment": "Please look."}
    owners = manager.get(f"{address}/owners?limit=200").get_json()["data"]
    assert mine["user_id"] in [one["user_id"] for one in owners]
    given = manager.ask("PUT", f"{address}/owner", json=mine, headers=match(planned))
    assert (given.status_code, given.get_json()["owner_id"]) == (200, mine["user_id"])
    assert manager.post(f"{address}/comments", json={"comment": "Sold half."}).status_code == 201
    refused = manager.post(f"{address}/close", json=REASON, headers=match(given))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_allowed")
    closed = api(Role.COMPLIANCE).post(f"{address}/close", json=REASON, headers=match(given))
    assert (closed.status_code, closed.get_json()["status"]) == (200, "closed")
    kinds = [one["kind"] for one in closed.get_json()["history"]]
    assert kinds == ["opened", "acknowledged", "planned", "assigned", "commented", "closed"]


@pytest.mark.requirement("4.3.D3", "4.3.F6")
def test_four_eyes_let_a_breach_stand(product: Any, api: Callable[..., Any], found: dict[str, Any]) -> None:
    compliance, address = api(Role.COMPLIANCE), f"/breaches/{found['id']}"
    last = (product.services.ports.clock.now_utc().date() + timedelta(days=5)).isoformat()
    wish = {"reason": "Sold next week.", "expires_on": last, "level": 0.35}
    first = {"If-Match": f'"{found["row_version"]}"'}
    asked = compliance.post(f"{address}/overrides", json=wish, headers=first)
    assert asked.status_code == 201, asked.text
    (one,) = asked.get_json()["overrides"]
    assert (one["state"], one["may_decide"]) == ("requested", False)
    own = {"If-Match": f'"{one["row_version"]}"'}
    refused = compliance.post(f"/breach-overrides/{one['id']}/approve", json={}, headers=own)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "second_person")
    waiting = compliance.get("/breach-overrides?limit=200").get_json()["data"]
    assert one["id"] in [row["id"] for row in waiting]
    manager = api()
    assert manager.post(f"/breach-overrides/{one['id']}/approve", json={}, headers=own).status_code == 403
    withdrawn = compliance.post(f"/breach-overrides/{one['id']}/withdraw", json=REASON, headers=own)
    assert (withdrawn.status_code, withdrawn.get_json()["overrides"][0]["state"]) == (200, "withdrawn")
    asked = manager.post(f"{address}/overrides", json=wish, headers=match(withdrawn))
    one = asked.get_json()["overrides"][-1]
    own = {"If-Match": f'"{one["row_version"]}"'}
    granted = compliance.post(f"/breach-overrides/{one['id']}/approve", json=REASON, headers=own)
    assert (granted.status_code, granted.get_json()["status"]) == (200, "overridden")
    assert compliance.post(f"/breach-overrides/{one['id']}/reject", json=REASON, headers=own).status_code == 409
    bad = {**wish, "expires_on": "2020-01-01", "level": 0.1}
    problem = manager.post(f"{address}/overrides", json=bad, headers={"If-Match": "*"})
    assert problem.status_code == 409, "it is let stand already"


def test_the_queue_has_filters_and_pages(product: Any, api: Callable[..., Any], portfolio_id: str) -> None:
    see(product, portfolio_id, 0.3, 0.4, 0.5)
    see(product, portfolio_id, 0.6, severity="hard")
    base = f"/breaches?portfolio_id={portfolio_id}"
    page = api().get(f"{base}&limit=3").get_json()
    assert [one["severity"] for one in page["data"]] == ["hard", "soft", "soft"]
    rest = api().get(f"{base}&limit=3&cursor={page['next_cursor']}").get_json()
    assert (len(rest["data"]), rest["has_more"]) == (1, False)
    assert len(api().get(f"{base}&severity=hard").get_json()["data"]) == 1
    assert api().get(f"{base}&status=closed").get_json()["data"] == []
    assert len(api().get(f"{base}&owner=none").get_json()["data"]) == 4
    assert api().get(f"{base}&older_than_days=1").get_json()["data"] == []
    assert api().get(f"{base}&is_late=true").get_json()["data"] == []
    assert api().get(f"{base}&status=lost").status_code == 422
    counts = api().get(f"/breaches/statistics?portfolio_id={portfolio_id}").get_json()
    assert (counts["unsettled_count"], counts["severities"][0]["open_count"]) == (4, 1)
    assert api().get("/breaches/statistics?portfolio_id=nothing").status_code == 404


def test_hours_of_escalation_are_read_by_all_and_set_by_administrators(api: Callable[..., Any]) -> None:
    read = api(Role.VIEWER).get("/compliance/escalation")
    assert (read.status_code, read.get_json()["hard"]) == (200, {"compliance_h": 4.0, "board_h": 24.0})
    wanted = {**read.get_json(), "hard": {"compliance_h": 2.0, "board_h": 1.0}}
    wanted.pop("is_default")
    assert api(Role.COMPLIANCE).ask("PUT", "/compliance/escalation", json=wanted).status_code == 403
    refused = api(Role.ADMINISTRATOR).ask("PUT", "/compliance/escalation", json=wanted)
    assert (refused.status_code, refused.get_json()["errors"][0]["path"]) == (422, "hard.board_h")
    wanted["hard"]["board_h"] = 24.0
    done = api(Role.ADMINISTRATOR).ask("PUT", "/compliance/escalation", json=wanted)
    assert (done.status_code, done.get_json()["hard"]["compliance_h"]) == (200, 2.0)


@pytest.mark.requirement("X.AU2")
@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_it_may(api: Callable[..., Any], found: dict[str, Any], role: Role) -> None:
    program, address = api(role), f"/breaches/{found['id']}"
    sees = role is not Role.ADMINISTRATOR  # who is granted nothing
    assert program.get("/breaches").status_code == 200
    assert program.get(address).status_code == (200 if sees else 404)
    star = {"If-Match": "*"}
    works = role in (Role.PORTFOLIO_MANAGER, Role.ADVISOR, Role.COMPLIANCE, Role.ADMINISTRATOR)
    asks = role in (Role.PORTFOLIO_MANAGER, Role.COMPLIANCE)
    decides = role in (Role.COMPLIANCE, Role.ADMINISTRATOR)
    for method, path, body, may in (
        ("POST", f"{address}/comments", {"comment": "x"}, works),
        ("PUT", f"{address}/plan", {"due_on": "2999-01-01", "comment": "x"}, works),
        ("POST", f"{address}/overrides", {"reason": "x", "expires_on": "2999-01-01"}, asks),
        ("POST", "/breach-overrides/nothing/approve", {}, asks or decides),
        ("POST", "/breach-overrides/nothing/reject", {"reason": "x"}, asks or decides),
    ):
        status = program.ask(method, path, json=body, headers=star).status_code
        assert (status == 403) is not may, (role, method, path, status)
        if may and not sees:
            assert status == 404, (role, method, path, status)
