"""Do keys, preferences, repeated requests and the audit log keep their promises?"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.kernel.canonical import sha256_of
from services.auth.policy import PERMISSIONS, is_allowed
from services.auth.roles import Permission, Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.idempotency import own_key


def test_a_key_acts_for_its_owner_and_is_shown_once(house, manager) -> None:
    made = house.api_keys.create(manager, "nightly job")
    assert made.secret.startswith("qpo_live_")
    assert len(made.secret.split("_")[-1]) == 43
    actor = house.api_keys.authenticate(made.secret)
    assert (actor.user_id, actor.via, actor.role) == (manager.user_id, "key", manager.role)
    assert made.secret not in str(house.api_keys.list(manager))


@pytest.mark.parametrize("wrong", ["", "qpo_live_", "qpo_live_abcdefgh_" + "a" * 43, "x" * 500])
def test_whatever_is_no_key_is_nobody(house, wrong: str) -> None:
    assert house.api_keys.authenticate(wrong) is None


@pytest.mark.requirement("X.AU2")
def test_a_key_may_do_what_its_scopes_and_its_owners_role_both_allow(house, manager, administrator) -> None:
    made = house.api_keys.create(manager, "reader", ["portfolios.read", "runs.write"])
    actor = house.api_keys.authenticate(made.secret)
    assert is_allowed(actor, Permission.RUNS_WRITE)
    assert not is_allowed(actor, Permission.PORTFOLIOS_WRITE)
    house.users.set_role(manager.user_id, Role.VIEWER, administrator)
    weaker = house.api_keys.authenticate(made.secret)
    assert is_allowed(weaker, Permission.PORTFOLIOS_READ)
    assert not is_allowed(weaker, Permission.RUNS_WRITE)


def test_nobody_gives_away_what_they_do_not_have(house, manager) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        house.api_keys.create(manager, "too much", ["users.write", "nonsense", "runs.read"])
    assert [field.path for field in refusal.value.fields] == ["scopes[0]", "scopes[1]"]


def test_a_key_makes_no_key_however_narrow(house, manager) -> None:
    narrow = house.api_keys.authenticate(house.api_keys.create(manager, "narrow", ["account.own", "runs.read"]).secret)
    for scopes in (["portfolios.write"], ["runs.read"], None):
        with pytest.raises(NotAllowed, match="cannot make another key"):
            house.api_keys.create(narrow, "next", scopes)
    assert [key.name for key in house.api_keys.list(manager)] == ["narrow"]


def test_a_key_ends_at_its_time_or_when_revoked(house, manager, clock) -> None:
    timed = house.api_keys.create(manager, "short", None, clock.now_utc() + timedelta(hours=1))
    revoked = house.api_keys.create(manager, "gone")
    house.api_keys.revoke(revoked.key.id, manager)
    assert house.api_keys.authenticate(revoked.secret) is None
    assert house.api_keys.authenticate(timed.secret) is not None
    clock.advance(hours=1)
    assert house.api_keys.authenticate(timed.secret) is None
    with pytest.raises(InvalidRequest):
        house.api_keys.create(manager, "late", None, clock.now_utc())


def test_keys_are_their_owners_business(house, manager, person) -> None:
    made = house.api_keys.create(manager, "mine")
    assert house.api_keys.list(person(name="Ben")) == []
    with pytest.raises(NotFound):
        house.api_keys.revoke(made.key.id, person(name="Bob"))


def test_the_command_line_makes_a_key_by_address_or_name(house, manager) -> None:
    user = house.users.get(manager.user_id, manager)
    for who in (user.email, "ann"):
        key, secret = house.api_keys.create_for(who, "cli")
        assert house.api_keys.authenticate(secret).user_id == manager.user_id
        assert key.name == "cli"
    with pytest.raises(NotFound):
        house.api_keys.create_for("nobody", "cli")


def test_a_keys_last_use_is_noted(house, manager, clock) -> None:
    made = house.api_keys.create(manager, "used")
    clock.advance(minutes=5)
    house.api_keys.authenticate(made.secret)
    assert house.api_keys.list(manager)[0].last_used_at_utc == clock.now_utc()


def test_preferences_are_kept_per_user_and_wrong_ones_named(house, manager, person) -> None:
    assert house.preferences.get(manager).theme == "system"
    house.preferences.set(manager, {"theme": "dark", "density": "compact"})
    assert house.preferences.get(manager).theme == "dark"
    assert house.preferences.get(person(name="Ben")).theme == "system"
    house.preferences.set(manager, {"theme": None})
    assert house.preferences.get(manager).theme == "system"
    with pytest.raises(InvalidRequest) as refusal:
        house.preferences.set(manager, {"theme": "pink", "font": "serif"})
    assert sorted(field.path for field in refusal.value.fields) == ["font", "theme"]
    assert house.preferences.get(manager).density == "compact"


def test_a_request_with_a_key_has_its_effect_once(house, manager) -> None:
    done: list[int] = []

    def do() -> tuple[int, str]:
        done.append(1)
        return 201, '{"id": "1"}'

    first = house.idempotency.once(manager, "k", {"a": 1}, do)
    second = house.idempotency.once(manager, "k", {"a": 1}, do)
    assert (first.is_repeated, second.is_repeated, len(done)) == (False, True, 1)
    assert (second.status, second.body) == (first.status, first.body)
    with pytest.raises(InvalidRequest, match="another request"):
        house.idempotency.once(manager, "k", {"a": 2}, do)


def test_a_key_counts_for_a_day(house, manager, clock) -> None:
    house.idempotency.once(manager, "k", {"a": 1}, lambda: (201, "{}"))
    clock.advance(hours=24, seconds=1)
    assert not house.idempotency.once(manager, "k", {"a": 2}, lambda: (201, "{}")).is_repeated


def test_the_same_key_of_somebody_else_is_another_key(house, manager, administrator) -> None:
    first = house.idempotency.once(manager, "k", {"a": 1}, lambda: (201, "mine"))
    second = house.idempotency.once(administrator, "k", {"a": 2}, lambda: (201, "theirs"))
    assert (first.body, second.body, second.is_repeated) == ("mine", "theirs", False)
    assert house.idempotency.once(manager, "k", {"a": 1}, lambda: (201, "new")).body == "mine"


def test_while_the_first_request_is_at_work_the_second_is_told_so(house, manager) -> None:
    def do() -> tuple[int, str]:
        with pytest.raises(Conflict, match="still at work"):
            house.idempotency.once(manager, "k", {"a": 1}, lambda: (201, "{}"))
        return 201, "{}"

    house.idempotency.once(manager, "k", {"a": 1}, do)


def test_a_key_whose_request_died_without_answer_is_free_again_after_five_minutes(house, manager, clock) -> None:
    with house.ports.store.work(manager) as uow:
        uow.idempotency.begin(own_key(manager, "k", "answer"), sha256_of({"a": 1}))
        uow.commit()
    with pytest.raises(Conflict):
        house.idempotency.once(manager, "k", {"a": 1}, lambda: (201, "{}"))
    clock.advance(minutes=5, seconds=1)
    assert not house.idempotency.once(manager, "k", {"a": 1}, lambda: (201, "{}")).is_repeated


def test_a_request_that_failed_may_be_sent_again(house, manager) -> None:
    def fail() -> tuple[int, str]:
        raise Conflict("not now")

    with pytest.raises(Conflict):
        house.idempotency.once(manager, "k", {"a": 1}, fail)
    assert not house.idempotency.once(manager, "k", {"a": 1}, lambda: (201, "{}")).is_repeated


def test_the_audit_log_is_whole_and_says_where_it_is_not(house, manager, administrator, person) -> None:
    house.users.rename_self("Ann Lee", manager)
    house.users.rename_self("Ann Roe", manager)
    compliance = person(Role.COMPLIANCE, name="Cleo")
    assert house.audit.verify(compliance).is_intact
    database = sqlite3.connect(house.ports.settings.var_dir / "qpo.sqlite3")
    with pytest.raises(sqlite3.DatabaseError):
        database.execute("UPDATE audit_event SET actor_name = 'Eve'")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE audit_event SET actor_name = 'Eve' WHERE seq = 2")
    database.commit()
    database.close()
    verdict = house.audit.verify(manager.tenant_id)
    assert (verdict.is_intact, verdict.first_bad_seq) == (False, 2)
    assert "number 2" in verdict.sentence


def test_the_audit_log_is_not_for_everybody(house, manager) -> None:
    with pytest.raises(NotAllowed):
        house.audit.list(manager)


def test_compliance_changes_nothing_and_researchers_see_no_client(person) -> None:
    may_change = {one for one in PERMISSIONS[Role.COMPLIANCE] if one.value.endswith((".write", ".load", ".refresh"))}
    own = {Permission.BREACHES_WRITE, Permission.RECORDS_WRITE, Permission.RESTRICTIONS_WRITE, Permission.RULES_WRITE}
    assert may_change == own  # nothing that portfolios hold
    assert not {Permission.CLIENTS_PERSONAL, Permission.CLIENTS_READ} & PERMISSIONS[Role.RESEARCHER]
    assert Permission.PORTFOLIOS_READ not in PERMISSIONS[Role.ADMINISTRATOR]


def test_a_key_without_scopes_may_do_nothing(manager) -> None:
    nothing = replace(manager, scopes=frozenset())
    assert not any(is_allowed(nothing, permission) for permission in Permission)


def test_a_house_with_users_and_without_audit_rows_has_lost_its_record(house, manager) -> None:
    """Rows and head removed together leave a chain of nothing, which must not be called whole."""
    house.users.create_admin("root@example.com", "Root")
    assert house.audit.verify(manager.tenant_id).is_intact
    with sqlite3.connect(house.ports.settings.var_dir / "qpo.sqlite3") as connection:
        for kind, name in connection.execute("SELECT type, name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            assert kind == "trigger"
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM audit_event")
        connection.execute("DELETE FROM audit_head")
    found = house.audit.verify(manager.tenant_id)
    assert not found.is_intact
    assert "rows were removed" in found.sentence
