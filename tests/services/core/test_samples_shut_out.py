"""Do the doors that sample users opened close when an installation is opened to a network, and stay closed?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.queue.passive import PassiveQueue
from services.api_keys import ApiKeys
from services.sessions import Sessions
from services.settings import load_settings
from services.startup import prepare
from services.users import Users
from services.wiring import build

OPEN = [{"HOST": "0.0.0.0"}, {"PUBLIC_URL": "https://p.example"}, {"DATABASE_URL": "postgresql://u:p@db.example.com/q"}]


def opened(house: Any, environ: dict[str, str]) -> Any:
    settings = load_settings({"VAR_DIR": str(house.ports.settings.var_dir), **environ})
    return replace(house.ports, settings=settings)


@pytest.mark.parametrize("environ", OPEN, ids=["host", "public", "database"])
def test_a_session_and_a_key_of_a_sample_user_open_nothing_once_others_reach_the_product(house, environ) -> None:
    sign = house.users.ensure_samples()[0]
    user = house.users.sign_in.find(email=sign.email)
    sid = house.sessions.open(user.id, "browser", "127.0.0.1")
    _, secret = house.api_keys.create_for(sign.email, "trial")
    ports = opened(house, environ)
    assert Sessions(ports).load(sid) is None
    assert ApiKeys(ports).authenticate(secret) is None


def test_they_are_ended_with_a_reason_and_do_not_come_back_when_it_is_closed_again(house, manager) -> None:
    sign = house.users.ensure_samples()[0]
    user = house.users.sign_in.find(email=sign.email)
    sid = house.sessions.open(user.id, "browser", "127.0.0.1")
    own = house.sessions.open(manager.user_id, "browser", "127.0.0.1")
    _, secret = house.api_keys.create_for(sign.email, "trial")
    ports = opened(house, OPEN[0])
    users = Users(ports, sessions=Sessions(ports))
    assert users.shut_out_samples() == 2
    assert users.shut_out_samples() == 0
    assert house.sessions.load(sid) is None
    assert "sample users" in house.sessions.why_ended(sid)
    assert house.api_keys.authenticate(secret) is None
    assert house.sessions.load(own) is not None  # real people keep theirs


def test_where_sample_users_may_sign_in_nothing_of_theirs_is_ended(house) -> None:
    with pytest.raises(ValueError, match="may sign in here"):
        house.users.shut_out_samples()


def test_a_start_that_opens_the_installation_ends_them_and_says_so(tmp_path) -> None:
    closed = load_settings({"VAR_DIR": str(tmp_path)})
    prepare(closed)
    services = build(closed, queue=PassiveQueue())
    user = services.users.sign_in.find(email="viewer@sample.invalid")
    assert user is not None
    sid = services.sessions.open(user.id, "browser", "127.0.0.1")
    _, secret = services.api_keys.create_for(user.email, "trial")
    wide = load_settings({"VAR_DIR": str(tmp_path), "HOST": "0.0.0.0"})
    assert "Others can reach this installation: ended 2 sessions and keys of sample users." in prepare(wide).lines
    assert not any("sample users." in line for line in prepare(wide).lines)
    prepare(closed)
    assert services.sessions.load(sid) is None
    assert services.api_keys.authenticate(secret) is None
    services.ports.store.dispose()
