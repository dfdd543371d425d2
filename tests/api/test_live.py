"""Does the API start, pause, tell and take live prices, and refuse what it must?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from services.auth.roles import Role


@pytest.fixture(autouse=True)
def quiet(product: Any) -> Iterator[None]:
    """No feed runs before a test and none after it."""
    product.services.live.stop_feed(product.actor(Role.PORTFOLIO_MANAGER))
    yield
    product.services.live.stop_feed(product.actor(Role.PORTFOLIO_MANAGER))


def now(ago_s: float = 0) -> str:
    return (datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat()


def tick(symbol: str = "AAPL", price: Any = 150.0, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "price": price, "currency": "USD", "event_time_utc": now(), **more}


def test_the_feed_is_off_until_somebody_who_may_starts_one(api: Callable[..., Any]) -> None:
    assert api().get("/live/feed").get_json()["state"] == "off"
    refused = api(Role.VIEWER).post("/live/feed/start", json={"mode": "push"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_allowed")
    started = api().post("/live/feed/start", json={"mode": "replay", "speed": 60})
    assert started.status_code == 200
    assert (started.get_json()["mode"], started.get_json()["speed"]) == ("replay", 60)
    assert api().post("/live/feed/pause").get_json()["is_paused"] is True
    assert api().post("/live/feed/resume").get_json()["is_paused"] is False
    assert api().post("/live/feed/stop").get_json()["state"] == "off"
    assert api().post("/live/feed/pause").get_json()["code"] == "feed_off"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "replay", "speed": 0.5}, "speed"),
        ({"mode": "replay", "speed": 1e6}, "speed"),
        ({"mode": "poll", "interval_s": 1}, "interval_s"),
        ({"mode": "watch"}, "mode"),
        ({"mode": "off"}, "mode"),
        ({"mode": "replay", "start_on": "2999-01-01"}, "start_on"),
    ],
)
def test_a_feed_that_cannot_be_is_refused_by_field(api: Callable[..., Any], body: dict[str, Any], field: str) -> None:
    refused = api().post("/live/feed/start", json=body)
    assert refused.status_code == 422
    assert [one["path"] for one in refused.get_json()["errors"]] == [field]


def test_pushed_prices_are_read_back_with_their_change(api: Callable[..., Any]) -> None:
    one = api()
    one.post("/live/feed/start", json={"mode": "push"})
    paid = datetime.now(timezone(timedelta(hours=1))).isoformat()
    batch = [tick(previous_close=100.0, event_time_utc=paid), tick("NOPE"), tick("KO", -1.0)]
    report = one.post("/live/ticks", json={"ticks": batch}).get_json()
    assert (report["accepted_count"], report["refused_count"]) == (1, 2)
    assert [refusal["index"] for refusal in report["refused"]] == [1, 2]
    found = one.get("/live/quotes?symbols=AAPL,NOPE").get_json()
    assert found["unknown_symbols"] == ["NOPE"]
    assert [(q["symbol"], q["price"], q["change_frac"], q["is_replay"]) for q in found["quotes"]] == [
        ("AAPL", 150.0, 0.5, False)
    ]
    assert found["quotes"][0]["event_time_utc"].endswith("Z")


@pytest.mark.parametrize(
    "sent",
    [
        {"ticks": []},
        {"ticks": [tick(event_time_utc="2026-01-05T10:00:00")]},
        {"ticks": [tick(price="150")]},
        {"ticks": [tick(currency="dollars")]},
        {"ticks": [{**tick(), "size": 1}]},
    ],
)
def test_a_batch_of_another_form_is_refused(api: Callable[..., Any], sent: Any) -> None:
    one = api()
    one.post("/live/feed/start", json={"mode": "push"})
    assert one.post("/live/ticks", json=sent).status_code == 422


def test_ticks_are_not_taken_without_a_push_feed_nor_from_those_who_may_not(api: Callable[..., Any]) -> None:
    refused = api().post("/live/ticks", json={"ticks": [tick()]})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "feed_not_push")
    assert api(Role.ADVISOR).post("/live/ticks", json={"ticks": [tick()]}).status_code == 403


def test_portfolios_can_be_followed_by_those_who_see_them(api: Callable[..., Any], product: Any) -> None:
    seen = {one["id"] for one in api().get("/portfolios?limit=200").get_json()["data"]}
    found = api().get("/live/portfolios").get_json()["portfolios"]
    assert {one["portfolio_id"] for one in found} == seen
    if seen:
        first = sorted(seen)[0]
        assert api().get(f"/live/portfolios/{first}").get_json()["portfolio_id"] == first
        only = api().get(f"/live/portfolios?ids={first},nothing").get_json()["portfolios"]
        assert [one["portfolio_id"] for one in only] == [first]
    assert api(Role.ADMINISTRATOR).get("/live/portfolios").status_code == 403
    assert api().get("/live/portfolios/nothing").status_code == 404
