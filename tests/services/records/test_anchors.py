"""Does what was noted outside of the database show what the chain alone cannot, and does an export prove itself?"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import sqlite3
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from data.store.repositories.audit import head_seal, link_mac
from services.errors import InvalidRequest, NotAllowed
from services.messages.audit import AuditFilter, VerifyResult
from services.messages.compliance_restrictions import ListKind, NewRestrictionList
from tests.services.records.conftest import TODAY, Office


def deeds(office: Office, *names: str) -> None:
    for name in names:
        office.services.restrictions.create(NewRestrictionList(kind=ListKind.WATCH, name=name), office.cleo)


def tamper(office: Office, *statements: tuple[str, tuple[Any, ...]]) -> None:
    """Do what somebody with the database in hand can do."""
    with sqlite3.connect(office.ports.settings.var_dir / "qpo.sqlite3") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement, values in statements:
            database.execute(statement, values)


def verify(office: Office) -> VerifyResult:
    return office.audit.verify(office.cleo)


def reseal(office: Office, seq: int, key: bytes) -> None:
    """Cut the chain off after a row and seal the head anew, with the key itself."""
    with sqlite3.connect(office.ports.settings.var_dir / "qpo.sqlite3") as database:
        (mac,) = database.execute("SELECT mac FROM audit_event WHERE seq = ?", (seq,)).fetchone()
    seal = head_seal(key, office.cleo.tenant_id, seq, mac)
    tamper(
        office,
        ("DELETE FROM audit_event WHERE seq > ?", (seq,)),
        ("UPDATE audit_head SET seq = ?, mac = ?, seal = ?", (seq, mac, seal)),
    )


@pytest.fixture
def key(office: Office) -> bytes:
    return office.ports.secrets.audit_key.encode()


@pytest.mark.requirement("X.DP4")
def test_an_anchor_a_day_is_written_once_and_the_chain_fits_them(office: Office, clock: Any) -> None:
    deeds(office, "a", "b")
    assert (office.audit.anchors.write_due(), office.audit.anchors.write_due()) == (1, 0)
    clock.advance(days=1)
    deeds(office, "c")
    assert office.audit.anchors.write_due() == 1
    found = verify(office)
    assert (found.is_intact, found.anchors_count, found.last_anchor_on) == (True, 2, TODAY + timedelta(days=1))
    assert found.sentence == "The chain of 3 rows is whole, and fits 2 anchors outside, the last of 3 March 2026."
    folder = office.ports.settings.anchor_dir / office.cleo.tenant_id
    assert [path.name for path in sorted(folder.iterdir())] == ["2026-03-02.json", "2026-03-03.json"]
    assert {oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {"400"}


@pytest.mark.requirement("X.DP4")
def test_a_cut_with_the_head_sealed_anew_is_seen(office: Office, key: bytes) -> None:
    """Whoever has the key can make the chain whole again; what was noted outside cannot be taken back."""
    deeds(office, "a", "b", "c", "d")
    office.audit.anchors.write_due()
    reseal(office, 2, key)
    found = verify(office)
    assert (found.is_intact, found.first_bad_seq) == (False, 3)
    assert "link 4 was noted outside" in found.sentence
    with office.ports.store.system(office.cleo.tenant_id, read_only=True) as uow:
        assert uow.audit.verify(office.cleo.tenant_id).is_intact  # the chain alone shows nothing
    assert office.audit.anchors.write_due() == 0


@pytest.mark.requirement("X.DP4")
def test_rows_replaced_by_others_with_right_codes_are_seen(office: Office, key: bytes, clock: Any) -> None:
    deeds(office, "a", "b")
    office.audit.anchors.write_due()
    clock.advance(days=1)
    deeds(office, "c", "d")
    office.audit.anchors.write_due()
    with office.ports.store.system(office.cleo.tenant_id, read_only=True) as uow:
        names = [column.name for column in type(uow.audit.links(office.cleo.tenant_id).first()).__table__.columns]
        rows = [{name: getattr(row, name) for name in names} for row in uow.audit.links(office.cleo.tenant_id)]
    rows[2]["actor_name"] = "Somebody Else"
    changes = []
    for before, row in pairwise(rows[1:]):
        row["previous_mac"] = before["mac"]
        row["mac"] = link_mac(key, before["mac"], row)
        values = (row["actor_name"], row["previous_mac"], row["mac"], row["seq"])
        changes.append(("UPDATE audit_event SET actor_name = ?, previous_mac = ?, mac = ? WHERE seq = ?", values))
    last = rows[-1]
    seal = head_seal(key, office.cleo.tenant_id, last["seq"], last["mac"])
    tamper(office, *changes, ("UPDATE audit_head SET mac = ?, seal = ?", (last["mac"], seal)))
    found = verify(office)
    assert (found.is_intact, found.first_bad_seq) == (False, 3)
    assert "up to 4 are not those that were noted outside" in found.sentence


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE audit_event SET action = 'x' WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE seq = 2", 2),
        ("INSERT INTO audit_event SELECT tenant_id, 5, 'x', occurred_at_utc, actor_id, actor_name, via, ip, request_id,"
         " action, object_kind, object_id, before_json, after_json, mac, mac FROM audit_event WHERE seq = 4", 5),
        ("UPDATE audit_event SET seq = CASE seq WHEN 2 THEN 93 WHEN 3 THEN 92 ELSE seq END", 2),
        ("DELETE FROM audit_event WHERE seq > 2", 3),
    ],
)  # fmt: skip
@pytest.mark.requirement("X.DP4")
def test_edit_delete_insert_reorder_and_truncate_name_the_first_bad_row(
    office: Office, statement: str, first_bad: int
) -> None:
    deeds(office, "a", "b", "c", "d")
    office.audit.anchors.write_due()
    assert verify(office).is_intact
    tamper(office, (statement, ()))
    found = verify(office)
    assert (found.is_intact, found.first_bad_seq) == (False, first_bad)
    assert f"number {first_bad}" in found.sentence


@pytest.mark.requirement("X.DP4")
def test_an_anchor_that_is_missing_forged_or_of_another_house_is_seen(
    office: Office, other: Office, clock: Any
) -> None:
    deeds(office, "a")
    deeds(other, "b")
    for _ in range(3):
        office.audit.anchors.write_due()
        clock.advance(days=1)
    folder = office.ports.settings.anchor_dir / office.cleo.tenant_id
    first, second, third = sorted(folder.iterdir())
    raw = second.read_bytes()
    second.unlink()
    assert "An anchor before 2026-03-04.json is missing" in verify(office).sentence
    second.write_bytes(raw.replace(b'"seq": 1', b'"seq": 0'))
    found = verify(office)
    assert (found.is_intact, found.first_bad_seq) == (False, None)
    assert "The signature of the anchor 2026-03-03.json is broken" in found.sentence
    second.unlink()
    second.write_bytes((other.ports.settings.anchor_dir / other.cleo.tenant_id / second.name).read_bytes())
    assert "cannot be read" in verify(office).sentence
    second.write_bytes(b"{")
    assert "cannot be read" in verify(office).sentence
    second.write_bytes(raw)
    assert verify(office).is_intact
    assert first.exists()
    assert third.exists()


def test_a_part_is_verified_by_its_days_and_by_the_row_before_it(office: Office, clock: Any) -> None:
    for name in ("a", "b", "c"):
        deeds(office, name, f"{name}{name}")
        office.audit.anchors.write_due()
        clock.advance(days=1)
    audit, day = office.audit, timedelta(days=1)
    assert audit.verify(office.cleo, start_on=TODAY, end_on=TODAY).rows_count == 2
    assert audit.verify(office.cleo, start_on=TODAY + day).rows_count == 4
    assert audit.verify(office.cleo, end_on=TODAY - day).rows_count == 0
    tamper(office, ("UPDATE audit_event SET action = 'x' WHERE seq = 3", ()))
    assert audit.verify(office.cleo, start_on=TODAY, end_on=TODAY).is_intact
    found = audit.verify(office.cleo, start_on=TODAY + day, end_on=TODAY + day)
    assert (found.is_intact, found.first_bad_seq) == (False, 3)
    tamper(office, ("DELETE FROM audit_event WHERE seq = 4", ()))
    assert audit.verify(office.cleo, start_on=TODAY + 2 * day).first_bad_seq == 4
    with pytest.raises(InvalidRequest):
        audit.verify(office.cleo, start_on=TODAY, end_on=TODAY - day)


@pytest.mark.requirement("X.DP4")
def test_an_export_proves_itself_to_whoever_has_the_key(office: Office, key: bytes) -> None:
    """The file is checked from its documented form alone."""
    deeds(office, "a", "b")
    office.audit.anchors.write_due()
    raw = b"".join(office.audit.export(office.cleo))
    lines = [json.loads(line) for line in gzip.decompress(raw).splitlines()]
    assert [line["line"] for line in lines] == ["header", "event", "event", "event", "head", "anchor"]
    previous = "0" * 64
    for line in lines[1:4]:
        content = {name: value for name, value in line.items() if name not in ("line", "previous_mac", "mac")}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert line["previous_mac"] == previous
        previous = hmac.new(key, f"event\n{previous}\n{text}".encode(), hashlib.sha256).hexdigest()
        assert line["mac"] == previous
    assert lines[4] == {"line": "head", "seq": 3, "mac": previous}
    assert lines[3]["action"] == "audit.export"
    assert lines[5]["seq"] == 2
    some = gzip.decompress(b"".join(office.audit.export(office.cleo.tenant_id, end_on=date(2000, 1, 1)))).splitlines()
    assert len(some) == 3
    for stranger in (office.ann, office.ada):  # the whole chain tells holdings, which administrators do not see
        with pytest.raises(NotAllowed):
            office.audit.export(stranger)


def test_deeds_are_found_by_who_what_and_when(office: Office, clock: Any) -> None:
    deeds(office, "a")
    clock.advance(days=1)
    office.services.access_reviews.make(office.ada)
    audit, cleo = office.audit, office.cleo

    def found(**wanted: Any) -> list[str]:
        return [row.action for row in audit.list(cleo, wanted=AuditFilter(**wanted)).items]

    assert found() == ["access_review.make", "restriction_list.create"]
    assert found(actor_id=office.ada.user_id) == ["access_review.make"]
    assert found(action="restriction_list.") == ["restriction_list.create"]
    assert found(action="restriction_list") == []
    assert found(object_kind="access_review") == ["access_review.make"]
    assert found(end_on=TODAY) == ["restriction_list.create"]
    assert found(start_on=TODAY + timedelta(days=1)) == ["access_review.make"]
    words = audit.words(cleo)
    assert words.actions == ("access_review.make", "restriction_list.create")
    assert words.object_kinds == ("access_review", "restriction_list")
