"""Do live prices reach exactly those clients that may see them and asked, and is nobody waited for?"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from api.stream import quotes as stream
from api.stream.quotes import QuoteStream, interest_of
from data.feeds.ticks import Tick
from services.auth.actor import Actor
from services.clock import ManualClock
from services.live_houses import Houses
from services.live_state import Pulse, Wish, feed_view
from services.messages.live import FeedMode
from tests.api.test_stream_frames import Pair, hub_of, someone

NOW = datetime(2026, 1, 5, tzinfo=UTC)


class _Beats:
    """The beat of the feeds, by the test's hand."""

    after_beat: Callable[[], None] = staticmethod(lambda: None)


class _Live:
    """Live prices of houses whose feeds take what is pushed."""

    def __init__(self) -> None:
        from data.feeds.carrier import InProcessCarrier

        self.houses = Houses(InProcessCarrier(), ManualClock(NOW))
        self.runner = _Beats()

    def subscribe(self, listener: Any) -> None:
        self.houses.subscribe(listener)

    def view(self, tenant_id: str) -> Any:
        house = self.houses.of(tenant_id)
        return feed_view(house.wish, house.pulse, NOW)


class Desk:
    """A hub with live prices of one house, t1."""

    def __init__(self) -> None:
        self.hub = hub_of()
        self.live = _Live()
        self.quotes = QuoteStream(self.hub, self.live)  # type: ignore[arg-type]
        self.house = self.live.houses.of("t1")
        self.house.wish = Wish(mode=FeedMode.PUSH)
        self.pairs: list[Pair] = []

    def client(self, *channels: str, actor: Actor | None = None) -> Pair:
        pair = Pair(actor or someone(), frozenset(channels))
        self.pairs.append(pair)
        self.hub.add(pair.client)
        return pair

    def tell(self, **prices: float) -> None:
        self.house.book.put(Tick(symbol, price, "USD", event_time_utc=NOW) for symbol, price in prices.items())
        self.live.houses.tell(self.house)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    for pair in made.pairs:
        pair.close()


def told(pair: Pair) -> list[dict[str, float]]:
    return [{q["symbol"]: q["price"] for q in one["data"]["quotes"]} for one in pair.heard() if "quotes" in one["data"]]


def test_each_client_hears_the_symbols_that_it_asked_for(desk: Desk) -> None:
    every, one, other, none = (
        desk.client(*names) for names in (("quotes",), ("quotes.AAPL",), ("quotes.KO",), ("runs",))
    )
    desk.tell(AAPL=150.0, MSFT=300.0)
    assert told(every) == [{"AAPL": 150.0, "MSFT": 300.0}]
    assert told(one) == [{"AAPL": 150.0}]
    assert told(other) == []
    assert none.heard() == []


def test_another_house_and_a_key_without_the_scope_hear_nothing(desk: Desk) -> None:
    foreign = desk.client("quotes", actor=someone("u2", tenant="t2"))
    narrow = desk.client("quotes", actor=replace(someone("u3"), scopes=frozenset({"runs.read"})))
    desk.tell(AAPL=150.0)
    desk.quotes.greet(narrow.client, frozenset({"quotes"}))
    desk.quotes.beat()
    assert [one["type"] for one in foreign.heard()] == ["feed.state"]  # of its own house, which has no feed
    assert narrow.heard() == []
    assert interest_of(narrow.client) == frozenset()


def test_whoever_subscribes_gets_what_is_known_and_the_state_of_the_feed_first(desk: Desk) -> None:
    desk.tell(AAPL=150.0, KO=60.0)
    new = desk.client("quotes.KO")
    desk.quotes.greet(new.client, frozenset({"quotes.KO"}))
    (snapshot,) = new.heard()
    assert (snapshot["channel"], snapshot["type"], snapshot["data"]["is_replay"]) == (
        "quotes",
        "quotes.snapshot",
        False,
    )
    assert [one["symbol"] for one in snapshot["data"]["quotes"]] == ["KO"]
    assert snapshot["data"]["feed"]["mode"] == "push"


def test_prices_do_not_move_the_place_among_the_events(desk: Desk) -> None:
    one = desk.client("quotes")
    one.client.start_at(41)
    desk.tell(AAPL=150.0)
    assert [message["seq"] for message in one.heard()] == [41]
    assert one.client.sent_seq == 41


def test_the_beat_tells_how_the_feed_stands_with_its_age(desk: Desk) -> None:
    one = desk.client("quotes")
    desk.house.pulse = Pulse(NOW, NOW, NOW)
    desk.quotes.beat()
    (state,) = one.heard()
    assert (state["type"], state["data"]["feed"]["state"], state["data"]["feed"]["age_s"]) == ("feed.state", "live", 0)


def test_a_replay_is_marked_in_every_message(desk: Desk) -> None:
    desk.house.wish = Wish(mode=FeedMode.REPLAY)
    one = desk.client("quotes")
    desk.tell(AAPL=150.0)
    assert [message["data"]["is_replay"] for message in one.heard()] == [True]


def test_a_client_that_does_not_read_is_left_out_then_gets_one_snapshot_and_others_hear_all(desk: Desk) -> None:
    slow, quick = desk.client("quotes"), desk.client("quotes")
    slow.client.ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    heard: list[dict[str, float]] = []
    longest_s = 0.0
    for number in range(400):
        began_s = time.monotonic()
        desk.tell(**{f"S{n}": number + n / 100 + 1 for n in range(20)})
        longest_s = max(longest_s, time.monotonic() - began_s)
        heard += told(quick)
    assert len(heard) == 400
    assert slow.client in desk.quotes._behind_s
    assert longest_s < 0.5
    queued = told(slow)
    assert 0 < len(queued) < 400
    desk.quotes.beat()
    assert told(slow) == [{f"S{n}": 399 + n / 100 + 1 for n in range(20)}]
    assert slow.client not in desk.quotes._behind_s
    assert not slow.client.is_dropped


def test_a_client_that_stays_behind_is_cut_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEHIND_MAX_S", -1.0)
    monkeypatch.setattr("api.stream.client.QUEUED_MAX_BYTES", 100)
    slow = desk.client("quotes")
    for number in range(5):
        desk.tell(AAPL=number + 1.0)
    assert slow.client.is_dropped
    assert slow.client not in desk.hub.clients


def test_a_frame_that_comes_twice_or_out_of_order_is_told_once(desk: Desk) -> None:
    from services.live_frames import Frame

    one = desk.client("quotes")
    ticks = (Tick("AAPL", 150.0, "USD"),)
    frames = [Frame("t1", "quotes", "elsewhere", number, NOW, ticks).to_bytes() for number in (1, 3, 3, 2)]
    for raw in frames:
        desk.live.houses._hear(raw)
    assert [message["data"]["number"] for message in one.heard()] == [1, 3]
