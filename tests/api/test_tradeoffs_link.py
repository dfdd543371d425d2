"""Does a link to trade-offs bring the client back that was chosen, and nobody whom its reader does not see?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from components.ids import Tradeoffs
from services.auth.roles import Role
from tests.api.test_foreign_links import FOREIGN, asked, told  # noqa: F401  (a fixture of that file)

NOBODY = '"none"'


@pytest.fixture
def made(api: Callable[..., Any]) -> Iterator[dict[str, str]]:
    """Make a client with a portfolio, another portfolio, and another client; they go again."""
    one, found = api(), {}
    for name in ("own", "other"):
        found[name] = one.post("/clients", json={"name": f"Client {uuid4().hex[:6]}"}).get_json()["id"]
    for name, more in (("portfolio", {"client_id": found["own"]}), ("second", {})):
        found[name] = one.post("/portfolios", json={"name": f"P {uuid4().hex[:6]}", **more}).get_json()["id"]
    yield found
    for name, key in (("portfolios", "portfolio"), ("portfolios", "second"), ("clients", "own"), ("clients", "other")):
        assert one.ask("DELETE", f"/{name}/{found[key]}", headers={"If-Match": "*"}).status_code == 204


@pytest.mark.parametrize(
    ("linked", "chosen", "client"),
    [
        ("", "portfolio", "own"),
        ("other", "portfolio", "other"),
        ("none", "portfolio", "none"),
        ("gone", "portfolio", "none"),
        ("other", "second", "none"),  # another portfolio than the run's brings its own client, here none
    ],
)
def test_the_client_in_the_address_comes_back_beside_its_run(
    asked: Callable[..., Mapping[str, Any]],  # noqa: F811
    made: dict[str, str],
    linked: str,
    chosen: str,
    client: str,
) -> None:
    known = {**made, "gone": FOREIGN}
    values = {
        f"{Tradeoffs.PORTFOLIO}.value": made[chosen],
        f"{Tradeoffs.ASKED}.data": {"run": "r", "client": known.get(linked, linked)},
        f"{Tradeoffs.BASE}.data": {"rest": {"portfolio_id": made["portfolio"]}},
    }
    answer = asked(Role.PORTFOLIO_MANAGER, "tradeoffs.choose_portfolio", **values)
    assert told(answer, Tradeoffs.CLIENT, "value") == json.dumps(known.get(client, client))
    own = json.dumps(made["own"]) if chosen == "portfolio" else NOBODY
    assert told(answer, Tradeoffs.OWN_CLIENT, "data") == own
