"""Does whoever has the database in hand, but not the key, always leave a trace in the audit chain, and where?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import bindparam, text

from data.store import Store
from data.store.repositories.audit import GENESIS_MAC, head_seal, link_mac
from data.store.tables import AuditEvent

pytestmark = pytest.mark.requirement("X.DP4")
COLUMNS = [column.name for column in AuditEvent.__table__.columns]
COUNT = 5


@pytest.fixture
def chain(store, first):
    """Five links of the first house, with something in each column."""
    for number in range(COUNT):
        with store.work(first.portfolio_manager) as uow:
            uow.audit.append(
                "portfolio.update", object_kind="portfolio", object_id=first.portfolio_id,
                before={"number": number}, after={"number": number + 1}, ip="127.0.0.1", request_id=f"r{number}",
            )  # fmt: skip
            uow.commit()
    assert _verify(store, first).is_intact
    _open(store)
    return first


def _verify(store, house):
    with store.read(house.compliance) as uow:
        return uow.audit.verify(house.tenant_id)


def _rows(store: Store, house: Any) -> list[dict[str, Any]]:
    """Return the stored links, in their order."""
    with store.system() as uow:
        query = text("SELECT * FROM audit_event WHERE tenant_id = :house ORDER BY seq")
        return [dict(row) for row in uow._ctx.session.execute(query, {"house": house.tenant_id}).mappings()]


def _open(store: Store) -> None:
    """Take the triggers away, as only somebody with the database itself can."""
    with store.system() as uow:
        if store.dialect == "postgresql":
            statements = ["ALTER TABLE audit_event DISABLE TRIGGER ALL"]
        else:
            statements = ["DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete"]
        for statement in statements:
            uow._ctx.session.execute(text(statement))
        uow._ctx.session.commit()


def _tried(store: Store, house: Any, *statements: tuple[str, Mapping[str, Any]], also: Any = None) -> Any:
    """Return what is found after some statements, and put everything back; `also` is another house to look at."""
    rows = _rows(store, house)
    with store.system() as uow:
        session = uow._ctx.session
        head = dict(session.execute(text("SELECT * FROM audit_head WHERE tenant_id = :house"),
                                    {"house": house.tenant_id}).mappings().one())  # fmt: skip
        for statement, values in statements:
            session.execute(text(statement), dict(values))
        session.commit()
    found = _verify(store, house), None if also is None else _verify(store, also)
    with store.system() as uow:
        session = uow._ctx.session
        session.execute(text("DELETE FROM audit_event WHERE id IN :ids OR tenant_id = :house").bindparams(
            bindparam("ids", expanding=True)), {"ids": [row["id"] for row in rows], "house": house.tenant_id},
        )  # fmt: skip
        for statement, values in map(_insert, rows):
            session.execute(text(statement), dict(values))
        session.execute(text("UPDATE audit_head SET seq = :seq, mac = :mac, seal = :seal WHERE tenant_id = :tenant_id"),
                        head)  # fmt: skip
        session.commit()
    assert _verify(store, house).is_intact, "all is as it was"
    return found[0] if also is None else found


def _insert(row: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    names = ", ".join(row)
    return f"INSERT INTO audit_event ({names}) VALUES ({', '.join(f':{name}' for name in row)})", row


def _renumber(first_seq: int, by: int) -> list[tuple[str, Mapping[str, Any]]]:
    """Move the numbers of links from one on, in two steps, so that none meets another."""
    far = 1_000
    return [
        ("UPDATE audit_event SET seq = seq + :far WHERE seq >= :first", {"far": far, "first": first_seq}),
        ("UPDATE audit_event SET seq = seq - :far WHERE seq >= :far", {"far": far - by}),
    ]


def test_an_edit_of_any_column_of_any_link_names_it(store, chain) -> None:
    for name in COLUMNS:
        if name in ("tenant_id", "seq"):
            continue
        value = "2020-01-01 00:00:00.000000" if name == "occurred_at_utc" else "forged"
        for seq in (1, 3, COUNT):
            statement = f"UPDATE audit_event SET {name} = :value WHERE seq = :seq"
            found = _tried(store, chain, (statement, {"value": value, "seq": seq}))
            assert (found.is_intact, found.first_bad_seq) == (False, seq), name


def test_what_is_emptied_is_an_edit_too(store, chain) -> None:
    for name in ("actor_id", "ip", "request_id", "object_kind", "object_id", "before_json", "after_json"):
        found = _tried(store, chain, (f"UPDATE audit_event SET {name} = NULL WHERE seq = 2", {}))
        assert (found.is_intact, found.first_bad_seq) == (False, 2), name


def test_a_link_given_to_another_house_is_missed_here_and_bad_there(store, chain, second) -> None:
    statement = "UPDATE audit_event SET tenant_id = :other WHERE seq = 1"
    here, there = _tried(store, chain, (statement, {"other": second.tenant_id}), also=second)
    assert (here.is_intact, here.first_bad_seq) == (False, 1)
    assert not there.is_intact


def test_a_link_that_is_removed_with_the_numbers_closed_up_is_missed(store, chain) -> None:
    for seq in (1, 2, COUNT - 1):
        found = _tried(
            store, chain, ("DELETE FROM audit_event WHERE seq = :seq", {"seq": seq}), *_renumber(seq + 1, -1)
        )
        assert (found.is_intact, found.first_bad_seq) == (False, seq)


def test_a_link_that_is_put_in_anywhere_is_found(store, chain) -> None:
    """A copy of a true link, with room made for it, and chained to the one before."""
    rows = _rows(store, chain)
    for at in (1, 3, COUNT, COUNT + 1):
        before = GENESIS_MAC if at == 1 else rows[at - 2]["mac"]
        made = {**rows[min(at, COUNT) - 1], "seq": at, "id": "forged", "action": "forged", "previous_mac": before}
        found = _tried(store, chain, *_renumber(at, 1), _insert(made))
        assert (found.is_intact, found.first_bad_seq) == (False, at)


def test_two_links_that_change_places_are_found_at_the_first(store, chain) -> None:
    for one, two in ((1, 2), (2, 4), (4, 5)):
        found = _tried(
            store, chain, ("UPDATE audit_event SET seq = 99 WHERE seq = :one", {"one": one}),
            ("UPDATE audit_event SET seq = :one WHERE seq = :two", {"one": one, "two": two}),
            ("UPDATE audit_event SET seq = :two WHERE seq = 99", {"two": two}),
        )  # fmt: skip
        assert (found.is_intact, found.first_bad_seq) == (False, one)


def test_an_end_that_is_cut_off_is_missed_whatever_the_head_says(store, chain) -> None:
    """The head is set back to the last link that stays; its seal cannot be made without the key."""
    rows = _rows(store, chain)
    for kept in (0, 1, 4):
        mac = rows[kept - 1]["mac"] if kept else GENESIS_MAC
        found = _tried(
            store, chain, ("DELETE FROM audit_event WHERE seq > :kept", {"kept": kept}),
            ("UPDATE audit_head SET seq = :kept, mac = :mac, seal = :seal",
             {"kept": kept, "mac": mac, "seal": head_seal(b"a guess", chain.tenant_id, kept, mac)}),
        )  # fmt: skip
        assert (found.is_intact, found.first_bad_seq) == (False, kept + 1)


def test_a_chain_that_is_computed_anew_with_another_key_is_bad_from_its_first_link(store, chain, url) -> None:
    """Every link edited, chained and sealed in the documented form, and still bad: the key is another one."""
    forger, before, changes = b"another key", GENESIS_MAC, []
    with store.system() as uow:
        links = uow._ctx.session.query(AuditEvent).order_by(AuditEvent.seq).all()
        for link in links:
            values = {name: getattr(link, name) for name in COLUMNS} | {"action": "forged"}
            mac = link_mac(forger, before, values)
            statement = "UPDATE audit_event SET action = :action, previous_mac = :before, mac = :mac WHERE seq = :seq"
            changes.append((statement, {"action": "forged", "before": before, "mac": mac, "seq": link.seq}))
            before = mac
    seal = head_seal(forger, chain.tenant_id, COUNT, before)
    with store.system() as uow:
        for statement, values in (*changes, ("UPDATE audit_head SET mac = :mac, seal = :seal",
                                             {"mac": before, "seal": seal})):  # fmt: skip
            uow._ctx.session.execute(text(statement), values)
        uow._ctx.session.commit()
    found = _verify(store, chain)
    assert (found.is_intact, found.first_bad_seq) == (False, 1)
    other = Store(url, audit_key=forger)
    assert _verify(other, chain).is_intact, "whoever has the key can make any chain: that is what anchors are for"
    other.dispose()
