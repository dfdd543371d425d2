"""Is what was decided about a rule never changed again, whatever is written later, on both databases?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from data.errors import RowDuplicate, RowNotFound, RowReadOnly, RowRefused, RowStale, StoreError
from data.store.tables import ComplianceRule, RuleOverride, RuleVersion

pytestmark = pytest.mark.requirement("4.3.F6", "X.FR1")
DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def new_rule(store, house, code="own.cap", **scope):
    with store.work(house.compliance) as uow:
        key = scope.get("client_id") or scope.get("portfolio_id") or "house"
        row = ComplianceRule(code=code, scope=scope.pop("scope", "house"), scope_key=key, **scope)
        made = uow.rules.create(row, RuleVersion(document={"id": code}))
        uow.commit()
    return made


def decide(store, house, rule_id, version, at):
    with store.work(house.administrator) as uow:
        row = uow.rules.version(rule_id, version)
        row.state, row.decided_at_utc, row.decided_by_id = "approved", at, house.administrator.user_id
        uow.rules.save(row)
        uow.commit()


@pytest.fixture
def decided(store, first):
    rule = new_rule(store, first)
    decide(store, first, rule.id, 1, DAY)
    with store.work(first.compliance) as uow:
        uow.rule_overrides.add(
            RuleOverride(
                rule_id=rule.id, scope="portfolio", portfolio_id=first.portfolio_id, kind="exempt", reason="why",
                effect="looser", state="approved", decided_at_utc=DAY,
            )
        )  # fmt: skip
        uow.commit()
    return rule


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_version SET document = '{}'",
        "UPDATE rule_version SET state = 'draft', decided_at_utc = NULL",
        "UPDATE rule_version SET decided_by_id = NULL",
        "UPDATE rule_version SET dry_run = '{}'",
        "UPDATE rule_override SET figures = '{}'",
        "UPDATE rule_override SET valid_to = '2030-01-01'",
        "UPDATE rule_override SET reason = 'another'",
        "DELETE FROM rule_version",
        "DELETE FROM rule_override",
    ],
)
def test_the_database_refuses_to_change_what_was_decided(store, decided, statement):
    with store.system() as uow, pytest.raises(StoreError, match="never changed"):
        uow._ctx.session.execute(text(statement))


def test_what_was_decided_is_not_replaced_and_a_draft_can_go(store, first, decided):
    with store.work(first.compliance) as uow:
        uow.rules.next_version(decided.id, RuleVersion(document={"id": "own.cap"}))
        uow.commit()
    if store.dialect == "sqlite":
        for table in ("rule_version", "rule_override"):
            replacing = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE decided_at_utc IS NOT NULL"
            with store.system() as uow, pytest.raises(StoreError, match="never changed or removed"):
                uow._ctx.session.execute(text(replacing))
    with store.system() as uow:
        assert uow._ctx.session.execute(text("DELETE FROM rule_version WHERE decided_at_utc IS NULL")).rowcount == 1


def test_drafts_are_changed_and_the_numbers_follow_each_other(store, first, decided):
    with store.work(first.compliance) as uow:
        row = uow.rules.next_version(decided.id, RuleVersion(document={"id": "own.cap", "title": "second"}))
        assert (row.version, row.maker_ids) == (2, [first.compliance.user_id])
        row.document = {"id": "own.cap", "title": "second, better"}
        uow.rules.save(row)
        uow.commit()
    decide(store, first, decided.id, 2, DAY + timedelta(days=1))
    with store.read(first.viewer) as uow:
        told = [uow.rules.standing([decided.id], DAY + timedelta(hours=n)) for n in (-1, 0, 23, 24)]
        assert [found[decided.id].version if found else None for found in told] == [None, 1, 1, 2]
        assert uow.rules.approvals() == (2, DAY + timedelta(days=1), 1, DAY)
        day, last = uow.rules.moment(date(2026, 1, 5))
        assert (day, last.isoformat()) == (date(2026, 1, 5), "2026-01-05T23:59:59.999999+00:00")


def test_a_dry_run_is_kept_with_what_is_not_decided_alone(store, first, decided):
    with store.work(first.compliance) as uow:
        assert not uow.rules.keep_dry_run(decided.id, 1, {"a": 1})
        uow.rules.next_version(decided.id, RuleVersion(document={}))
        assert uow.rules.keep_dry_run(decided.id, 2, {"a": 1})
        with pytest.raises(RowNotFound):
            uow.rules.keep_dry_run(decided.id, 3, {"a": 1})
        uow.commit()


def test_a_code_stands_once_in_a_house_a_client_or_a_portfolio(store, first, decided):
    new_rule(store, first, scope="client", client_id=first.client_id)
    new_rule(store, first, scope="portfolio", portfolio_id=first.portfolio_id)
    with pytest.raises(RowDuplicate):
        new_rule(store, first)
    with pytest.raises(RowRefused):
        new_rule(store, first, "own.odd", scope="client", portfolio_id=first.portfolio_id)


def test_only_compliance_and_administrators_write_and_a_stale_change_is_refused(store, first, second, decided):
    for name in ("viewer", "advisor", "portfolio_manager", "researcher", "outsider"):
        with store.work(first.people[name]) as uow, pytest.raises(RowReadOnly):
            uow.rules.get(decided.id, write=True)
    for name in ("compliance", "administrator"):
        with store.work(first.people[name]) as uow:
            assert uow.rules.get(decided.id, write=True).code == "own.cap"
        with store.work(second.people[name]) as uow, pytest.raises(RowNotFound):
            uow.rules.get(decided.id)
    with store.work(first.compliance) as uow, pytest.raises(RowStale):
        uow.rules.next_version(decided.id, RuleVersion(document={}), row_version=99)


def test_whoever_sees_a_portfolio_sees_its_clients_rules_though_not_the_client(store, first):
    of_client = new_rule(store, first, "a.client", scope="client", client_id=first.client_id)
    own = new_rule(store, first, "b.own", scope="portfolio", portfolio_id=first.portfolio_id)
    with store.read(first.outsider) as uow:
        assert uow.rules.all() == []
    with store.system(first.tenant_id) as uow:
        uow.grants.give("user", first.outsider.user_id, "portfolio", first.portfolio_id, "viewer")
        uow.commit()
    with store.read(first.outsider) as uow:
        assert [row.id for row in uow.rules.all()] == [of_client.id, own.id]
        assert uow.clients.find(first.client_id) is None
        assert uow.rules.of_scopes([first.client_id], [first.portfolio_id])[0].id == of_client.id
