"""Can programs see how sources stand and set them up, and does no key ever come back?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role

KEY = "a-key-that-nobody-may-read-4321"


@pytest.mark.requirement("2.1.D2")
def test_sources_are_listed_with_their_state_and_nothing_is_switched_on_at_first(api: Callable[..., Any]) -> None:
    body = api(Role.VIEWER).get("/providers").get_json()
    known = {one["name"]: one for one in body["providers"]}
    assert {"alpha_vantage", "yahoo", "fred", "embedded"} <= set(known)
    assert body["outside_enabled_count"] == 0
    assert {one["light"] for one in known.values() if one["is_outside"]} == {"off"}
    alpha = known["alpha_vantage"]
    assert [(one["span"], one["limit_count"]) for one in alpha["quotas"]] == [("day", 25), ("minute", 5)]
    assert known["embedded"]["newest_session"] == "2022-12-28"
    orders = {one["asset_class"]: one["providers"] for one in body["orders"]}
    assert orders["equity"][-1] == "embedded"
    assert orders["macro"] == ["fred"]


def test_a_key_goes_in_and_never_comes_out(api: Callable[..., Any]) -> None:
    one = api(Role.ADMINISTRATOR)
    set_up = one.ask("PUT", "/providers/alpha_vantage/credentials", json={"keys": {"api_key": KEY}})
    assert set_up.status_code == 200
    assert set_up.get_json()["keys"] == [{"name": "api_key", "is_set": True, "last4": "4321"}]
    everything = set_up.get_data(as_text=True) + one.get("/providers").get_data(as_text=True)
    assert KEY not in everything
    assert KEY not in one.get("/audit").get_data(as_text=True)
    assert one.ask("DELETE", "/providers/alpha_vantage/credentials").get_json()["has_keys"] is False
    assert one.ask("DELETE", "/providers/alpha_vantage/credentials").status_code == 409


def test_limits_are_changed_on_top_of_a_version_and_a_trial_keeps_to_them(api: Callable[..., Any]) -> None:
    one = api(Role.ADMINISTRATOR)
    tag = one.get("/providers/yahoo").headers["ETag"]
    assert one.ask("PATCH", "/providers/yahoo", json={"day_limit_count": 0}).status_code == 428
    done = one.ask("PATCH", "/providers/yahoo", json={"day_limit_count": 0}, headers={"If-Match": tag})
    assert done.get_json()["quotas"][0]["limit_count"] == 0
    stale = one.ask("PATCH", "/providers/yahoo", json={"day_limit_count": 1}, headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    tried = one.post("/providers/yahoo/test")
    assert (tried.status_code, tried.get_json()["state"]) == (200, "quota")
    assert one.post("/providers/yahoo/test").status_code == 429
    one.ask("PATCH", "/providers/yahoo", json={"day_limit_count": None}, headers={"If-Match": done.headers["ETag"]})
    assert (
        one.ask("PATCH", "/providers/embedded", json={"is_enabled": False}, headers={"If-Match": "*"}).status_code
        == 409
    )


def test_the_order_of_a_kind_is_chosen_and_taken_back(api: Callable[..., Any]) -> None:
    one = api(Role.ADMINISTRATOR)
    chosen = one.ask("PUT", "/providers/orders/fx", json={"providers": ["yahoo", "alpha_vantage"]}).get_json()
    assert (chosen["providers"][:2], chosen["is_own"]) == (["yahoo", "alpha_vantage"], True)
    assert one.ask("PUT", "/providers/orders/fx", json={"providers": ["nobody"]}).status_code == 422
    assert one.ask("PUT", "/providers/orders/stamps", json={"providers": []}).status_code == 422
    assert one.ask("PUT", "/providers/orders/fx", json={"providers": []}).get_json()["is_own"] is False


@pytest.mark.requirement("2.1.F4")
def test_a_feed_is_described_and_forgotten(api: Callable[..., Any]) -> None:
    one = api(Role.ADMINISTRATOR)
    feed = {
        "code": "hub", "label": "Hub", "address": "https://hub.example.com/{symbol}?t={key}", "currency": "USD",
        "columns": {"date": "d", "close": "c"}, "test_symbol": "AAPL",
    }  # fmt: skip
    made = one.ask("PUT", "/providers/feeds", json=feed)
    assert (made.status_code, made.get_json()["name"], made.get_json()["light"]) == (200, "feed:hub", "off")
    assert one.get("/providers/feed:hub").get_json()["configuration"]["columns"]["close"] == "c"
    wrong = one.ask("PUT", "/providers/feeds", json={**feed, "address": "https://hub.example.com/?token=abc"})
    assert wrong.status_code == 422
    assert one.ask("DELETE", "/providers/feed:hub").status_code == 204
    assert one.get("/providers/feed:hub").status_code == 404
