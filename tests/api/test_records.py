"""Do restrictions, records and the audit log answer over the API as they should, and only to whom they may?"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from services.auth.roles import Role
from services.messages.compliance_auditor import NewAuditorReport

ANY = {"If-Match": "*"}
LIST = {"kind": "watch", "name": "x"}
WHY = {"reason": "As counsel says."}
_numbers = count(1)


@pytest.fixture
def second(product: Any) -> Callable[[Role], str]:
    """Return a function that makes a further person of a role in the same house, and returns a key."""
    return lambda role: made_key(product, product.actor(role).tenant_id, role)


def made_key(product: Any, tenant_id: str, role: Role) -> str:
    from data.store.tables import User
    from services.auth.actor import Actor

    number = next(_numbers)
    with product.services.ports.store.system(tenant_id) as uow:
        row = uow.users.add(
            User(
                email=f"second-{number}-{tenant_id[-4:]}@example.com", name=f"Second {number}", role=role.value,
                password_hash=None, fs_uniquifier=f"s{number:03}{tenant_id}"[:60],
            )
        )  # fmt: skip
        uow.commit()
    actor = Actor(row.id, tenant_id, row.name, role, "session")
    return str(product.services.api_keys.create(actor, "second", None, None).secret)


def fresh(kind: str = "restricted") -> dict[str, Any]:
    return {"kind": kind, "name": f"List {next(_numbers)}"}


@pytest.mark.requirement("4.3.F5")
def test_a_name_goes_on_a_list_and_leaves_it_by_two_people(
    api: Callable[..., Any], second: Callable[[Role], str]
) -> None:
    cleo, carl, manager = api(Role.COMPLIANCE), api(secret=second(Role.COMPLIANCE)), api()
    made = cleo.post("/restriction-lists", json=fresh())
    assert made.status_code == 201, made.text
    address = made.headers["Location"]
    assert cleo.get(address).headers["ETag"] == '"1"'
    entry = cleo.post(f"{address}/entries", json={"symbol": "AAPL", "covers": "asset", "reason": "Inside information."})
    assert entry.status_code == 201, entry.text
    seen = {one["symbol"]: one for one in manager.get("/restrictions?limit=200").get_json()["data"]}
    assert seen["AAPL"]["kinds"] == ["restricted"]
    portfolio = manager.post("/portfolios", json={"name": "Restricted"}).get_json()["id"]
    assert "AAPL" in manager.get(f"/portfolios/{portfolio}/restrictions").text
    asked = cleo.post(f"/restriction-entries/{entry.get_json()['id']}/remove", json={"reason": "Published."})
    request = asked.get_json()["request"]
    assert (asked.status_code, request["state"]) == (200, "proposed")
    own = cleo.post(f"/change-requests/{request['id']}/approve", json={})
    assert (own.status_code, own.get_json()["code"]) == (403, "maker_is_checker")
    assert manager.post(f"/change-requests/{request['id']}/approve", json={}).status_code == 404
    waiting = carl.get("/change-requests?state=proposed").get_json()["data"]
    assert [one["can_decide"] for one in waiting if one["id"] == request["id"]] == [True]
    done = carl.post(f"/change-requests/{request['id']}/approve", json={"reason": "Seen."})
    assert (done.status_code, done.get_json()["state"]) == (200, "approved")
    shown = cleo.get(f"{address}/entries").get_json()["data"][0]
    assert (shown["state"], shown["removal_reason"]) == ("removed", "Published.")
    changed = cleo.ask("PATCH", address, json={"note": "Deals"}, headers={"If-Match": '"9"'})
    assert changed.status_code == 412
    assert cleo.ask("PATCH", address, json={"note": "Deals"}, headers={"If-Match": '"1"'}).status_code == 200
    closing = cleo.post(f"{address}/close", json=WHY)
    assert (closing.status_code, closing.get_json()["closed_on"]) == (200, None)


def test_a_repeated_request_and_a_file_are_taken_once(api: Callable[..., Any]) -> None:
    cleo = api(Role.COMPLIANCE)
    wish, key = fresh("watch"), {"Idempotency-Key": f"list-{next(_numbers)}"}
    first = cleo.post("/restriction-lists", json=wish, headers=key)
    again = cleo.post("/restriction-lists", json=wish, headers=key)
    assert (again.status_code, again.get_json(), again.headers["Idempotency-Replayed"]) == (
        201, first.get_json(), "true",
    )  # fmt: skip
    raw = b"symbol,reason\nMSFT,Deal\nNOPE,Deal\n"
    address = f"{first.headers['Location']}/import"
    tried = cleo.post(f"{address}?dry_run=true", data=raw, content_type="text/csv").get_json()
    assert (tried["is_dry_run"], tried["added_count"]) == (True, 1)
    done = cleo.post(address, data=raw, content_type="text/csv").get_json()
    assert (done["added_count"], done["unknown"][0]["symbol"]) == (1, "NOPE")


def test_locates_and_lots(api: Callable[..., Any]) -> None:
    manager, cleo = api(), api(Role.COMPLIANCE)
    portfolio = manager.post("/portfolios", json={"name": "Short"}).get_json()["id"]
    wish = {"symbol": "MSFT", "quantity": "250", "broker": "Prime", "portfolio_id": portfolio}
    made = manager.post("/locates", json=wish)
    assert (made.status_code, made.get_json()["quantity"]) == (201, "250"), made.text
    listed = cleo.get(f"/locates?portfolio_id={portfolio}").get_json()["data"]
    assert [one["id"] for one in listed if one["portfolio_id"]] == [made.get_json()["id"]]
    assert manager.post(f"/locates/{made.get_json()['id']}/withdraw").get_json()["is_withdrawn"]
    assert cleo.ask("PUT", "/trading-lots/MSFT", json={"lot_quantity": "100", "least_quantity": "0"}).status_code == 200
    assert cleo.ask("PUT", "/trading-lots/NOPE", json={"lot_quantity": "1", "least_quantity": "0"}).status_code == 404
    refused = cleo.ask("PUT", "/trading-lots/MSFT", json={"lot_quantity": "-1", "least_quantity": "0"})
    assert [one["path"] for one in refused.get_json()["errors"]] == ["lot_quantity"]
    assert manager.get("/trading-lots").get_json()["data"][0]["symbol"] == "MSFT"


@pytest.mark.requirement("X.FR3")
def test_a_locked_day_takes_no_booking_until_two_people_open_it(
    api: Callable[..., Any], second: Callable[[Role], str]
) -> None:
    cleo, carl, manager = api(Role.COMPLIANCE), api(secret=second(Role.COMPLIANCE)), api()
    portfolio = manager.post("/portfolios", json={"name": "Books"})
    address, day = f"/portfolios/{portfolio.get_json()['id']}/positions", "2021-06-01"
    made = cleo.post("/locked-periods", json={"start_on": "2021-06-01", "end_on": "2021-06-30", **WHY})
    assert made.status_code == 201, made.text
    body = {"positions": [{"symbol": "AAPL", "quantity": "10"}], "as_of": day}
    refused = manager.ask("PUT", address, json=body, headers=ANY)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "period_locked"), refused.text
    assert "30 June 2021 are locked" in refused.get_json()["detail"]
    asked = cleo.post(f"/locked-periods/{made.get_json()['id']}/unlock", json={"reason": "A late trade."})
    opened = carl.post(f"/change-requests/{asked.get_json()['request_id']}/approve", json={})
    assert opened.status_code == 200, opened.text
    assert manager.ask("PUT", address, json=body, headers=ANY).status_code == 200
    assert made.get_json()["id"] not in cleo.get("/locked-periods").text
    assert cleo.get(f"/locked-periods/{made.get_json()['id']}").get_json()["unlocked_at_utc"]


@pytest.mark.requirement("X.FR3")
def test_limits_are_proposed_by_one_and_set_by_another(api: Callable[..., Any], second: Callable[[Role], str]) -> None:
    manager, cleo, admin = api(), api(Role.COMPLIANCE), api(Role.ADMINISTRATOR)
    portfolio = manager.post("/portfolios", json={"name": "Limits"}).get_json()["id"]
    wish = {"house_limits": {"position_max_frac": 0.4}}
    assert admin.ask("PUT", "/four-eyes", json={"subject": "limits", "is_on": True, **WHY}).get_json()["for_limits"]
    refused = manager.ask("PATCH", f"/portfolios/{portfolio}", json=wish, headers=ANY)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "four_eyes"), refused.text
    asked = manager.post(f"/portfolios/{portfolio}/limit-proposals", json={**wish, **WHY})
    assert asked.status_code == 201, asked.text
    assert cleo.post(f"/change-requests/{asked.get_json()['id']}/approve", json={}).status_code == 200
    assert manager.get(f"/portfolios/{portfolio}").get_json()["house_limits"]["position_max_frac"] == 0.4
    off = admin.ask("PUT", "/four-eyes", json={"subject": "limits", "is_on": False, **WHY}).get_json()
    assert off["for_limits"]
    eve = api(secret=second(Role.ADMINISTRATOR))
    assert eve.post(f"/change-requests/{off['requests'][0]['id']}/approve", json={}).status_code == 200
    assert not admin.get("/four-eyes").get_json()["for_limits"]


@pytest.mark.requirement("X.FR4")
def test_retention_holds_and_reviews(api: Callable[..., Any]) -> None:
    cleo, admin = api(Role.COMPLIANCE), api(Role.ADMINISTRATOR)
    assert {one["years_count"] for one in cleo.get("/retention").get_json()["entries"]} == {7}
    wish = {"record_class": "mail", "years_count": 9, "action": "delete", **WHY}
    assert cleo.ask("PUT", "/retention", json=wish).get_json()["request"] is None
    less = cleo.ask("PUT", "/retention", json={**wish, "years_count": 5}).get_json()
    assert less["request"]["state"] == "proposed"
    assert cleo.post(f"/change-requests/{less['request']['id']}/withdraw").get_json()["state"] == "withdrawn"
    assert cleo.get("/retention/preview").get_json()["is_dry_run"]
    hold = cleo.post("/legal-holds", json={"name": "Case", "scope_kind": "house", "reason": "A case."})
    assert hold.status_code == 201, hold.text
    done = cleo.post("/retention/reports")
    assert (done.status_code, done.get_json()["is_dry_run"]) == (201, False)
    assert done.get_json()["id"] in cleo.get("/retention/reports").text
    released = cleo.post(f"/legal-holds/{hold.get_json()['id']}/release", json=WHY).get_json()
    assert admin.post(f"/change-requests/{released['request_id']}/approve", json={}).status_code == 200
    review = admin.post("/access-reviews")
    assert review.status_code == 201, review.text
    address = f"{review.headers['Location']}/review"
    own = admin.ask("PUT", address, json={"note": "Seen."}, headers=ANY)
    assert (own.status_code, own.get_json()["code"]) == (403, "maker_is_checker")
    assert cleo.ask("PUT", address, json={"note": "Seen."}, headers={"If-Match": '"1"'}).get_json()["reviewed_by"]


@pytest.mark.requirement("X.DP4")
def test_the_audit_log_is_filtered_verified_and_taken_along(api: Callable[..., Any], product: Any) -> None:
    cleo = api(Role.COMPLIANCE)
    cleo.post("/restriction-lists", json=fresh("watch"))
    product.services.audit.anchors.write_due()
    found = cleo.get("/audit?action=restriction_list.&limit=1").get_json()["data"]
    assert [one["action"] for one in found] == ["restriction_list.create"]
    assert cleo.get(f"/audit?actor_id={found[0]['actor_id']}&object_kind=restriction_list").get_json()["data"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert cleo.get(f"/audit?start_on={tomorrow}").get_json()["data"] == []
    assert cleo.get("/audit?start_on=2026-02-01&end_on=2026-01-01").status_code == 422
    assert "restriction_list.create" in cleo.get("/audit/words").get_json()["actions"]
    verdict = cleo.get("/audit/verify").get_json()
    assert (verdict["is_intact"], verdict["anchors_count"]) == (True, 1)
    part = cleo.get(f"/audit/verify?end_on={tomorrow}").get_json()
    assert part["is_intact"]
    answer = cleo.get("/audit/export")
    assert (answer.status_code, answer.mimetype) == (200, "application/gzip")
    assert 'filename="audit.jsonl.gz"' in answer.headers["Content-Disposition"]
    lines = [json.loads(line) for line in gzip.decompress(answer.data).splitlines()]
    assert lines[0]["line"] == "header"
    assert lines[-1]["line"] == "anchor"
    assert [one["action"] for one in lines if one["line"] == "event"][-1] == "audit.export"


def outcome(program: Any, handed_in: Any) -> Any:
    """Follow the run that an answer names to its end, and return what it came to."""
    assert handed_in.status_code == 202, handed_in.text
    address, end_s = handed_in.headers["Location"], time.monotonic() + 120
    while (run := program.get(address).get_json())["status"] in ("pending", "running"):
        assert time.monotonic() < end_s, run
        time.sleep(0.1)
    assert run["status"] == "succeeded", run
    return program.get(f"{address}/result").get_json()["result"]


@pytest.mark.requirement("4.3.D4")
def test_an_auditors_report_is_made_fetched_and_proved(api: Callable[..., Any]) -> None:
    cleo = api(Role.COMPLIANCE)
    asked = {"start_on": "2026-01-01", "end_on": "2026-01-31"}
    key = {"Idempotency-Key": "one report"}
    handed_in = cleo.post("/auditor-reports", json=asked, headers=key)
    assert cleo.post("/auditor-reports", json=asked, headers=key).get_json()["id"] == handed_in.get_json()["id"]
    report_id = outcome(cleo, handed_in)["report_id"]
    address = f"/auditor-reports/{report_id}"
    made = cleo.get(address).get_json()
    assert made["chain_is_intact"]
    assert cleo.get("/auditor-reports").text.count(report_id) == 1
    pdf, excel = cleo.get(f"{address}/files/pdf"), cleo.get(f"{address}/files/xlsx")
    assert hashlib.sha256(pdf.data).hexdigest() == made["pdf_sha256"]
    assert hashlib.sha256(excel.data).hexdigest() == made["excel_sha256"]
    again = outcome(cleo, cleo.post(f"{address}/check"))
    assert (again["report_id"], again["is_reproduced"]) == (report_id, True)
    assert cleo.get(f"{address}/files/doc").status_code == 422
    chosen = cleo.ask("PUT", "/auditor-report-schedule", json={"cadence": "quarter"}).get_json()
    assert chosen == cleo.get("/auditor-report-schedule").get_json()
    assert cleo.ask("PUT", "/auditor-report-schedule", json={"cadence": "never"}).get_json()["next_end_on"] is None
    for role in (Role.ADMINISTRATOR, Role.PORTFOLIO_MANAGER, Role.VIEWER):
        for path in (
            "/auditor-reports",
            address,
            f"{address}/files/pdf",
            "/auditor-report-schedule",
        ):
            assert api(role).get(path).status_code == 403, (role, path)
        assert api(role).post(f"{address}/check").status_code == 403, role
        assert (
            api(role).post("/auditor-reports", json={"start_on": "2026-01-01", "end_on": "2026-01-31"}).status_code
            == 403
        )


def test_nothing_of_another_house_is_seen_or_changed(api: Callable[..., Any], product: Any) -> None:
    from data.store.tables import Tenant

    with product.services.ports.store.system() as uow:
        tenant = uow.tenants.add(Tenant(name=f"House {next(_numbers)}"))
        uow.commit()
    other, cleo = api(secret=made_key(product, tenant.id, Role.COMPLIANCE)), api(Role.COMPLIANCE)
    listed = cleo.post("/restriction-lists", json=fresh())
    entry = cleo.post(f"{listed.headers['Location']}/entries", json={"symbol": "XOM", "reason": "Deal."}).get_json()
    request = cleo.post(f"/restriction-entries/{entry['id']}/remove", json=WHY).get_json()["request"]["id"]
    hold = cleo.post("/legal-holds", json={"name": "Ours", "scope_kind": "house", "reason": "Ours alone."}).get_json()[
        "id"
    ]
    lock = cleo.post("/locked-periods", json={"start_on": "2019-06-01", "end_on": "2019-06-30", **WHY}).get_json()["id"]
    review = cleo.post("/access-reviews").get_json()["id"]
    report = product.services.auditor_reports.make(
        NewAuditorReport(start_on=date(2026, 1, 1), end_on=date(2026, 1, 2)), product.actor(Role.COMPLIANCE)
    ).id
    one = f"/restriction-lists/{listed.get_json()['id']}"
    for method, path, body in [
        ("GET", one, None), ("PATCH", one, {"note": "x"}), ("POST", f"{one}/close", WHY),
        ("GET", f"{one}/entries", None), ("POST", f"{one}/entries", {"symbol": "XOM", **WHY}),
        ("POST", f"/restriction-entries/{entry['id']}/remove", WHY),
        ("GET", f"/change-requests/{request}", None), ("POST", f"/change-requests/{request}/approve", {}),
        ("POST", f"/change-requests/{request}/reject", WHY), ("POST", f"/change-requests/{request}/withdraw", None),
        ("GET", f"/legal-holds/{hold}", None), ("POST", f"/legal-holds/{hold}/release", WHY),
        ("GET", f"/locked-periods/{lock}", None), ("POST", f"/locked-periods/{lock}/unlock", WHY),
        ("GET", f"/access-reviews/{review}", None), ("PUT", f"/access-reviews/{review}/review", {"note": "Mine."}),
        ("GET", f"/auditor-reports/{report}", None), ("GET", f"/auditor-reports/{report}/files/xlsx", None),
        ("POST", f"/auditor-reports/{report}/check", None),
    ]:  # fmt: skip
        answer = other.ask(method, path, headers=ANY, **({} if body is None else {"json": body}))
        assert answer.status_code == 404, (method, path, answer.status_code, answer.text)
    for path in ("/restriction-lists", "/restrictions", "/change-requests", "/legal-holds", "/locked-periods",
                 "/access-reviews", "/auditor-reports", "/retention/reports", "/locates", "/trading-lots"):  # fmt: skip
        assert other.get(path).get_json()["data"] == [], path
    assert other.get("/audit/verify").get_json()["rows_count"] < 5
