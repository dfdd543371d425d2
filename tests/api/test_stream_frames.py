"""Is a frame built once for all clients right, and is nobody waited for?"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import CloseConnection, TextMessage
from wsproto.utilities import LocalProtocolError

from api.stream.client import Client
from api.stream.frames import message, text_frame
from api.stream.hub import Hub, channels_of
from api.stream.sign_in import SignIn
from api.stream.tickets import Tickets
from api.stream.watch import Watch
from services.auth.actor import Actor
from services.auth.roles import Role
from services.clock import ManualClock
from services.messages.events import EventView

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def someone(user: str = "u1", tenant: str = "t1") -> Actor:
    return Actor(user, tenant, "Somebody", Role.VIEWER, "session", None, f"key-{user}")


def event(
    seq: int,
    topic: str = "runs.1",
    user: str | None = None,
    tenant: str = "t1",
    text: str = "",
    portfolio: str | None = None,
) -> EventView:
    return EventView(
        seq=seq,
        topic=topic,
        type="run.progress",
        tenant_id=tenant,
        user_id=user,
        portfolio_id=portfolio,
        data={"t": text},
        at_utc=NOW,
    )


def hub_of(may_see: Callable[[EventView, Actor], bool] = lambda one, actor: True, begins_after: int = 0) -> Hub:
    return Hub(may_see, lambda: begins_after)


class Pair:
    """A client of the hub with the other end of its connection."""

    def __init__(self, actor: Actor, channels: frozenset[str] = frozenset({"runs"}), *, alive: bool = True) -> None:
        ours, self.theirs = socket.socketpair()
        self.theirs.settimeout(1.0)
        self.client = Client(
            SimpleNamespace(sock=ours, ws=Connection(ConnectionType.SERVER)),
            actor,
            SignIn(str(actor.session_key), lambda: self.is_alive),
        )
        self.client.channels = channels
        self.is_alive = alive
        self._wire = Connection(ConnectionType.CLIENT)

    def close(self) -> None:
        self.client.ws.sock.close()
        self.theirs.close()

    def heard(self) -> list[Any]:
        """Return everything that arrived so far, as a real client library reads it."""
        self.theirs.setblocking(False)
        try:
            while chunk := self.theirs.recv(1 << 20):
                self._wire.receive_data(chunk)
        except BlockingIOError:
            pass
        found: list[Any] = []
        parts = ""
        for one in self._wire.events():
            if isinstance(one, TextMessage):
                parts += one.data
                if one.message_finished:
                    found.append(json.loads(parts))
                    parts = ""
            else:
                found.append(one)
        return found


@pytest.fixture
def pairs() -> Iterator[Callable[..., Pair]]:
    made: list[Pair] = []

    def make(*arguments: Any, **more: Any) -> Pair:
        made.append(Pair(*arguments, **more))
        return made[-1]

    yield make
    for pair in made:
        pair.close()


@pytest.mark.parametrize("size", [0, 1, 100, 125, 126, 5000, 65535, 65536, 200_000])
def test_a_client_library_reads_our_frames_of_every_size(size: int) -> None:
    wire = Connection(ConnectionType.CLIENT)
    wire.receive_data(text_frame({"x": "a" * size}))
    text = "".join(one.data for one in wire.events() if isinstance(one, TextMessage))
    assert json.loads(text) == {"x": "a" * size}


def test_a_goodbye_has_its_reason_and_is_said_once_however_the_client_answers(pairs: Callable[..., Pair]) -> None:
    pair = pairs(someone())
    library = pair.client.ws.ws
    pair.client.close(4401, "The sign-in ended.")
    (goodbye,) = pair.heard()
    assert isinstance(goodbye, CloseConnection)
    assert (goodbye.code, goodbye.reason) == (4401, "The sign-in ended.")
    answer = Connection(ConnectionType.CLIENT)
    library.receive_data(answer.send(CloseConnection(4401)))
    (answered,) = library.events()
    with pytest.raises(LocalProtocolError):  # which is how the library keeps a second one to itself
        library.send(answered.response())


def test_to_a_client_that_said_goodbye_first_nothing_more_is_said(pairs: Callable[..., Pair]) -> None:
    pair = pairs(someone())
    library = pair.client.ws.ws
    library.receive_data(Connection(ConnectionType.CLIENT).send(CloseConnection(1001)))
    (theirs,) = library.events()
    library.send(theirs.response())
    pair.client.close(4401, "The sign-in ended.")
    assert pair.heard() == []


def test_every_message_has_the_one_shape() -> None:
    assert set(message("runs", 1, NOW, "run.progress", {})) == {"channel", "seq", "ts", "type", "data"}


def test_an_event_appears_on_its_topic_and_its_parents() -> None:
    assert channels_of(event(1, "runs.7")) == {"runs", "runs.7"}


def test_events_reach_those_who_asked_and_may_see_them_and_nobody_else(pairs: Callable[..., Pair]) -> None:
    hub = hub_of(lambda one, actor: actor.user_id != "blind")
    mine, other_tenant = pairs(someone("u1")), pairs(someone("u9", "t2"))
    colleague, blind = pairs(someone("u2")), pairs(someone("blind"))
    deaf = pairs(someone("u3"), frozenset({"alerts"}))
    for pair in (mine, other_tenant, colleague, blind, deaf):
        hub.add(pair.client)
    hub.publish(event(1, portfolio="p1"))
    hub.publish(event(2, user="u1"))
    assert [one["seq"] for one in mine.heard()] == [1, 2]
    assert [one["seq"] for one in colleague.heard()] == [1]
    assert other_tenant.heard() == deaf.heard() == blind.heard() == []


def test_rights_are_asked_for_once_a_user_and_only_where_a_portfolio_restricts(pairs: Callable[..., Pair]) -> None:
    asked: list[tuple[int, str]] = []
    hub = hub_of(lambda one, actor: not asked.append((one.seq, actor.user_id)))
    for pair in (pairs(someone("u1")), pairs(someone("u1")), pairs(someone("u2"))):
        hub.add(pair.client)
    hub.publish(event(1))
    hub.publish(event(2, user="u1", portfolio="p1"))
    hub.publish(event(3, portfolio="p1"))
    assert sorted(asked) == [(3, "u1"), (3, "u2")]


def test_a_client_that_does_not_read_is_dropped_and_the_others_get_everything(pairs: Callable[..., Pair]) -> None:
    hub = hub_of()
    stuck, well = pairs(someone("stuck")), pairs(someone("well"))
    hub.add(stuck.client)
    hub.add(well.client)
    heard = 0
    for seq in range(1, 401):
        hub.publish(event(seq, text="x" * 10_000))
        heard += len(well.heard())
    assert heard == 400
    assert stuck.client.is_dropped
    assert hub.clients == (well.client,)


def test_who_comes_back_gets_what_was_missed_once_and_in_order(pairs: Callable[..., Pair]) -> None:
    hub = hub_of()
    pair = pairs(someone())
    hub.add(pair.client)
    pair.client.begin_catching_up(1)
    hub.publish(event(4))
    hub.publish(event(5))
    missed = [(seq, text_frame({"seq": seq})) for seq in (2, 3, 4)]
    assert pair.client.end_catching_up(missed, 4)
    hub.publish(event(5))
    hub.publish(event(6))
    assert [one["seq"] for one in pair.heard()] == [2, 3, 4, 5, 6]


@pytest.mark.requirement("X.AU4")
def test_a_socket_ends_with_4401_when_its_sign_in_ends(pairs: Callable[..., Pair]) -> None:
    hub = hub_of()
    stays, goes = pairs(someone("u1")), pairs(someone("u2"))
    hub.add(stays.client)
    hub.add(goes.client)
    watch = Watch(hub, ManualClock(NOW))
    watch.check()
    assert len(hub.clients) == 2
    goes.is_alive = False
    watch.check()
    assert hub.clients == (stays.client,)
    (goodbye,) = goes.heard()
    assert goodbye.code == 4401


def beat_of(hub: Hub, pair: Pair) -> Any:
    """Return what a pair hears of a heartbeat, after what it heard before."""
    Watch(hub, ManualClock(NOW)).beat()
    return pair.heard()[-1]


def test_heartbeats_carry_the_number_up_to_which_everything_was_handed_over(pairs: Callable[..., Pair]) -> None:
    hub = hub_of(begins_after=41)
    pair = pairs(someone())
    hub.add(pair.client)
    beat = beat_of(hub, pair)
    assert (beat["channel"], beat["seq"], beat["data"]) == ("heartbeat", 41, {"count": 1})
    hub.publish(event(42, user="somebody else"))
    assert beat_of(hub, pair)["seq"] == 42


def test_a_heartbeat_never_announces_an_event_that_is_still_to_come(pairs: Callable[..., Pair]) -> None:
    hub = hub_of()
    live, behind, fresh = pairs(someone("u1")), pairs(someone("u2")), pairs(someone("u3"), frozenset())
    for pair in (live, behind, fresh):
        hub.add(pair.client)
    behind.client.begin_catching_up(7)
    hub.publish(event(39))
    hub.publish(event(40))  # 41 is committed, but not handed over yet
    assert beat_of(hub, live)["seq"] == 40
    assert [one["seq"] for one in behind.heard()] == [7]
    assert [one["seq"] for one in fresh.heard()] == [0]
    assert behind.client.end_catching_up([(8, text_frame({"seq": 8}))], 8)
    assert [one["seq"] for one in behind.heard()] == [8, 39, 40]


def test_no_heartbeat_comes_between_an_event_and_those_it_is_still_handed_to(pairs: Callable[..., Pair]) -> None:
    asked, may_go_on = threading.Event(), threading.Event()

    def slowly(one: EventView, actor: Actor) -> bool:
        asked.set()
        return may_go_on.wait(5)

    hub = hub_of(slowly)
    pair = pairs(someone())
    hub.add(pair.client)
    publishing = threading.Thread(target=hub.publish, args=(event(3, portfolio="p1"),))
    publishing.start()
    assert asked.wait(5)
    beating = threading.Thread(target=Watch(hub, ManualClock(NOW)).beat)
    beating.start()
    beating.join(0.1)
    assert pair.heard() == []
    may_go_on.set()
    publishing.join(5)
    beating.join(5)
    assert [(one["type"], one["seq"]) for one in pair.heard()] == [("run.progress", 3), ("heartbeat", 3)]


def test_whoever_may_have_missed_an_event_is_cut_off_and_comes_back_for_it(pairs: Callable[..., Pair]) -> None:
    def fails(one: EventView, actor: Actor) -> bool:
        raise OSError("the database is away")

    hub = hub_of(fails)
    pair = pairs(someone())
    hub.add(pair.client)
    hub.publish(event(1))
    hub.publish(event(2, portfolio="p1"))
    assert pair.client.is_dropped
    assert hub.clients == ()
    assert pair.client.sent_seq == 1


def test_a_ticket_opens_one_socket_only() -> None:
    tickets = Tickets()
    ticket = tickets.issue(someone(), None)
    assert tickets.redeem(ticket) == (someone(), None)
    assert tickets.redeem(ticket) is None
    assert tickets.redeem("made up") is None
