"""Which hub, watch and tickets does the present server have?"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from api.stream import conversation
from api.stream.hub import Hub
from api.stream.quotes import QuoteStream
from api.stream.tickets import Tickets
from api.stream.watch import Watch
from services.auth.actor import Actor
from services.messages.events import EventView
from services.settings import Settings
from services.wiring import Services


@dataclass(frozen=True)
class Stream:
    """What the sockets of one server share."""

    hub: Hub
    watch: Watch
    tickets: Tickets


def register(server: Flask, settings: Settings, services: Services) -> None:
    """Open `/ws`, and have every event of the outbox handed to the hub."""

    def may_see(event: EventView, actor: Actor) -> bool:
        visible = services.events.since_for(event.seq - 1, actor, [event.topic])
        return any(one.seq == event.seq for one in visible)

    hub = Hub(may_see, services.events.passed)
    stream = Stream(hub, Watch(hub, services.ports.clock), Tickets())
    server.extensions["qpo_stream"] = stream
    services.events.subscribe(hub.publish)
    QuoteStream(hub, services.live)
    conversation.register(server, settings, stream.hub)


def stream_of(server: Flask) -> Stream:
    """Return what the sockets of a server share."""
    stream = server.extensions["qpo_stream"]
    assert isinstance(stream, Stream)
    return stream


def tickets() -> Tickets:
    """Return the unused tickets of the present server."""
    return stream_of(current_app).tickets
