"""The audit chain: every change of the record shows, and the database refuses most of them."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import text

from data.errors import RowRefused, StoreError, UnitMisused
from data.store import Store


@pytest.fixture
def chain(store, first):
    """Five links of the first tenant."""
    for number in range(5):
        with store.work(first.portfolio_manager) as uow:
            uow.audit.append(
                "portfolio.update", object_kind="portfolio", object_id=first.portfolio_id,
                before={"limit": Decimal("0.10"), "number": number}, after={"limit": Decimal("0.25")}, ip="127.0.0.1",
                request_id=f"r{number}",
            )  # fmt: skip
            uow.commit()
    return first


def verify(store, house, *anchors, **part):
    with store.read(house.compliance) as uow:
        return uow.audit.verify(house.tenant_id, anchors, **part)


def tamper(store, *statements):
    """Do what only somebody with the database itself in hand can do: take the triggers away and write."""
    with store.system() as uow:
        session = uow._ctx.session
        if store.dialect == "postgresql":
            session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        else:
            session.execute(text("DROP TRIGGER audit_event_no_update"))
            session.execute(text("DROP TRIGGER audit_event_no_delete"))
        for statement in statements:
            session.execute(text(statement))
        session.commit()


def test_an_untouched_chain_is_intact(store, chain):
    check = verify(store, chain)
    assert (check.is_intact, check.events_count, check.first_bad_seq, check.head_seq) == (True, 5, None, 5)


def test_an_empty_chain_is_intact(store, first):
    assert verify(store, first).is_intact


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE audit_event SET action = 'portfolio.delete' WHERE seq = 3", 3),
        ('UPDATE audit_event SET after_json = \'{"limit":"0.99"}\' WHERE seq = 1', 1),
        ("UPDATE audit_event SET actor_name = 'Somebody Else' WHERE seq = 5", 5),
        ("UPDATE audit_event SET occurred_at_utc = '2020-01-01 00:00:00.000000' WHERE seq = 2", 2),
        ("UPDATE audit_event SET ip = NULL WHERE seq = 4", 4),
        ("DELETE FROM audit_event WHERE seq = 3", 3),
        ("DELETE FROM audit_event WHERE seq = 1", 1),
        ("DELETE FROM audit_event WHERE seq = 5", 5),
        ("DELETE FROM audit_event WHERE seq > 2", 3),
        ("DELETE FROM audit_event", 1),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_head SET seq = 4", 6),
    ],
)
def test_an_edit_or_a_removal_names_the_first_bad_link(store, chain, statement, first_bad):
    tamper(store, statement)
    check = verify(store, chain)
    assert (check.is_intact, check.first_bad_seq) == (False, first_bad)


def test_links_that_change_places_are_noticed(store, chain):
    tamper(
        store,
        "UPDATE audit_event SET seq = 100 WHERE seq = 2",
        "UPDATE audit_event SET seq = 2 WHERE seq = 3",
        "UPDATE audit_event SET seq = 3 WHERE seq = 100",
    )
    check = verify(store, chain)
    assert (check.is_intact, check.first_bad_seq) == (False, 2)


def test_a_cut_with_the_head_set_back_to_match_is_noticed(store, chain):
    """Whoever cuts links cannot seal an earlier head without the key."""
    tamper(
        store,
        "DELETE FROM audit_event WHERE seq > 3",
        "UPDATE audit_head SET seq = 3, mac = (SELECT mac FROM audit_event WHERE seq = 3)",
    )
    check = verify(store, chain)
    assert (check.is_intact, check.first_bad_seq) == (False, 4)


def test_a_head_noted_outside_shows_that_the_whole_chain_was_replaced(store, chain):
    noted = verify(store, chain)
    assert verify(store, chain, (noted.head_seq, noted.head_mac)).is_intact
    tamper(store, "DELETE FROM audit_event", "DELETE FROM audit_head")
    assert verify(store, chain).is_intact
    check = verify(store, chain, (noted.head_seq, noted.head_mac))
    assert (check.is_intact, check.first_bad_seq) == (False, 1)
    assert "link 5 was noted outside" in check.reason


def test_a_wrong_key_verifies_nothing(store, chain, url):
    other = Store(url, audit_key=b"another key")
    check = verify(other, chain)
    other.dispose()
    assert (check.is_intact, check.first_bad_seq) == (False, 1)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "DELETE FROM audit_event WHERE seq = 5"],
)
def test_the_database_refuses_changes_and_removals(store, chain, statement):
    with store.system() as uow, pytest.raises(StoreError, match="never changed or removed"):
        uow._ctx.session.execute(text(statement))
    assert verify(store, chain).is_intact


@pytest.mark.parametrize("column", ["actor_name", "seq"])
def test_no_link_is_put_in_the_place_of_another(store, chain, column):
    """SQLite fires no trigger of removal for the row that an INSERT OR REPLACE takes the place of."""
    if store.dialect != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    names = [
        "tenant_id", "seq", "id", "occurred_at_utc", "actor_id", "actor_name", "via", "ip", "request_id", "action",
        "object_kind", "object_id", "before_json", "after_json", "previous_mac", "mac",
    ]  # fmt: skip
    other = {"actor_name": "'Somebody Else'", "seq": "9"}  # the same number, or the same id under another number
    values = ", ".join(other[one] if one == column else one for one in names)
    statement = f"INSERT OR REPLACE INTO audit_event SELECT {values} FROM audit_event WHERE seq = 3"
    with store.system() as uow, pytest.raises(StoreError, match="never changed or removed"):
        uow._ctx.session.execute(text(statement))
    assert verify(store, chain).is_intact


def test_postgresql_refuses_truncation_too(store, chain):
    if store.dialect != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with store.system() as uow, pytest.raises(StoreError, match="never changed or removed"):
        uow._ctx.session.execute(text("TRUNCATE audit_event"))


def test_a_record_exists_exactly_when_the_change_does(store, first):
    with store.work(first.portfolio_manager) as uow:
        uow.portfolios.update(first.portfolio_id, {"name": "never"})
        uow.audit.append("portfolio.update", object_kind="portfolio", object_id=first.portfolio_id)
    assert verify(store, first).events_count == 0
    with store.work(first.portfolio_manager) as uow:
        uow.audit.append("portfolio.update")
        uow.rollback()
        uow.commit()
    assert verify(store, first).events_count == 0


def test_each_tenant_has_a_chain_of_its_own(store, first, second):
    for house in (first, second, first):
        with store.work(house.portfolio_manager) as uow:
            uow.audit.append("a")
            uow.commit()
    assert (verify(store, first).events_count, verify(store, second).events_count) == (2, 1)
    with store.system() as uow:
        uow.audit.append("b", tenant_id=first.tenant_id)
        uow.audit.append("b", tenant_id=second.tenant_id)
        uow.commit()
    assert verify(store, first).is_intact
    assert verify(store, second).is_intact


def test_writers_at_the_same_time_make_one_unbroken_chain(store, first):
    def record(number: int) -> None:
        for turn in range(10):
            with store.work(first.portfolio_manager) as uow:
                uow.audit.append("a", after={"number": number, "turn": turn})
                uow.events.append("topic", "type", {"number": number, "turn": turn})
                uow.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(record, range(6)))
    check = verify(store, first)
    assert (check.is_intact, check.events_count) == (True, 60)


def test_who_did_it_is_taken_from_the_unit(store, chain):
    with store.read(chain.compliance) as uow:
        page = uow.audit.page(limit=2)
        rest = uow.audit.page(cursor=page.next_cursor, limit=10)
        with pytest.raises(RowRefused, match="cursor"):
            uow.audit.page(cursor="x")
    assert [row.seq for row in page.rows] == [5, 4]
    assert [row.seq for row in rest.rows] == [3, 2, 1]
    row = page.rows[0]
    assert (row.actor_id, row.via, row.ip) == (chain.portfolio_manager.user_id, "session", "127.0.0.1")
    assert row.before_json == '{"limit":"0.10","number":4}'


def test_what_cannot_be_recorded_is_refused(store, first, url):
    with store.work(first.portfolio_manager) as uow:
        with pytest.raises(RowRefused, match="recorded as JSON"):
            uow.audit.append("a", after={"x": float("nan")})
        with pytest.raises(RowRefused, match="recorded as JSON"):
            uow.audit.append("a", after={"x": object()})
    keyless = Store(url)
    with keyless.work(first.portfolio_manager) as uow, pytest.raises(UnitMisused, match="audit key"):
        uow.audit.append("a")
    keyless.dispose()
