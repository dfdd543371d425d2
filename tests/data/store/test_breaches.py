"""Is history never changed, is there one breach at a time, and is a second person no first, on each engine?"""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from data.errors import RowDuplicate, RowNotFound, RowReadOnly, RowRefused, RowStale, StoreError
from data.store.tables import Breach, BreachEvent, BreachOverride

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def breach(house, **values):
    fixed = {
        "portfolio_id": house.portfolio_id, "rule_id": "r", "group_name": "ABC", "rule_version": 1,
        "wording_sha256": "0" * 64, "rule_title": "t", "severity": "soft", "severity_rank": 1, "status": "open",
        "status_since_utc": NOW, "is_unjudged": False, "operator": "<=", "unit": "frac", "opened_at_utc": NOW,
        "judged_at_utc": NOW,
    }  # fmt: skip
    return Breach(**{**fixed, **values})


@pytest.fixture
def kept(store, first):
    """A breach with one line of history and a wish of compliance's."""
    with store.system(first.tenant_id) as uow:
        row = uow.breaches.add(breach(first))
        uow.breach_events.append(
            row, BreachEvent(kind="opened", actor_name="System", status_after="open", sentence="s")
        )
        uow.breach_overrides.add(
            BreachOverride(
                breach_id=row.id, portfolio_id=first.portfolio_id, rule_id="r", group_name="ABC", rule_version=1,
                wording_sha256="0" * 64, state="requested", reason="r", expires_on=date(2026, 2, 1),
                requested_by_id=first.compliance.user_id, requested_at_utc=NOW, needs_second_person=True,
            )
        )  # fmt: skip
        uow.commit()
        return row.id


def test_the_database_keeps_history_uniqueness_and_the_second_person(store, first, second, kept):
    with store.system() as uow, pytest.raises(StoreError, match="never changed"):
        uow._ctx.session.execute(text("UPDATE breach_event SET sentence = 'nothing'"))
    with store.system(first.tenant_id) as uow, pytest.raises(RowDuplicate):
        uow.breaches.add(breach(first))
    with store.system(first.tenant_id) as uow:
        for status in ("closed", "closed"):
            uow.breaches.add(breach(first, status=status))
        assert len(uow.breaches.unclosed(first.portfolio_id)) == 1
    with store.system(first.tenant_id) as uow:
        wish = uow.breach_overrides.live_of(kept)
        with pytest.raises(RowRefused, match="second_person"):
            uow.breach_overrides.change(wish, {"state": "approved", "decided_by_id": wish.requested_by_id})
    with store.read(second.compliance) as uow, pytest.raises(RowNotFound):
        uow.breaches.get(kept)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM breach_event",
        "DELETE FROM breach",
        "INSERT OR REPLACE INTO breach_event SELECT * FROM breach_event",
    ],
)
def test_no_line_of_history_goes_by_itself_with_its_breach_or_for_another(store, kept, statement):
    if "REPLACE" in statement and store.dialect != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    with store.system() as uow, pytest.raises(StoreError, match=r"never (changed or )?removed"):
        uow._ctx.session.execute(text(statement))


def test_a_breach_as_a_check_reads_it_is_changed_unless_somebody_did_meanwhile(store, first, kept):
    with store.system(first.tenant_id) as uow:
        (read,) = uow.breaches.recent([first.portfolio_id], NOW)
        assert (read.id, read.status, read.unjudged_groups) == (kept, "open", [])
        uow.breaches.noted([(read, {"value": 0.3, "judged_at_utc": NOW})])
        changed = uow.breaches.change(read, {"status": "acknowledged"})
        assert (changed.value, changed.status) == (0.3, "acknowledged")
        uow.breaches.noted([(read, {"value": 0.4, "judged_at_utc": NOW})])
        assert changed.value == 0.4, "whoever holds the breach itself sees what is noted"
        with pytest.raises(RowStale):
            uow.breaches.change(read, {"status": "cured"})
        uow.commit()
    with store.read(first.compliance) as uow:
        found = uow.breaches.get(kept)
        assert (found.value, found.status) == (0.4, "acknowledged")


def test_compliance_writes_about_breaches_and_whoever_only_looks_does_not(store, first, kept):
    for name in ("portfolio_manager", "advisor", "compliance"):
        with store.work(first.people[name]) as uow:
            assert uow.breaches.get(kept, write=True).id == kept
    for name in ("viewer", "researcher"):
        with store.work(first.people[name]) as uow:
            assert uow.breaches.get(kept).id == kept
            assert [row.kind for row in uow.breach_events.of(kept)] == ["opened"]
            with pytest.raises(RowReadOnly):
                uow.breaches.get(kept, write=True)
    for name in ("administrator", "outsider"):
        with store.read(first.people[name]) as uow:
            assert uow.breaches.find(kept) is None
