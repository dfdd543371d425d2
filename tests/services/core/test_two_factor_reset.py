"""Can an administrator help somebody who lost the phone, and nobody else, and does everybody concerned get to know?"""

from __future__ import annotations

from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role
from services.errors import Conflict, NotAllowed, NotFound


@pytest.fixture
def protected(house: Any, manager: Actor) -> Actor:
    """Somebody with a second factor, recovery codes and a session."""
    sign_in = house.users.sign_in
    sign_in.put(manager.user_id, {"tf_totp_secret": "sealed", "tf_primary_method": "authenticator"})
    sign_in.spend_totp_counter(manager.user_id, 55_555_555)
    sign_in.set_recovery_codes(manager.user_id, ["aaaa-bbbb", "cccc-dddd"])
    return manager


@pytest.mark.requirement("6.1.F5")
def test_a_reset_takes_secret_counter_codes_and_sessions_and_tells_the_person(house, protected, administrator) -> None:
    sid = house.sessions.open(protected.user_id, "agent", "127.0.0.1")
    answer = house.users.reset_two_factor(protected.user_id, administrator)
    assert answer.has_totp is False
    found = house.users.sign_in.find(user_id=protected.user_id)
    assert (found.tf_totp_secret, found.tf_primary_method, found.totp_counter) == (None, None, 0)
    assert house.users.sign_in.recovery_codes_left_count(protected.user_id) == 0
    assert not house.users.sign_in.spend_recovery_code(protected.user_id, "aaaa-bbbb")
    assert house.sessions.load(sid) is None
    (told,) = house.events.notifications(protected)
    assert (told.title, told.severity) == ("Your two-factor sign-in was switched off", "warning")
    assert administrator.name in told.sentence
    row = house.audit.list(administrator, object_kind="user", object_id=protected.user_id).items[0]
    assert (row.action, row.actor_id, row.after) == (
        "user.reset_two_factor",
        administrator.user_id,
        {"sessions_ended_count": 1},
    )


@pytest.mark.requirement("6.1.F5")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_reset(house, protected, person, role) -> None:
    with pytest.raises(NotAllowed):
        house.users.reset_two_factor(protected.user_id, person(role))
    assert house.users.sign_in.find(user_id=protected.user_id).tf_totp_secret == "sealed"


def test_nobody_resets_their_own(house, administrator) -> None:
    house.users.sign_in.put(administrator.user_id, {"tf_totp_secret": "sealed", "tf_primary_method": "authenticator"})
    with pytest.raises(Conflict, match="their own"):
        house.users.reset_two_factor(administrator.user_id, administrator)
    assert house.users.get(administrator.user_id, administrator).has_totp


def test_an_administrator_of_another_house_finds_nobody(house, protected, person) -> None:
    with pytest.raises(NotFound):
        house.users.reset_two_factor(protected.user_id, person(Role.ADMINISTRATOR, house_name="second"))
    assert house.users.sign_in.recovery_codes_left_count(protected.user_id) == 2


def test_where_nothing_is_switched_on_nothing_happens_and_no_session_ends(house, manager, administrator) -> None:
    sid = house.sessions.open(manager.user_id, "agent", "127.0.0.1")
    with pytest.raises(Conflict, match="no second factor"):
        house.users.reset_two_factor(manager.user_id, administrator)
    assert house.sessions.load(sid) is not None
