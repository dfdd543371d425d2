"""Does the command make a house that works from its administrator on, and that shares nothing with another?"""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

import manage
from services.auth.roles import Role

PASSWORD = "correct horse battery staple"
_numbers = count(1)


@pytest.fixture
def command(product: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a function that runs the command on the product; gives its exit status, output and errors."""
    monkeypatch.setenv("VAR_DIR", str(product.settings.var_dir))

    def run(*arguments: str, typed: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("" if typed is None else typed + "\n"))
        status = manage.main(["create-tenant", *arguments, *(["--password-stdin"] if typed is not None else [])])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def house(command: Callable[..., Any], api: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes a house and gives the program of its administrator."""

    def make() -> Any:
        n = next(_numbers)
        email = f"admin-of-house-{n}@example.com"
        named = ("--name", f"House {n}", "--admin-email", email, "--admin-name", f"Admin {n}")
        status, out, err = command(*named, typed=PASSWORD)
        assert status == 0, err
        assert f"The house 'House {n}' was made" in out
        assert PASSWORD not in out
        token = api(None).post("/auth/token", json={"email": email, "password": PASSWORD}).get_json()["token"]
        return api(secret=token)

    return make


def joined(admin: Any, api: Callable[..., Any], product: Any) -> Any:
    """Return the program of a portfolio manager whom an administrator invited."""
    email = f"manager-{next(_numbers)}@example.com"
    invited = admin.post("/invitations", json={"email": email, "name": "Manager", "role": "portfolio_manager"})
    assert invited.status_code == 201, invited.text
    product.services.users.accept_invitation(invited.get_json()["link_token"], PASSWORD)
    token = api(None).post("/auth/token", json={"email": email, "password": PASSWORD}).get_json()["token"]
    return api(secret=token)


def ids(program: Any, path: str) -> set[str]:
    answer = program.get(f"{path}?limit=200")
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.get_json()["data"]}


@pytest.mark.requirement("X.AU2")
def test_two_houses_work_side_by_side_and_share_nothing(
    house: Callable[..., Any], api: Callable[..., Any], product: Any
) -> None:
    admins = [house(), house()]
    assert [admin.get("/users/me").get_json()["role"] for admin in admins] == ["administrator"] * 2
    managers = [joined(admin, api, product) for admin in admins]
    made = [one.post("/portfolios", json={"name": "Ours"}) for one in managers]
    assert [one.status_code for one in made] == [201, 201]
    for mine, (own, other) in enumerate(((made[0], made[1]), (made[1], made[0]))):
        assert ids(managers[mine], "/portfolios") == {own.get_json()["id"]}
        assert managers[mine].get(other.headers["Location"]).status_code == 404
        assert len(ids(admins[mine], "/users")) == 2
    assert not ids(admins[0], "/users") & ids(admins[1], "/users")
    assert not {one.get_json()["id"] for one in made} & ids(api(Role.PORTFOLIO_MANAGER), "/portfolios")
    assert ids(managers[0], "/assets") == ids(managers[1], "/assets")  # market data are the installation's


def test_its_audit_chain_begins_with_its_own_making(house: Callable[..., Any], product: Any) -> None:
    house()
    newest = product.services.tenants.ids()[-1]
    with product.services.ports.store.system(newest, read_only=True) as uow:
        actions = [row.action for row in reversed(uow.audit.page().rows)]
    assert actions[:2] == ["tenant.create", "user.create"]
    assert product.services.audit.verify(newest).is_intact


def test_a_password_is_made_and_shown_once_where_none_is_given(command: Callable[..., Any], api: Any) -> None:
    n = next(_numbers)
    email = f"made-{n}@example.com"
    status, out, _ = command("--name", f"Made {n}", "--admin-email", email, "--admin-name", "Boss", "--make-password")
    assert status == 0
    password = out.rpartition("Password (shown once): ")[2].strip()
    assert api(None).post("/auth/token", json={"email": email, "password": password}).status_code == 201


def test_everything_wrong_is_told_at_once_and_nothing_is_made(command: Callable[..., Any], product: Any) -> None:
    before = product.services.tenants.ids()
    status, _, err = command("--name", " ", "--admin-email", "nonsense", "--admin-name", "", typed=PASSWORD)
    assert status == 1
    for path in ("name:", "email:", "admin_name:"):
        assert path in err
    assert command("--name", "Weak", "--admin-email", "w@example.com", "--admin-name", "W", typed="short")[0] == 1
    assert product.services.tenants.ids() == before


def test_a_taken_name_or_address_makes_neither_house_nor_administrator(
    house: Callable[..., Any], command: Callable[..., Any], product: Any
) -> None:
    house()
    before = product.services.tenants.ids()
    with product.services.ports.store.system(read_only=True) as uow:
        taken = uow.tenants.all()[-1].name
    status, _, err = command(
        "--name", taken.upper(), "--admin-email", "n@example.com", "--admin-name", "N", typed=PASSWORD
    )
    assert (status, "already" in err) == (1, True)
    sample = product.passwords[Role.VIEWER][0]
    status, _, err = command("--name", "Another", "--admin-email", sample, "--admin-name", "N", typed=PASSWORD)
    assert (status, "already" in err) == (1, True)
    assert product.services.tenants.ids() == before
    assert product.services.users.sign_in.find(email="n@example.com") is None
