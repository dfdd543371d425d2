"""How do live prices travel between the processes of the product?

A frame is JSON: whose it is, of what kind, which process sent it and its number there. `quotes` carries ticks, `pulse`
how a feed stands, `clear` that the prices of an earlier feed no longer count.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal

from pydantic_core import from_json, to_json

from data.feeds.ticks import Tick
from services.live_state import Pulse, Wish

Kind = Literal["quotes", "pulse", "clear"]


@dataclass(frozen=True)
class Frame:
    """One piece of news about the live prices of a house.

    Parameters
    ----------
    source, number : str, int
        The sending process and its count; a listener leaves out what it has had.
    quotes : tuple of Tick
    feed, is_replay : str, bool
        The feed that they come from, by its key, and whether it plays recorded prices.
    wish, pulse : Wish or None, Pulse or None
        What the house wants of its feed, and how the feed stands.
    """

    tenant_id: str
    kind: Kind
    source: str
    number: int
    at_utc: datetime
    quotes: tuple[Tick, ...] = ()
    feed: str = ""
    is_replay: bool = False
    wish: Wish | None = None
    pulse: Pulse | None = None

    def to_bytes(self) -> bytes:
        """Return it as it travels."""
        said: dict[str, Any] = {
            "tenant": self.tenant_id,
            "kind": self.kind,
            "source": self.source,
            "number": self.number,
            "at": self.at_utc.isoformat(),
            "feed": self.feed,
            "is_replay": self.is_replay,
        }
        if self.quotes:
            said["quotes"] = [tick_json(tick) for tick in self.quotes]
        if self.wish is not None:
            said["wish"] = self.wish.to_json()
        if self.pulse is not None:
            said["pulse"] = {name: _plain(getattr(self.pulse, name)) for name in _PULSE}
        return to_json(said)

    @classmethod
    def of_bytes(cls, raw: bytes) -> Frame:
        """Read it again."""
        said = from_json(raw)
        pulse = said.get("pulse")
        return cls(
            tenant_id=said["tenant"],
            kind=said["kind"],
            source=said["source"],
            number=said["number"],
            at_utc=datetime.fromisoformat(said["at"]),
            quotes=tuple(_tick(one) for one in said.get("quotes", ())),
            feed=said["feed"],
            is_replay=said["is_replay"],
            wish=Wish.of_json(said["wish"]) if "wish" in said else None,
            pulse=None if pulse is None else Pulse(**{name: _read(name, pulse[name]) for name in _PULSE}),
        )


_PULSE = tuple(one.name for one in fields(Pulse))
_TICK = ("symbol", "price", "currency", "event_time_utc", "session", "bid", "ask", "volume", "previous_close")


def tick_json(tick: Tick) -> dict[str, Any]:
    """Return a tick as JSON values; what the source did not say is left out."""
    found = {name: _plain(getattr(tick, name)) for name in _TICK}
    return {name: value for name, value in found.items() if value is not None}


def _tick(said: dict[str, Any]) -> Tick:
    return Tick(**{name: _read(name, value) for name, value in said.items()})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_utc"):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name == "session" else value
