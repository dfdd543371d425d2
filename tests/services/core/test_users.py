"""Who may become a user, and what may administrators do with users?"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from services.api_keys import ApiKeys
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale
from services.ports import Ports
from services.sessions import Sessions
from services.settings import load_settings
from services.startup import setup_lines
from services.users import Users
from services.users_checks import checked_password


def test_an_invitation_is_accepted_once_and_makes_the_user_it_was_for(house, administrator) -> None:
    made = house.users.invite("new@example.com", "New Person", Role.ADVISOR, administrator)
    user = house.users.accept_invitation(made.link_token, "a long enough password")
    assert (user.email, user.name, user.role) == ("new@example.com", "New Person", Role.ADVISOR)
    assert user.password_hash == "hash-of-a long enough password"
    with pytest.raises(NotFound, match="does not work any more"):
        house.users.accept_invitation(made.link_token, "a long enough password")


def test_an_invitation_dies_after_a_day_or_when_withdrawn(house, administrator, clock) -> None:
    old = house.users.invite("a@example.com", "A", Role.VIEWER, administrator)
    withdrawn = house.users.invite("b@example.com", "B", Role.VIEWER, administrator)
    house.users.withdraw_invitation(withdrawn.id, administrator)
    assert [one.email for one in house.users.invitations(administrator)] == ["a@example.com"]
    clock.advance(hours=24, seconds=1)
    for token in (old.link_token, withdrawn.link_token):
        with pytest.raises(NotFound):
            house.invitations.look(token)
    assert house.users.invitations(administrator) == []


def test_the_token_of_an_invitation_is_not_in_the_store(house, administrator) -> None:
    made = house.users.invite("a@example.com", "A", Role.VIEWER, administrator)
    assert all(one.link_token is None for one in house.users.invitations(administrator))
    content = (house.ports.settings.var_dir / "qpo.sqlite3").read_bytes()
    wal = house.ports.settings.var_dir / "qpo.sqlite3-wal"
    content += wal.read_bytes() if wal.exists() else b""
    assert made.link_token.encode() not in content


def test_wrong_fields_of_an_invitation_are_named(house, administrator) -> None:
    for email, name, role, path in (
        ("nonsense", "A", "viewer", "email"),
        ("a@example.com", " ", "viewer", "name"),
        ("a@example.com", "A", "king", "role"),
    ):
        with pytest.raises(InvalidRequest) as refusal:
            house.users.invite(email, name, role, administrator)
        assert [field.path for field in refusal.value.fields] == [path]


def test_all_wrong_fields_of_an_invitation_are_named_at_once(house, administrator, manager) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        house.users.invite("nonsense", " ", "king", administrator, ["no-team"])
    assert [field.path for field in refusal.value.fields] == ["email", "name", "role", "team_ids[0]"]
    taken = house.users.get(manager.user_id, administrator).email
    with pytest.raises(InvalidRequest) as refusal:
        house.users.invite(taken, " ", Role.VIEWER, administrator)
    assert [field.path for field in refusal.value.fields] == ["email", "name"]
    assert "already" in refusal.value.fields[0].message
    with pytest.raises(Conflict, match="already"):
        house.users.invite(f" {taken.upper()} ", "Somebody", Role.VIEWER, administrator)
    assert house.users.invitations(administrator) == []


@pytest.mark.requirement("X.AU2")
def test_only_administrators_manage_users(house, manager, administrator) -> None:
    for work in (
        lambda: house.users.list(manager),
        lambda: house.users.invite("a@example.com", "A", Role.VIEWER, manager),
        lambda: house.users.set_role(administrator.user_id, Role.VIEWER, manager),
        lambda: house.users.disable(administrator.user_id, manager),
    ):
        with pytest.raises(NotAllowed):
            work()


def test_an_administrator_of_another_house_finds_nobody(house, manager, person) -> None:
    foreign = person(Role.ADMINISTRATOR, house_name="second", name="Zoe")
    with pytest.raises(NotFound):
        house.users.get(manager.user_id, foreign)
    with pytest.raises(NotFound):
        house.users.disable(manager.user_id, foreign)


def test_a_role_changes_with_the_version_that_was_read(house, manager, administrator) -> None:
    version = house.users.get(manager.user_id, administrator).row_version
    changed = house.users.set_role(manager.user_id, "viewer", administrator, version)
    assert changed.role is Role.VIEWER
    with pytest.raises(Stale):
        house.users.set_role(manager.user_id, "advisor", administrator, version)


def test_nobody_changes_their_own_role_or_shuts_themselves_out(house, administrator) -> None:
    with pytest.raises(Conflict):
        house.users.set_role(administrator.user_id, Role.VIEWER, administrator)
    with pytest.raises(Conflict):
        house.users.disable(administrator.user_id, administrator)


def test_the_last_administrator_stays(house, administrator) -> None:
    system = replace(administrator, user_id="system", via="system")
    with pytest.raises(Conflict, match="last administrator"):
        house.users.disable(administrator.user_id, system)
    with pytest.raises(Conflict, match="last administrator"):
        house.users.set_role(administrator.user_id, Role.VIEWER, system)


def test_disabling_a_user_ends_sessions_and_keys_at_once(house, manager, administrator) -> None:
    sid = house.sessions.open(manager.user_id, "browser", "127.0.0.1")
    secret = house.api_keys.create(manager, "script").secret
    house.users.disable(manager.user_id, administrator)
    assert house.sessions.load(sid) is None
    assert house.api_keys.authenticate(secret) is None
    house.users.enable(manager.user_id, administrator)
    assert house.sessions.load(sid) is None
    assert house.api_keys.authenticate(secret) is not None


def test_sample_users_have_random_passwords_in_a_file_that_only_the_owner_reads(house) -> None:
    signs = house.users.ensure_samples()
    assert {sign.role for sign in signs} == set(Role)
    assert len({sign.password for sign in signs}) == len(Role)
    path = house.ports.settings.var_dir / "sign-ins.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(sign.password in path.read_text() for sign in signs)
    assert house.users.ensure_samples() == signs
    os.unlink(path)
    renewed = house.users.ensure_samples()
    assert {sign.email for sign in renewed} == {sign.email for sign in signs}
    assert not {sign.password for sign in renewed} & {sign.password for sign in signs}
    found = house.users.sign_in.find(email=renewed[0].email)
    assert found.password_hash == f"hash-of-{renewed[0].password}"


@pytest.mark.parametrize(
    "environ", [{"HOST": "0.0.0.0"}, {"DATABASE_URL": "postgresql://u:p@db.example.com/qpo"}], ids=["host", "server"]
)
def test_sample_users_are_refused_where_others_reach_the_product(ports: Ports, environ: dict[str, str]) -> None:
    open_settings = load_settings({"VAR_DIR": str(ports.settings.var_dir), **environ})
    elsewhere = replace(ports, settings=open_settings)
    users = Users(elsewhere, sessions=Sessions(elsewhere))
    with pytest.raises(NotAllowed, match="Sample sign-ins are refused"):
        users.ensure_samples()
    assert not (ports.settings.var_dir / "sign-ins.txt").exists()


def test_the_set_up_link_makes_the_first_administrator_and_only_the_newest_one_works(house) -> None:
    first = house.users.setup_link()
    second = house.users.setup_link()
    token = second.rpartition("/")[2]
    with pytest.raises(NotFound):
        house.invitations.look(first.rpartition("/")[2])
    with pytest.raises(InvalidRequest) as refusal:
        house.invitations.accept(token, "a-hash", email="nonsense", name="\n")
    assert [field.path for field in refusal.value.fields] == ["email", "name"]
    user = house.invitations.accept(token, "a-hash", email="boss@example.com", name="Boss")
    assert (user.role, user.email) == (Role.ADMINISTRATOR, "boss@example.com")
    assert house.users.setup_link() is None


def test_create_admin_makes_a_password_when_none_is_given(house) -> None:
    user, password = house.users.create_admin("root@example.com", "Root")
    assert user.role is Role.ADMINISTRATOR
    assert len(password) >= 20
    with pytest.raises(Conflict):
        house.users.create_admin("ROOT@example.com", "Root", "another password")


def test_the_second_factors_codes_work_once(house, manager) -> None:
    sign_in = house.users.sign_in
    assert sign_in.spend_totp_counter(manager.user_id, 100)
    assert not sign_in.spend_totp_counter(manager.user_id, 100)
    assert not sign_in.spend_totp_counter(manager.user_id, 99)
    sign_in.set_recovery_codes(manager.user_id, ["aaaa-bbbb", "cccc-dddd"])
    assert sign_in.recovery_codes_left_count(manager.user_id) == 2
    assert sign_in.spend_recovery_code(manager.user_id, "aaaa-bbbb")
    assert not sign_in.spend_recovery_code(manager.user_id, "aaaa-bbbb")
    assert sign_in.recovery_codes_left_count(manager.user_id) == 1


def test_five_failures_are_free_then_the_pause_doubles_and_nothing_locks_for_good(house, clock) -> None:
    sign_in = house.users.sign_in
    pauses = [sign_in.record_failure("Ann@example.com", "10.0.0.1") for _ in range(7)]
    assert pauses[:4] == [None] * 4
    waits_s = [(until - clock.now_utc()).total_seconds() for until in pauses[4:]]
    assert waits_s == [30, 60, 120]
    assert sign_in.blocked_until("ann@EXAMPLE.com", "10.0.0.1") is not None
    assert sign_in.blocked_until("ann@example.com", "10.0.0.2") is None
    clock.advance(seconds=121)
    assert sign_in.blocked_until("ann@example.com", "10.0.0.1") is None
    clock.advance(minutes=15)
    assert sign_in.record_failure("ann@example.com", "10.0.0.1") is None


def test_credentials_are_recorded_without_their_secrets(house, manager, administrator) -> None:
    house.users.sign_in.put(manager.user_id, {"password_hash": "very-secret-hash"})
    rows = house.audit.list(administrator, object_id=manager.user_id).items
    assert rows[0].action == "user.credentials"
    assert "very-secret-hash" not in str(rows[0])


def test_sign_in_finds_people_by_id_mark_and_address_whatever_its_case(house, manager) -> None:
    sign_in = house.users.sign_in
    user = sign_in.find(user_id=manager.user_id)
    assert sign_in.find(email=user.email.upper()) == user
    assert sign_in.find(fs_uniquifier=user.fs_uniquifier) == user
    assert sign_in.find(email="nobody@example.com") is None
    with pytest.raises(ValueError, match="may not write role"):
        sign_in.put(manager.user_id, {"role": "administrator"})


def test_everybody_may_rename_themselves_and_read_themselves(house, manager) -> None:
    assert house.users.rename_self("  Ann   Lee ", manager).name == "Ann Lee"
    assert house.users.get(manager.user_id, manager).name == "Ann Lee"


def test_a_user_never_shows_a_secret(house, manager, administrator) -> None:
    fields: Any = house.users.get(manager.user_id, administrator).model_dump()
    assert not {"password_hash", "tf_totp_secret", "fs_uniquifier"} & set(fields)


def opened(house: Any) -> Any:
    """Return the house's doors after it was opened to a network."""
    settings = load_settings({"VAR_DIR": str(house.ports.settings.var_dir), "PUBLIC_URL": "https://p.example"})
    return SimpleNamespace(ports=replace(house.ports, settings=settings), invitations=house.invitations)


def test_sample_users_alone_do_not_keep_the_set_up_link_from_being_printed(house) -> None:
    tenant_id = house.users.ensure_tenant()
    house.users.ensure_samples()
    why, link = setup_lines(opened(house), tenant_id)
    assert "only sample users" in why
    assert link.startswith("https://p.example/account/invite/")
    token = link.rpartition("/")[2]
    user = house.invitations.accept(token, "a-hash", email="boss@example.com", name="Boss")
    assert setup_lines(opened(house), tenant_id) == []
    with house.ports.store.system(tenant_id) as uow:
        uow.users.update(user.id, {"is_active": False})
        uow.commit()
    assert "no administrator who can sign in" in setup_lines(opened(house), tenant_id)[0]


def test_keys_of_sample_users_die_when_the_house_is_opened_to_a_network(house) -> None:
    sign = house.users.ensure_samples()[0]
    view, secret = house.api_keys.create_for(sign.email, "trial")
    assert view.name == "trial"
    assert house.api_keys.authenticate(secret) is not None
    elsewhere = ApiKeys(opened(house).ports)
    assert elsewhere.authenticate(secret) is None
    with pytest.raises(NotAllowed, match="sample user"):
        elsewhere.create_for(sign.email, "another")


@pytest.mark.parametrize(
    "password",
    ["QuantumPortfolio1", "portfolio-optimizer-2026", "qpo qpo qpo qpo", "Ada Lovelace 1815!", "ada.lovelace1"],
)
def test_a_password_of_the_products_words_or_ones_own_is_refused(password: str) -> None:
    with pytest.raises(InvalidRequest, match="product's words or your own name"):
        checked_password(password, "ada.lovelace@example.com", "Ada Lovelace")


@pytest.mark.parametrize("password", ["my portfolio is a blue whale", "93847-29384-29384", "correct horse battery"])
def test_a_password_that_merely_holds_such_a_word_is_taken(password: str) -> None:
    assert checked_password(password, "ada.lovelace@example.com", "Ada Lovelace") == password


def test_the_first_administrator_cannot_choose_the_products_name(house) -> None:
    with pytest.raises(InvalidRequest, match="product's words"):
        house.users.accept_invitation(house.users.setup_link().rpartition("/")[2], "quantum portfolio optimizer")
