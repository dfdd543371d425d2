"""Does a program that follows the documents and comes back get each event once, whatever `last_seq` it sends?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.stream import conversation
from api.stream.conversation import Conversation
from api.stream.hub import Hub
from api.stream.watch import Watch
from services.auth.roles import Role
from services.clock import ManualClock
from tests.api.test_stream_frames import NOW, Pair

CHANNEL = "talks"


class Talk:
    """A socket of a person on the running product, without a network."""

    def __init__(self, product: Any, hub: Hub, role: Role = Role.PORTFOLIO_MANAGER) -> None:
        self.pair = Pair(product.actor(role), frozenset())
        self.hub = hub
        hub.add(self.pair.client)
        self._talk = Conversation(self.pair.client, hub)

    def say(self, **message: Any) -> list[Any]:
        self._talk.hear(json.dumps(message))
        return self.heard()

    def shout(self, text: str) -> list[Any]:
        self._talk.hear(text)
        return self.heard()

    def heard(self) -> list[Any]:
        return self.pair.heard()

    def subscribe(self, **more: Any) -> list[Any]:
        return self.say(op="subscribe", channels=[CHANNEL], **more)


@pytest.fixture
def hub(product: Any) -> Hub:
    return Hub(lambda one, actor: True, product.services.events.head)


@pytest.fixture
def talk(product: Any, hub: Hub) -> Iterator[Callable[..., Talk]]:
    made: list[Talk] = []

    def make(**more: Any) -> Talk:
        made.append(Talk(product, hub, **more))
        return made[-1]

    with product.server.app_context():
        yield make
    for one in made:
        one.pair.close()


@pytest.fixture
def happen(product: Any) -> Callable[..., int]:
    """Have something happen; return its number."""

    def publish(user_id: str | None = None) -> int:
        events, tenant_id = product.services.events, product.actor(Role.VIEWER).tenant_id
        events.publish(f"{CHANNEL}.1", "talk.said", tenant_id, {}, user_id=user_id)
        return int(events.head())

    return publish


def kinds(messages: list[Any]) -> list[tuple[str, int]]:
    return [(one["type"], one["seq"]) for one in messages]


def test_subscribed_carries_where_the_talk_begins(
    talk: Callable[..., Talk], happen: Callable[..., int], product: Any
) -> None:
    seq = happen()
    assert kinds(talk().subscribe()) == [("subscribed", seq)]
    assert kinds(talk().subscribe(last_seq=seq)) == [("subscribed", seq)]
    assert kinds(talk().subscribe(last_seq=seq - 1)) == [("subscribed", seq - 1), ("talk.said", seq)]


def test_who_comes_back_with_the_seq_of_a_heartbeat_misses_nothing(
    product: Any, happen: Callable[..., int], talk: Callable[..., Talk]
) -> None:
    events = product.services.events
    first, second = happen(), happen()
    passed = first  # the second event is committed, but this process has not handed it over yet
    slow = Talk(product, Hub(lambda one, actor: True, lambda: passed))
    slow.subscribe()
    Watch(slow.hub, ManualClock(NOW)).beat()
    (beat,) = slow.heard()
    slow.pair.close()
    assert beat["type"] == "heartbeat"
    again = talk().subscribe(last_seq=beat["seq"])
    assert kinds(again) == [("subscribed", first), ("talk.said", second)]
    assert events.head() == second


def test_a_number_ahead_of_the_server_is_told_to_read_anew_and_hears_from_then_on(
    product: Any, talk: Callable[..., Talk], happen: Callable[..., int]
) -> None:
    head = happen()
    for ahead in (head + 1, 1_000_000_000, 2**63 - 1):
        one = talk()
        heard = one.subscribe(last_seq=ahead)
        assert kinds(heard) == [("subscribed", head), ("resync", head)]
        assert heard[1]["data"]["head"] == head
        Watch(one.hub, ManualClock(NOW)).beat()
        assert kinds(one.heard()) == [("heartbeat", head)]
    following = happen()
    (event,) = product.services.events.read_after(head)
    one.hub.publish(event)
    assert kinds(one.heard()) == [("talk.said", following)]


def test_too_much_missed_is_told_with_the_head(
    talk: Callable[..., Talk], happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = happen()
    head = [happen() for _ in range(3)][-1]
    monkeypatch.setattr(conversation, "MISSED_MAX_COUNT", 2)
    assert kinds(talk().subscribe(last_seq=first)) == [("subscribed", first), ("resync", head)]


@pytest.mark.parametrize("last_seq", ["x", "12", -5, 1e30, 1.0, True, False, 10**25, 2**63, [], {}])
def test_a_last_seq_that_is_no_number_of_an_event_is_answered_and_subscribes_nothing(
    talk: Callable[..., Talk], last_seq: Any
) -> None:
    one = talk()
    (error,) = one.subscribe(last_seq=last_seq)
    assert error["type"] == "error"
    assert error["data"]["field"] == "last_seq"
    assert "Subscribe again" in error["data"]["message"]
    assert one.pair.client.channels == frozenset()
    assert one.subscribe()[0]["type"] == "subscribed"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"op": []}', '{"op": {}}', "1" * 5000, "\x00"])
def test_what_cannot_be_understood_is_answered(talk: Callable[..., Talk], text: str) -> None:
    assert [one["type"] for one in talk().shout(text)] == ["error"]


def test_a_ping_of_odd_characters_is_answered(talk: Callable[..., Talk]) -> None:
    assert talk().shout('{"op": "ping", "id": "\\ud800"}')[0]["data"] == {"id": "?"}
