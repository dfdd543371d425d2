"""Users, sign-ins, recovery codes, invitations, keys: each secret works once, for its owner, in its time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import RowDuplicate, RowNotFound, RowStale
from data.store.tables import ApiKey, Invitation, User, UserSession

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def race(action, count=8):
    barrier = threading.Barrier(count)

    def start(_: int):
        barrier.wait()
        return action()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


def in_system(store, action):
    def run():
        with store.system() as uow:
            outcome = action(uow)
            uow.commit()
        return outcome

    return run


def test_sign_in_finds_a_user_whatever_the_case_of_the_address(store, first):
    with store.system(read_only=True) as uow:
        user = uow.users.get(first.viewer.user_id)
        assert uow.users.find_by_email(f"  {user.email.upper()} ").id == user.id
        assert uow.users.find_by_uniquifier(user.fs_uniquifier).id == user.id
        assert uow.users.find_by_email("nobody@example.com") is None


def test_an_address_is_unique_in_the_whole_installation(store, first, second):
    with store.system() as uow:
        email = uow.users.get(first.viewer.user_id).email
    with store.system(second.tenant_id) as uow, pytest.raises(RowDuplicate):
        uow.users.add(User(email=email.title(), name="Twin", role="viewer", fs_uniquifier="x"))


def test_one_totp_code_signs_in_once(store, first):
    spend = in_system(store, lambda uow: uow.users.spend_totp_counter(first.viewer.user_id, 58_000_000))
    assert sorted(race(spend)) == [False] * 7 + [True]
    assert in_system(store, lambda uow: uow.users.spend_totp_counter(first.viewer.user_id, 57_999_999))() is False
    assert in_system(store, lambda uow: uow.users.spend_totp_counter(first.viewer.user_id, 58_000_001))() is True


def test_one_recovery_code_is_spent_once(store, first):
    user_id = first.viewer.user_id
    in_system(store, lambda uow: uow.recovery_codes.replace(user_id, ["old"]))()
    in_system(store, lambda uow: uow.recovery_codes.replace(user_id, ["a", "b"]))()
    assert sorted(race(in_system(store, lambda uow: uow.recovery_codes.spend(user_id, "a")))) == [False] * 7 + [True]
    with store.system() as uow:
        assert uow.recovery_codes.count(user_id) == 1
        assert not uow.recovery_codes.spend(user_id, "old")
        assert not uow.recovery_codes.spend(first.advisor.user_id, "b")


def test_one_invitation_is_redeemed_once_and_in_time(store, first):
    with store.work(first.administrator) as uow:
        uow.invitations.add(
            Invitation(email="n@example.com", name="N", role="viewer", token_sha256="t", expires_at_utc=NOW)
        )
        uow.commit()
    early, late = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
    with store.system() as uow:
        assert uow.invitations.find_open("t", late) is None
        assert not uow.invitations.redeem("t", late)
        assert uow.invitations.find_open("t", early).email == "n@example.com"
    assert sorted(race(in_system(store, lambda uow: uow.invitations.redeem("t", early)))) == [False] * 7 + [True]
    with store.system() as uow:
        assert uow.invitations.find_open("t", early) is None


@pytest.fixture
def session_key(store, first):
    with store.system() as uow:
        uow.sessions.add(
            UserSession(
                key="s1", tenant_id=first.tenant_id, user_id=first.viewer.user_id, started_at_utc=NOW, seen_at_utc=NOW,
                agent="test", via="session", ip="127.0.0.1",
            )
        )  # fmt: skip
        uow.commit()
    return "s1"


def load(store, key, now=NOW, idle_s=900):
    with store.system(read_only=True) as uow:
        return uow.sessions.load(
            key, seen_after_utc=now - timedelta(seconds=idle_s), started_after_utc=now - timedelta(hours=12)
        )


def test_a_sign_in_ends_by_idleness_age_sign_out_and_disabling(store, first, session_key):
    session, user = load(store, session_key)
    assert (session.key, user.id) == (session_key, first.viewer.user_id)
    assert load(store, session_key, NOW + timedelta(seconds=901)) is None
    in_system(store, lambda uow: uow.sessions.touch(session_key, NOW + timedelta(seconds=800)))()
    assert load(store, session_key, NOW + timedelta(seconds=901)) is not None
    assert load(store, session_key, NOW + timedelta(hours=12), idle_s=10**6) is None
    assert load(store, "another") is None
    in_system(store, lambda uow: uow.users.update(first.viewer.user_id, {"is_active": False}))()
    assert load(store, session_key) is None
    in_system(store, lambda uow: uow.users.update(first.viewer.user_id, {"is_active": True}))()
    in_system(store, lambda uow: uow.sessions.end(session_key, "signed out"))()
    assert load(store, session_key) is None
    with store.system() as uow, pytest.raises(RowNotFound):
        uow.sessions.end(session_key, "twice")


def test_a_user_ends_its_own_sign_ins_only(store, first, session_key):
    with store.work(first.advisor) as uow:
        with pytest.raises(RowNotFound):
            uow.sessions.end(session_key, "attack")
        assert uow.sessions.end_all(first.viewer.user_id, "attack") == 0
    with store.work(first.viewer) as uow:
        assert uow.sessions.end_all(first.viewer.user_id, "others", but=session_key) == 0
        assert [row.key for row in uow.sessions.alive()] == [session_key]
    with store.work(first.administrator) as uow:
        assert uow.sessions.end_all(first.viewer.user_id, "disabled") == 1


def test_failures_are_counted_within_their_window(store):
    now = [NOW]
    store.now_utc = lambda: now[0]
    for wanted in (1, 2, 3):
        assert in_system(store, lambda uow: uow.throttle.record_failure("k", window_s=900).failures_count)() == wanted
    in_system(store, lambda uow: uow.throttle.block("k", NOW + timedelta(minutes=5)))()
    with store.system() as uow:
        assert uow.throttle.current("k").blocked_until_utc == NOW + timedelta(minutes=5)
    now[0] += timedelta(seconds=900)
    assert in_system(store, lambda uow: uow.throttle.record_failure("k", window_s=900).failures_count)() == 1
    in_system(store, lambda uow: uow.throttle.clear("k"))()
    with store.system() as uow:
        assert uow.throttle.current("k") is None
    assert len(race(in_system(store, lambda uow: uow.throttle.record_failure("r", window_s=900)))) == 8
    with store.system() as uow:
        assert uow.throttle.current("r").failures_count == 8


def test_a_key_works_until_it_is_revoked_expires_or_its_user_is_disabled(store, first):
    with store.work(first.viewer) as uow:
        key = uow.api_keys.add(
            ApiKey(
                user_id=first.administrator.user_id, name="k", prefix="p", secret_sha256="s", last4="abcd",
                scopes=["read"], expires_at_utc=NOW,
            )
        )  # fmt: skip
        uow.commit()
    assert key.user_id == first.viewer.user_id  # nobody makes keys for others
    early = NOW - timedelta(seconds=1)

    def find(now=early, secret="s"):
        with store.system(read_only=True) as uow:
            return uow.api_keys.find_live(secret, now)

    assert [row.id for row in find()] == [key.id, first.viewer.user_id]
    assert find(NOW) is None
    assert find(secret="x") is None
    in_system(store, lambda uow: uow.users.update(first.viewer.user_id, {"is_active": False}))()
    assert find() is None
    in_system(store, lambda uow: uow.users.update(first.viewer.user_id, {"is_active": True}))()
    with store.work(first.advisor) as uow, pytest.raises(RowNotFound):
        uow.api_keys.revoke(key.id)
    with store.work(first.viewer) as uow:
        uow.api_keys.touch(key.id, early)
        uow.api_keys.revoke(key.id)
        uow.commit()
    assert find() is None


def test_a_stale_overwrite_is_refused(store, first):
    with store.work(first.administrator) as uow:
        uow.users.update(first.viewer.user_id, {"name": "A"}, row_version=1)
        uow.commit()
    with store.work(first.administrator) as uow, pytest.raises(RowStale) as caught:
        uow.users.update(first.viewer.user_id, {"name": "B"}, row_version=1)
    assert caught.value.current_version == 2
