"""Do records go when they are old enough, never while they are held, and does every round say what it did?"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from data.store.tables import Alert, Client, MailMessage, Notification, Run, User, UserSession
from services.auth.actor import Actor
from services.compliance.retention import CLASSES, DEFAULT_YEARS_COUNT
from services.compliance.retention_job import years_before
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_records import (
    HoldScope,
    NewHold,
    RequestState,
    RetentionAction,
    RetentionChange,
    RetentionReportView,
)
from tests.services.records.conftest import TODAY, Office

OLD = datetime(2019, 3, 1, tzinfo=UTC)
YOUNG = datetime(2019, 3, 3, tzinfo=UTC)
WHY = "As our counsel says."


def fill(office: Office) -> dict[str, str]:
    """Put one record a day too old and one a day too young into every class; return the ids of the old ones."""
    ids: dict[str, str] = {}
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        session = uow._ctx.session
        for name, at in (("old", OLD), ("young", YOUNG)):
            user = uow.users.add(
                User(
                    email=f"{name}@gone.example", name=f"Gone {name}", role="viewer", is_active=False,
                    fs_uniquifier=f"{name}{office.cleo.tenant_id}"[-60:], last_seen_at_utc=at,
                )
            )  # fmt: skip
            record = uow.clients.create(Client(client_type="individual", deleted_at_utc=at), name=f"Former {name}")
            session.add(
                UserSession(
                    key=f"{name}{office.cleo.tenant_id}"[:60], tenant_id=office.cleo.tenant_id, user_id=user.id,
                    started_at_utc=at, seen_at_utc=at, ended_at_utc=at, agent="Browser", via="session", ip="10.0.0.1",
                )
            )  # fmt: skip
            alert = uow.alerts.add(
                Alert(
                    key=name, severity="info", state="resolved", title="t", sentence="s", last_seen_at_utc=at,
                    state_since_utc=at, resolved_at_utc=at, portfolio_id=office.portfolio_id,
                )
            )  # fmt: skip
            told = uow.notifications.add(
                Notification(
                    user_id=office.ann.user_id, severity="info", title="t", sentence="s", alert_id=alert.id,
                    created_at_utc=at,
                )
            )  # fmt: skip
            mail = uow.mail.add(
                MailMessage(recipient="a@example.com", subject="s", body="b", status="sent", created_at_utc=at)
            )
            run = uow.runs.add(
                Run(
                    owner_id=office.ann.user_id, kind="optimization", request_json="{}", request_sha256="0" * 64,
                    status="succeeded", created_at_utc=at, portfolio_id=office.portfolio_id,
                )
            )  # fmt: skip
            if name == "old":
                ids = {
                    "user": user.id, "client_personal": record.client.id, "alert": alert.id, "notification": told.id,
                    "mail": mail.id, "run": run.id, "sign_in": f"{name}{office.cleo.tenant_id}"[:60],
                }  # fmt: skip
        uow.commit()
    return ids


def counts(report: RetentionReportView) -> dict[str, tuple[int, int]]:
    return {one.record_class: (one.done_count, one.held_count) for one in report.lines if one.found_count}


def left(office: Office, record_class: str, before: datetime = YOUNG + timedelta(days=1)) -> set[str]:
    with office.ports.store.system(office.cleo.tenant_id, read_only=True) as uow:
        return {one.id for one in uow.retention.old(record_class, before)}


@pytest.mark.requirement("X.FR4")
def test_what_is_seven_years_old_goes_and_what_is_younger_stays(office: Office) -> None:
    ids = fill(office)
    job = office.services.retention_job
    tried = job.dry_run(office.ada)
    assert tried.is_dry_run
    assert left(office, "alert") > {ids["alert"]}
    done = job.run(office.ada)
    assert counts(done) == counts(tried) == dict.fromkeys(ids.keys() - {"run"}, (1, 0))
    assert done.sentence == "6 records went."
    for record_class, gone_id in ids.items():
        stays = left(office, record_class)
        assert (gone_id in stays) is (record_class == "run"), record_class
        assert stays, record_class
    with office.ports.store.system(office.cleo.tenant_id, read_only=True) as uow:
        user = uow.users.get(ids["user"])
        assert user.name.startswith("Former user ")
        assert "gone" not in user.email
        assert uow.clients.records() is not None
        assert uow.clients.get(ids["client_personal"], deleted=True).reference
    assert counts(job.run(office.ada)) == {}
    page = job.reports(office.cleo)
    assert [one.made_by for one in page.items] == ["Ada", "Ada"]
    disposed = {row.object_id: row.after for row in office.deeds("retention.dispose")}
    assert set(disposed) == ids.keys() - {"run"}
    assert disposed["alert"]["count"] == 1
    assert office.audit.verify(office.cleo).is_intact


@pytest.mark.requirement("X.FR4")
@pytest.mark.parametrize(
    ("scope", "held"),
    [
        (HoldScope.HOUSE, {"user", "client_personal", "alert", "notification", "mail", "sign_in"}),
        (HoldScope.PORTFOLIO, {"alert"}),
        (HoldScope.CLIENT, {"alert"}),
        (HoldScope.PERSON, {"notification"}),
    ],
)
def test_a_hold_wins_over_every_rule_until_two_people_release_it(
    office: Office, scope: HoldScope, held: set[str]
) -> None:
    """The alert is about a portfolio of the client; the notification is the manager's."""
    fill(office)
    scope_id = {
        HoldScope.HOUSE: None, HoldScope.PORTFOLIO: office.portfolio_id, HoldScope.CLIENT: office.client_id,
        HoldScope.PERSON: office.ann.user_id,
    }[scope]  # fmt: skip
    hold = office.services.holds.place(
        NewHold(name="Case 7", scope_kind=scope, scope_id=scope_id, reason=WHY), office.cleo
    )
    done = counts(office.services.retention_job.run(office.ada))
    assert {name for name, (_, kept) in done.items() if kept} == held
    assert all(done[name] == (1, 0) for name in done.keys() - held)
    office.services.holds.release(hold.id, "Closed.", office.cleo)
    assert counts(office.services.retention_job.dry_run(office.ada)) == dict.fromkeys(held, (0, 1))
    with pytest.raises(Conflict, match="second person"):
        office.services.holds.release(hold.id, "Closed.", office.carl)
    waiting = office.services.four_eyes.list(office.ada, state=RequestState.PROPOSED).items[0]
    office.services.four_eyes.approve(waiting.id, office.ada)
    assert counts(office.services.retention_job.run(office.ada)) == dict.fromkeys(held, (1, 0))
    assert office.services.holds.list(office.cleo) == ()
    with pytest.raises(Conflict, match="released"):
        office.services.holds.release(hold.id, "Closed.", office.cleo)


@pytest.mark.requirement("X.FR4")
def test_keeping_less_takes_two_people_and_keeping_more_takes_one(office: Office) -> None:
    fill(office)
    retention, four_eyes = office.services.retention, office.services.four_eyes

    def choose(name: str, years: int, action: RetentionAction) -> Any:
        wish = RetentionChange(record_class=name, years_count=years, action=action, reason=WHY)
        return retention.choose(wish, office.cleo)

    assert choose("alert", 10, RetentionAction.DELETE).request is None
    assert choose("sign_in", 8, RetentionAction.PSEUDONYMISE).request is None
    assert counts(office.services.retention_job.dry_run(office.ada)).keys() == {"user", "client_personal",
                                                                                "notification", "mail"}  # fmt: skip
    shorter = choose("alert", 3, RetentionAction.DELETE)
    assert shorter.request is not None
    assert shorter.request.sentence == "Alerts are deleted after 3 years, instead of deleted after 10 years."
    assert choose("run", 7, RetentionAction.DELETE).request is not None
    assert retention.policy(office.cleo).sentence == "Everything is kept for 7 years or longer."
    four_eyes.approve(shorter.request.id, office.carl)
    policy = retention.policy(office.cleo)
    assert policy.sentence == "Kept for less than 7 years: Alerts."
    assert {one.record_class: one.years_count for one in policy.entries}["alert"] == 3
    assert counts(office.services.retention_job.dry_run(office.ada))["alert"] == (2, 0)
    for name, action, field in (("nothing", "keep", "record_class"), ("books", "delete", "action")):
        with pytest.raises(InvalidRequest) as refusal:
            choose(name, 7, RetentionAction(action))
        assert [one.path for one in refusal.value.fields] == [field]
    with pytest.raises(NotAllowed):
        retention.policy(office.ann)


@pytest.mark.requirement("X.FR4")
@pytest.mark.parametrize("record_class", [one.name for one in CLASSES])
def test_no_class_is_kept_for_less_than_before_by_one_person_alone(office: Office, record_class: str) -> None:
    retention, own = office.services.retention, next(one for one in CLASSES if one.name == record_class).actions[0]

    def choose(years: int) -> Any:
        wish = RetentionChange(record_class=record_class, years_count=years, action=own, reason=WHY)
        return retention.choose(wish, office.cleo)

    asked = choose(DEFAULT_YEARS_COUNT - 1).request
    assert asked is not None
    assert "after 6 years" in asked.sentence
    assert retention.policy(office.ada).sentence == "Everything is kept for 7 years or longer."
    with pytest.raises(NotAllowed):
        office.services.four_eyes.approve(asked.id, office.cleo)
    office.services.four_eyes.approve(asked.id, office.carl)
    assert "Kept for less than 7 years" in retention.policy(office.ada).sentence
    assert choose(DEFAULT_YEARS_COUNT).request is None


def test_an_audit_log_that_is_no_longer_archived_needs_a_second_person(office: Office) -> None:
    wish = RetentionChange(record_class="audit", years_count=7, action=RetentionAction.KEEP, reason=WHY)
    assert office.services.retention.choose(wish, office.cleo).request is not None


def test_pseudonymised_sign_ins_and_deleted_runs(office: Office) -> None:
    ids = fill(office)
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        uow.retention_rules.put("sign_in", 7, "pseudonymise")
        uow.retention_rules.put("run", 7, "delete")
        uow.commit()
    assert counts(office.services.retention_job.run(office.ada))["run"] == (1, 0)
    assert ids["run"] not in left(office, "run")
    with office.ports.store.system(office.cleo.tenant_id, read_only=True) as uow:
        row = uow.sessions.find(ids["sign_in"])
        assert row is not None
        assert (row.ip, row.agent) == ("", "")


def test_the_job_runs_every_four_weeks_in_every_house(office: Office, other: Office, clock: Any) -> None:
    job = office.services.retention_job
    assert (job.run_due(), job.run_due()) == (2, 0)
    clock.advance(days=27)
    assert job.run_due() == 0
    clock.advance(days=1)
    assert job.run_due() == 2
    assert [one.made_by for one in job.reports(other.cleo).items] == [None, None]


def test_old_audit_rows_are_archived_and_stay_in_the_chain(office: Office, clock: Any) -> None:
    office.services.access_reviews.make(office.ada)
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        uow.retention_rules.put("audit", 1, "archive")
        uow.commit()
    clock.advance(days=400)
    done = office.services.retention_job.run(office.ada)
    assert done.archive_name == "audit-until-2026-04-05.jsonl.gz"
    path = office.ports.settings.var_dir / "archive" / office.cleo.tenant_id / done.archive_name
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert [line.get("action") for line in lines if line["line"] == "event"] == ["access_review.make"]
    assert office.audit.verify(office.cleo).is_intact
    assert office.services.retention_job.dry_run(office.ada).lines[0].done_count == 1


def test_years_before_a_leap_day() -> None:
    assert years_before(date(2028, 2, 29), 7) == date(2021, 2, 28)
    assert years_before(TODAY, 7) == date(2019, 3, 2)


def test_one_house_never_disposes_of_or_holds_what_is_anothers(office: Office, other: Office) -> None:
    ids = fill(other)
    office.services.retention_job.run(office.ada)
    assert ids["alert"] in left(other, "alert")
    hold = other.services.holds.place(NewHold(name="Case", reason=WHY), other.cleo)
    with pytest.raises(NotFound):
        office.services.holds.get(hold.id, office.cleo)
    with pytest.raises(NotFound):
        office.services.holds.release(hold.id, "Mine.", office.cleo)
    with pytest.raises(InvalidRequest):
        office.services.holds.place(
            NewHold(name="x", scope_kind=HoldScope.CLIENT, scope_id=other.client_id, reason=WHY), office.cleo
        )
    with pytest.raises(NotAllowed):
        office.services.retention_job.run(
            Actor(office.ann.user_id, office.ann.tenant_id, "Ann", office.ann.role, "key")
        )


def test_the_same_hold_is_not_placed_twice(office: Office) -> None:
    holds = office.services.holds
    first = holds.place(NewHold(name="Case 1", reason="Counsel."), office.cleo)
    assert first.sentence == "No record of the house goes."
    with pytest.raises(Conflict) as refusal:
        holds.place(NewHold(name=" case 1 ", reason="Again."), office.carl)
    assert refusal.value.code == "hold_exists"
    assert "'Case 1' has held the same since" in refusal.value.message
    with pytest.raises(Conflict, match="'Case 1' has held the same since"):
        holds.place(NewHold(name="Another name", reason=" COUNSEL "), office.carl)
    holds.place(NewHold(name="Case 2", reason="Another case."), office.cleo)
    scope = {"scope_kind": "portfolio", "scope_id": office.portfolio_id}
    holds.place(NewHold(name="Case 1", reason="A part of it.", **scope), office.cleo)
    assert len(holds.list(office.cleo)) == 3
