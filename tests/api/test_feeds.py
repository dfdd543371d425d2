"""Can a description of a feed be tried by program before it is kept, by those who may, with its key told to nobody?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.auth.roles import Role
from tests.contracts.local_server import LocalServer, as_json

KEY = "v3ry-secret"
BARS = [{"d": "2022-12-27", "c": 10}, {"d": "2022-12-28", "c": "eleven"}]


@pytest.fixture
def local(product: Any) -> Iterator[LocalServer]:
    ports = product.services.ports
    settings = ports.settings
    object.__setattr__(ports, "settings", settings.model_copy(update={"feed_allow_private": True}))
    with LocalServer().running() as server:
        yield server
    object.__setattr__(ports, "settings", settings)


def wish(address: str) -> dict[str, Any]:
    mapping = {
        "code": "hub", "label": "Hub", "address": address + "/{symbol}?k={key}", "currency": "USD",
        "columns": {"date": "d", "close": "c"}, "test_symbol": "AAA",
    }  # fmt: skip
    return {"mapping": mapping, "api_key": KEY, "symbol": "BBB"}


def test_a_trial_shows_rows_and_problems_and_no_key(api: Callable[..., Any], product: Any, local: LocalServer) -> None:
    local.says(as_json(BARS))
    program = api(Role.ADMINISTRATOR)
    found = program.post("/feeds/try", json=wish(local.address))
    assert found.status_code == 200, found.text
    said = found.get_json()
    assert (said["is_good"], said["rows_count"], said["rows"][0]["close"]) == (False, 1, 10.0)
    assert [(one["line"], one["column"]) for one in said["problems"]] == [(2, "c")]
    assert KEY not in json.dumps(said)
    assert (local.asked[0].path, local.asked[0].query) == ("/BBB", {"k": KEY})
    cache, now_utc = product.services.ports.cache, product.services.ports.clock.now_utc()
    once = f"feed-trial:{product.actor(Role.ADMINISTRATOR).tenant_id}"
    cache.put(once, (now_utc + timedelta(minutes=5)).isoformat(), 60.0)
    assert program.post("/feeds/try", json=wish(local.address)).status_code == 429
    cache.drop(once)
    strange = program.post("/feeds/try", json={**wish(local.address), "api_key": "é-key"})
    assert (strange.status_code, strange.get_json()["errors"][0]["path"]) == (422, "api_key")
    cache.drop(once)
    without = {**wish(local.address), "api_key": None}
    refused = program.post("/feeds/try", json=without)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "no_key")
    cache.drop(once)
    assert api(Role.VIEWER).post("/feeds/try", json=wish(local.address)).status_code == 403
    wrong = program.post("/feeds/try", json={"mapping": {"code": "A B"}})
    assert wrong.status_code == 422
