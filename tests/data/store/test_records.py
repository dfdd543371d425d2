"""Do restrictions, locks, decisions of two people and retention mean the same on both databases?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from data.errors import DaysLocked, RowRefused, StoreError, UnitMisused
from data.store.repositories.retention import Retention
from data.store.tables import (
    Alert,
    AuditorReport,
    ChangeRequest,
    LedgerTransaction,
    LockedPeriod,
    Notification,
    RestrictionEntry,
    RestrictionList,
)

DAY = date(2024, 5, 10)
OLD = datetime(2015, 1, 1, tzinfo=UTC)


def booking(day):
    return LedgerTransaction(kind="deposit", trade_date=day, amount_ccy=Decimal(1), currency="USD")


def test_a_list_of_a_day_counts_its_first_and_last_day(store, first):
    with store.work(first.compliance) as uow:
        row = uow.restriction_lists.add(RestrictionList(kind="watch", name="Deals", scope_kind="house"))
        entry = RestrictionEntry(
            list_id=row.id, asset_id=first.asset_id, from_on=DAY, until_on=DAY + timedelta(days=1), reason="Deal."
        )
        uow.restriction_entries.add(entry)
        later = RestrictionEntry(list_id=row.id, asset_id=first.asset_id, from_on=DAY + timedelta(days=2), reason="x")
        assert uow.restriction_entries.same(later) is None
        later.from_on = DAY + timedelta(days=1)
        assert uow.restriction_entries.same(later).id == entry.id
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        days = [DAY + timedelta(days=number) for number in range(-1, 3)]
        assert [len(uow.restriction_entries.on_day([row.id], day)) for day in days] == [0, 1, 1, 0]
        assert uow.restriction_entries.on_day([row.id], DAY, datetime(2000, 1, 1, tzinfo=UTC)) == []
        assert uow.restriction_entries.counts(DAY) == {row.id: 1}
        assert uow.restriction_entries.on_day([], DAY) == ()
    with store.work(first.portfolio_manager) as uow:
        assert uow.restriction_lists.find(row.id, write=True) is None


@pytest.mark.parametrize("scope", [("house", "x"), ("client", None)])
def test_a_list_is_for_the_house_or_for_somebody(store, first, scope):
    with store.work(first.compliance) as uow, pytest.raises(RowRefused):
        uow.restriction_lists.add(RestrictionList(kind="watch", name="x", scope_kind=scope[0], scope_id=scope[1]))


def test_nothing_is_booked_on_a_locked_day_of_the_own_house(store, first, second):
    with store.work(first.compliance) as uow:
        uow.locked_periods.add(LockedPeriod(start_on=DAY, end_on=DAY, reason="Closed."))
        uow.commit()
    for house, actor in ((first, first.portfolio_manager), (second, second.portfolio_manager)):
        with store.work(actor) as uow:
            if house is first:
                for booked in (DAY - timedelta(days=400), DAY):
                    with pytest.raises(DaysLocked, match="2024-05-10"):
                        uow.ledger.append(house.portfolio_id, [booking(booked)])
            else:
                uow.ledger.append(house.portfolio_id, [booking(DAY)])
    with store.work(first.portfolio_manager) as uow:
        assert len(uow.ledger.append(first.portfolio_id, [booking(DAY + timedelta(days=1))])) == 1
        uow.locked_periods.refuse([None, DAY + timedelta(days=1)])
        for days in ([date(2024, 1, 1), date(2024, 12, 31)], [date(2019, 1, 1)], [DAY]):
            with pytest.raises(DaysLocked, match="2024-05-10"):
                uow.locked_periods.refuse(days)


def test_the_database_refuses_that_one_person_asks_and_decides(store, first):
    who = first.compliance.user_id
    with store.work(first.compliance) as uow:
        fields = {"kind": "x", "object_kind": "x", "sentence": "s", "reason": "r", "requested_by_id": who}
        uow.change_requests.add(ChangeRequest(**fields, state="withdrawn", decided_by_id=who))
        with pytest.raises(RowRefused):
            uow.change_requests.add(ChangeRequest(**fields, state="approved", decided_by_id=who))


def test_what_is_old_goes_from_its_own_house_alone(store, first, second):
    ids = {}
    for house in (first, second):
        with store.system(house.tenant_id) as uow:
            alert = uow.alerts.add(
                Alert(
                    key="k", severity="info", state="resolved", title="t", sentence="s", last_seen_at_utc=OLD,
                    state_since_utc=OLD, resolved_at_utc=OLD, portfolio_id=house.portfolio_id,
                )
            )  # fmt: skip
            told = uow.notifications.add(
                Notification(user_id=house.viewer.user_id, severity="info", title="t", sentence="s", alert_id=alert.id)
            )
            ids[house.tenant_id] = (alert.id, told.id)
            uow.commit()
    with store.system(first.tenant_id) as uow:
        found = uow.retention.old("alert", OLD + timedelta(days=1))
        assert [(one.id, one.portfolio_id) for one in found] == [(ids[first.tenant_id][0], first.portfolio_id)]
        foreign = ids[second.tenant_id][0]
        assert uow.retention.dispose("alert", "delete", [one.id for one in found] + [foreign]) == 2
        assert uow.retention.old("user", OLD) == []
        assert uow.retention.clients_of_portfolios() == {first.portfolio_id: first.client_id}
        uow.commit()
    with store.system(read_only=True) as uow:
        assert uow.alerts.find(ids[first.tenant_id][0]) is None
        assert uow.notifications.find(ids[first.tenant_id][1]).alert_id is None
        assert uow.alerts.find(foreign) is not None
        assert uow.notifications.find(ids[second.tenant_id][1]).alert_id == foreign


def test_people_do_not_dispose_of_records(store, first):
    with store.work(first.administrator) as uow, pytest.raises(UnitMisused):
        Retention(uow._ctx)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auditor_report SET inputs_sha256 = 'x'",
        "DELETE FROM auditor_report",
        "INSERT OR REPLACE INTO auditor_report SELECT * FROM auditor_report",
    ],
)
def test_a_report_to_an_auditor_stays_as_it_was_made(store, first, statement):
    if "REPLACE" in statement and store.dialect != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    with store.work(first.compliance) as uow:
        row = AuditorReport(
            start_on=DAY, end_on=DAY, inputs={}, inputs_sha256="0" * 64, code_version="1", pdf_sha256="0" * 64,
            excel_sha256="0" * 64, pdf=b"p", excel=b"e",
        )  # fmt: skip
        uow.auditor_reports.add(row)
        uow.commit()
    with store.system() as uow, pytest.raises(StoreError, match="never changed or removed"):
        uow._ctx.session.execute(text(statement))
