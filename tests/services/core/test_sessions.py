"""When does a sign-in count, and when does it end?"""

from __future__ import annotations

import pytest

from services.auth.roles import Role
from services.errors import NotFound
from services.sessions import actor_of, session_key


def open_one(house, actor, agent: str = "browser") -> str:
    return house.sessions.open(actor.user_id, agent, "127.0.0.1")


def test_a_session_knows_its_user_and_the_store_not_its_id(house, manager) -> None:
    sid = open_one(house, manager)
    loaded = house.sessions.load(sid)
    assert loaded.key == session_key(sid) != sid
    assert actor_of(loaded).user_id == manager.user_id
    assert house.sessions.load("forged") is None


@pytest.mark.requirement("X.AU4")
def test_fifteen_idle_minutes_end_a_session_and_use_prolongs_it(house, manager, clock) -> None:
    sid = open_one(house, manager)
    clock.advance(minutes=14)
    house.sessions.touch(sid)
    clock.advance(minutes=14)
    assert house.sessions.load(sid) is not None
    clock.advance(minutes=2)
    assert house.sessions.load(sid) is None
    assert not house.sessions.is_alive(session_key(sid))


@pytest.mark.requirement("X.AU4")
def test_twelve_hours_end_a_session_however_busy_it_was(house, manager, clock) -> None:
    sid = open_one(house, manager)
    for _ in range(72):
        clock.advance(minutes=10)
        house.sessions.touch(sid)
    assert house.sessions.load(sid) is None


def test_use_is_written_at_most_once_a_minute(house, manager, clock) -> None:
    sid = open_one(house, manager)
    began = house.sessions.load(sid).seen_at_utc
    clock.advance(seconds=30)
    house.sessions.touch(sid)
    assert house.sessions.load(sid).seen_at_utc == began
    clock.advance(seconds=31)
    house.sessions.touch(sid)
    assert house.sessions.load(sid).seen_at_utc == clock.now_utc()


def test_signing_out_ends_the_session_for_good(house, manager) -> None:
    sid = open_one(house, manager)
    house.sessions.end(sid)
    house.sessions.end(sid)
    assert house.sessions.load(sid) is None


@pytest.mark.requirement("4.3.F6")
def test_the_audit_log_names_who_signed_in_and_out(house, manager, administrator) -> None:
    for via in ("session", "token"):
        sid = house.sessions.open(manager.user_id, "browser", "127.0.0.1", via=via)
        house.sessions.end(sid, via=via)
        rows = house.audit.list(administrator, object_kind="session", object_id=session_key(sid)).items
        assert [row.action for row in rows] == ["session.end", "session.open"]
        assert {(row.actor_id, row.actor_name, row.via) for row in rows} == {(manager.user_id, manager.name, via)}
    assert house.audit.verify(administrator).is_intact


def test_a_sixth_session_ends_the_oldest(house, manager, clock) -> None:
    sids = []
    for _ in range(6):
        sids.append(open_one(house, manager))
        clock.advance(seconds=1)
    assert house.sessions.load(sids[0]) is None
    assert all(house.sessions.load(sid) for sid in sids[1:])


def test_tokens_of_programs_sign_no_browser_out_and_have_a_limit_of_their_own(house, manager, clock) -> None:
    browser = open_one(house, manager)
    tokens = []
    for _ in range(house.ports.settings.tokens_max_count + 1):
        clock.advance(seconds=1)
        tokens.append(house.sessions.open(manager.user_id, "script", "127.0.0.1", via="token"))
    assert house.sessions.load(browser) is not None
    assert house.sessions.load(tokens[0]) is None
    assert all(house.sessions.load(sid) for sid in tokens[1:])
    assert [one.via for one in house.sessions.list(manager)] == ["token"] * (len(tokens) - 1) + ["session"]


def test_ending_the_others_leaves_this_one(house, manager) -> None:
    kept, other = open_one(house, manager), open_one(house, manager)
    assert house.sessions.end_others(manager.user_id, kept) == 1
    assert house.sessions.load(kept) is not None
    assert house.sessions.load(other) is None


def test_a_person_sees_and_ends_own_sessions_only(house, manager, person) -> None:
    sid = open_one(house, manager)
    colleague = person(name="Ben")
    assert [one.key for one in house.sessions.list(manager)] == [session_key(sid)]
    assert house.sessions.list(colleague) == []
    with pytest.raises(NotFound):
        house.sessions.revoke(session_key(sid), colleague)
    house.sessions.revoke(session_key(sid), manager)
    assert house.sessions.load(sid) is None


def test_an_administrator_may_end_the_session_of_somebody_in_the_house_only(
    house, manager, administrator, person
) -> None:
    sid = open_one(house, manager)
    foreign = person(Role.ADMINISTRATOR, house_name="second", name="Zoe")
    with pytest.raises(NotFound):
        house.sessions.revoke(session_key(sid), foreign)
    house.sessions.revoke(session_key(sid), administrator)
    assert house.sessions.load(sid) is None


def test_pruning_ends_what_timed_out(house, manager, clock) -> None:
    open_one(house, manager)
    clock.advance(minutes=16)
    open_one(house, manager)
    assert house.sessions.prune() == 1
