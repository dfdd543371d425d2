"""What does the house of the matrices own, and who are the people of another house that must not see it?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from data.store import tables
from services.auth.actor import Actor
from services.auth.roles import Role
from services.compliance.breach_record import record_breaches
from services.messages.compliance_auditor import NewAuditorReport
from tests.api.conftest import Api
from tests.api.sign_in_steps import NEW_PASSWORD
from tests.services.breaches.world import group, result, rule_of

MARK = "Of the matrix"
"""What everything of ours says, so that it is known wherever it turns up."""
WHY = {"reason": "As counsel says."}


def ours_of(product: Any) -> dict[str, dict[str, str]]:
    """Return something of ours of every kind, by the first part of the address and the name of its part."""
    cleo = Api(product.server, product.keys[Role.COMPLIANCE])
    manager = Api(product.server, product.keys[Role.PORTFOLIO_MANAGER])

    def made(program: Any, path: str, body: dict[str, Any]) -> str:
        answer = program.post(path, json=body)
        assert answer.status_code in (200, 201), (path, answer.text)
        return str(answer.get_json()["id"])

    theirs = Api(product.server, product.keys[Role.VIEWER]).get("/teams").get_json()["data"]
    mine = {one["id"] for one in manager.get("/teams").get_json()["data"]}
    shared = next((one["id"] for one in theirs if one["id"] in mine), None)  # whatever teams other tests have made
    portfolio_id = made(manager, "/portfolios", {"name": "Of the matrix", **({"team_id": shared} if shared else {})})
    assert Api(product.server, product.keys[Role.VIEWER]).get(f"/portfolios/{portfolio_id}").status_code == 200
    adopted = cleo.post("/rule-packs/house/adoption", json={"codes": ["house.max_sector"]})
    assert adopted.status_code in (200, 201), adopted.text
    rule_id = next(
        one["id"] for one in cleo.get("/rules?limit=200").get_json()["data"] if one["code"] == "house.max_sector"
    )
    list_id = made(cleo, "/restriction-lists", {"kind": "restricted", "name": "Of the matrix"})
    hold_id = made(cleo, "/legal-holds", {"name": "Of the matrix", **WHY})
    asked = cleo.post(f"/legal-holds/{hold_id}/release", json=WHY, headers={"If-Match": "*"})
    assert asked.status_code in (200, 202), asked.text
    services, tenant_id = product.services, product.actor(Role.COMPLIANCE).tenant_id
    with services.ports.store.system(tenant_id) as uow:
        asset = uow.assets.add(tables.Asset(symbol="MATRIX", name="x", asset_class="equity", currency="USD"))
        entry_id = uow.restriction_entries.add(
            tables.RestrictionEntry(
                list_id=list_id, asset_id=asset.id, from_on=date(2022, 1, 3), reason="Of the matrix."
            )
        ).id
        deviation_id = uow.rule_overrides.add(
            tables.RuleOverride(
                rule_id=rule_id, scope="portfolio", portfolio_id=portfolio_id, kind="exempt", figures={}, reason="Why.",
                effect="looser",
            )
        ).id  # fmt: skip
        uow.commit()
    breach_id, now_utc = broken(product, portfolio_id, "A"), services.ports.clock.now_utc()
    until = (now_utc.date() + timedelta(days=5)).isoformat()
    etag = manager.get(f"/breaches/{breach_id}").headers["ETag"]
    wish = manager.post(
        f"/breaches/{breach_id}/overrides", json={"expires_on": until, **WHY}, headers={"If-Match": etag}
    )
    assert wish.status_code in (200, 201), wish.text
    with services.ports.store.system(tenant_id, read_only=True) as uow:
        override_id = uow.breach_overrides.of(breach_id)[0].id
    every = {
        "portfolio_id": portfolio_id, "rule_id": rule_id, "list_id": list_id, "entry_id": entry_id, "hold_id": hold_id,
        "breach_id": breach_id, "override_id": override_id, "request_id": asked.get_json()["request_id"],
        "lock_id": made(cleo, "/locked-periods", {"start_on": "1990-01-01", "end_on": "1990-01-31", **WHY}),
        "review_id": made(cleo, "/access-reviews", {}),
        "report_id": services.auditor_reports.make(
            NewAuditorReport(start_on=date(2022, 1, 1), end_on=date(2022, 1, 31)), product.actor(Role.COMPLIANCE)
        ).id,
        "locate_id": made(
            manager, "/locates", {"symbol": "MATRIX", "quantity": "5", "broker": "B", "portfolio_id": portfolio_id}
        ),
        "user_id": str(product.actor(Role.VIEWER).user_id),
    }  # fmt: skip
    return {"": every, "rule-overrides": {**every, "override_id": deviation_id}}


def broken(product: Any, portfolio_id: str, name: str) -> str:
    """Open a breach of a portfolio by a group of that name; return its id.

    Each name has a rule of its own: a check of one rule cures the breaches of its groups that it does not name.
    """
    tenant_id = product.actor(Role.COMPLIANCE).tenant_id
    with product.services.ports.store.system(tenant_id) as uow:
        rule, now_utc = rule_of(rule_id=f"r-of-matrix-{name}"), product.services.ports.clock.now_utc()
        touched = {(rule.rule_id, name): now_utc.date()}
        record_breaches(uow, portfolio_id, [(rule, result(rule, group(name, 0.3)))], now_utc, touched_on=touched)
        found = next(one.id for one in uow.breaches.unclosed(portfolio_id) if one.group_name == name)
        uow.commit()
    return str(found)


def strangers_of(product: Any) -> dict[Role, str]:
    """Return keys of people of another house, by role."""
    with product.services.ports.store.system() as uow:
        tenant_id = uow.tenants.add(tables.Tenant(name="House of strangers")).id
        uow.commit()
    found = {}
    for role in Role:
        with product.services.ports.store.system(tenant_id) as uow:
            row = uow.users.add(
                tables.User(
                    email=f"{role.value}@strangers.example.com", name=role.label, role=role.value, password_hash=None,
                    fs_uniquifier=f"strangers {role.value}".ljust(32, "x"),
                )
            )  # fmt: skip
            uow.commit()
        actor = Actor(row.id, tenant_id, row.name, role, "session")
        found[role] = str(product.services.api_keys.create(actor, "strangers", None, None).secret)
    return found


def stranger(product: Any, role: Role) -> tuple[str, str]:
    """Return address and password of somebody of another house, who is invited there; `strangers_of` comes before."""
    chief = product.services.users.sign_in.find(email=f"{Role.ADMINISTRATOR.value}@strangers.example.com")
    inviter = Actor(chief.id, chief.tenant_id, chief.name, chief.role, "session")
    email = f"{role.value}.invited@strangers.example.com"
    invitation = product.services.users.invite(email, role.label, role, inviter)
    product.services.users.accept_invitation(invitation.link_token, NEW_PASSWORD)
    return email, NEW_PASSWORD
