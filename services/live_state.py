"""How far can live prices be trusted at this moment, and how does the light say so?

One place decides state and words; screens only count the seconds since they were told. Thresholds: a price younger than
a minute is live; an older one that still arrives regularly is delayed by its age; one that has stopped arriving is
stale; a feed of which nothing was heard for five seconds is offline. The middle price of those held decides, and how
many are fresh is said where not all are. Where the markets of all of them are closed, and the prices are those of the
end of their last sessions, the feed is closed and not stale; where some are, the others are judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from services import formatting
from services.messages.live import FeedMode, FeedState, FeedView

SILENT_MAX_S = 5.0
"""After how long without a sign of life a feed counts as offline; it gives one each second."""
FRESH_MAX_S = 60.0
ARRIVES_MAX_S = 30.0
"""A push feed that was quiet for longer is stale."""
DELAY_MAX_S = 3600.0


@dataclass(frozen=True)
class Wish:
    """What a house wants of its feed, as it is kept.

    Parameters
    ----------
    anchor_utc : datetime
        When a replay stood at ``anchor_s`` recorded seconds.
    key : str
        Tells one start of a feed from another; a pause keeps it.
    """

    mode: FeedMode = FeedMode.OFF
    speed: float = 3600.0
    start_on: date | None = None
    is_loop: bool = True
    is_daily: bool = False
    interval_s: float = 15.0
    is_paused: bool = False
    anchor_utc: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    anchor_s: float = 0.0
    key: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON value."""
        day = None if self.start_on is None else self.start_on.isoformat()
        return {
            "mode": self.mode.value,
            "speed": self.speed,
            "start_on": day,
            "is_loop": self.is_loop,
            "is_daily": self.is_daily,
            "interval_s": self.interval_s,
            "is_paused": self.is_paused,
            "anchor_utc": self.anchor_utc.isoformat(),
            "anchor_s": self.anchor_s,
            "key": self.key,
        }

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Wish:
        """Return it from a JSON value."""
        day = kept.get("start_on")
        return cls(
            mode=FeedMode(kept["mode"]),
            speed=float(kept["speed"]),
            start_on=None if day is None else date.fromisoformat(day),
            is_loop=bool(kept["is_loop"]),
            is_daily=bool(kept.get("is_daily", False)),
            interval_s=float(kept["interval_s"]),
            is_paused=bool(kept["is_paused"]),
            anchor_utc=datetime.fromisoformat(kept["anchor_utc"]),
            anchor_s=float(kept["anchor_s"]),
            key=str(kept.get("key", "")),
        )

    def paused(self, now_utc: datetime) -> Wish:
        """Return the wish to stand still here."""
        return self if self.is_paused else replace(self._standing(now_utc), is_paused=True)

    def resumed(self, now_utc: datetime) -> Wish:
        """Return the wish to go on from here."""
        return replace(self, is_paused=False, anchor_utc=now_utc) if self.is_paused else self

    def _standing(self, now_utc: datetime) -> Wish:
        gone_s = max(0.0, (now_utc - self.anchor_utc).total_seconds())
        return replace(self, anchor_utc=now_utc, anchor_s=self.anchor_s + gone_s * self.speed)


@dataclass(frozen=True)
class Pulse:
    """What the process that runs a feed says of it each second.

    Parameters
    ----------
    at_utc : datetime
        When it was said.
    heard_utc : datetime or None
        When the source last answered, with or without news.
    newest_utc, middle_utc, oldest_utc : datetime or None
        When the newest, the middle and the oldest price were paid, of the symbols by which the feed is judged.
    fresh_count, watched_count, unpriced_count : int
        Of those symbols: with a price younger than a minute; all; without a live price.
    refused_count, refusal : int, str or None
        Prices of the last answer that could not be believed, and why the first of them.
    problem : str or None
        Why the source cannot be read at present.
    resting_count, behind_count, is_closed : int, int, bool
        Symbols whose market is closed, with a price of the end of its last session or with an older one, and whether
        the markets of all are closed. They are none of those whose ages are told unless all are.
    rested_utc, opens_utc : datetime or None
        When the newest price of those that rest was paid, and when the first of the closed markets opens.
    is_of_minutes : bool
        Whether a replay plays bars of minutes.
    """

    at_utc: datetime
    heard_utc: datetime | None = None
    newest_utc: datetime | None = None
    session: date | None = None
    symbols_count: int = 0
    is_over: bool = False
    problem: str | None = None
    middle_utc: datetime | None = None
    oldest_utc: datetime | None = None
    fresh_count: int = 0
    watched_count: int = 0
    unpriced_count: int = 0
    refused_count: int = 0
    refusal: str | None = None
    resting_count: int = 0
    behind_count: int = 0
    is_closed: bool = False
    rested_utc: datetime | None = None
    opens_utc: datetime | None = None
    is_of_minutes: bool = False


@dataclass(frozen=True)
class _Light:
    state: FeedState
    words: str
    sentence: str
    age_s: float | None = field(default=None)


def feed_view(wish: Wish, pulse: Pulse | None, now_utc: datetime) -> FeedView:
    """Return the feed of a house as its light shows it."""
    light = _light(wish, pulse, now_utc)
    is_replay = wish.mode is FeedMode.REPLAY
    return FeedView(
        mode=wish.mode,
        state=light.state,
        words=light.words,
        sentence=light.sentence,
        is_paused=wish.is_paused,
        age_s=light.age_s,
        symbols_count=0 if pulse is None else pulse.symbols_count,
        speed=wish.speed if is_replay else None,
        start_on=wish.start_on if is_replay else None,
        is_loop=wish.is_loop if is_replay else None,
        interval_s=wish.interval_s if wish.mode is FeedMode.POLL else None,
        bars=None if pulse is None or not is_replay else "minute" if pulse.is_of_minutes else "daily",
        session=None if pulse is None else pulse.session,
        problem=None if pulse is None else pulse.problem,
        fresh_count=0 if pulse is None else pulse.fresh_count,
        watched_count=0 if pulse is None else pulse.watched_count,
        oldest_age_s=None if pulse is None else _age_s(pulse.oldest_utc, now_utc),
        refused_count=0 if pulse is None else pulse.refused_count,
        closed_count=0 if pulse is None else pulse.resting_count + pulse.behind_count,
        paused_since_utc=wish.anchor_utc if wish.is_paused else None,
        at_utc=now_utc,
    )


def speed_words(speed: float) -> str:
    """Return a speed as the light says it: 60x, 3,600x."""
    return f"{formatting.number(speed, 0)}x"


def _light(wish: Wish, pulse: Pulse | None, now_utc: datetime) -> _Light:
    if wish.mode is FeedMode.OFF:
        return _Light(FeedState.OFF, "No live prices", "No feed is running; prices are those of the last close.")
    if pulse is None:
        return _Light(FeedState.STARTING, "Starting", "The feed is being started.")
    silent_s = _age_s(pulse.at_utc, now_utc)
    if silent_s is not None and silent_s > SILENT_MAX_S:
        told = "The process that runs the feed has gone silent; another one takes over within fifteen seconds."
        return _Light(FeedState.OFFLINE, "Offline", told, silent_s)
    if pulse.problem is not None:
        return _Light(FeedState.OFFLINE, "Offline", pulse.problem, _age_s(pulse.heard_utc, now_utc))
    if wish.mode is FeedMode.REPLAY:
        return _replay_light(wish, pulse, now_utc)
    if wish.is_paused:
        return _Light(FeedState.PAUSED, "Paused", "The house's feed is paused.", _age_s(pulse.newest_utc, now_utc))
    return _market_light(wish, pulse, now_utc)


def _replay_light(wish: Wish, pulse: Pulse, now_utc: datetime) -> _Light:
    fast = speed_words(wish.speed)
    day = f" of {formatting.day_short(pulse.session)}" if pulse.session else ""
    bars = "Recorded bars of minutes" if pulse.is_of_minutes else "Recorded prices"
    played = f"{bars}{day} are played at {fast}; they are not today's, and nothing of them is stored."
    if pulse.is_over:
        return _Light(FeedState.ENDED, "Replay ended", f"The recording is at its end. {played}")
    if wish.is_paused:
        return _Light(FeedState.PAUSED, "Replay paused", f"The replay stands still. {played}")
    return _Light(FeedState.REPLAY, f"Replay {fast}", played, _age_s(pulse.heard_utc, now_utc))


def _market_light(wish: Wish, pulse: Pulse, now_utc: datetime) -> _Light:
    """Return the light of a feed of real prices."""
    age_s, heard_s = _age_s(pulse.middle_utc or pulse.newest_utc, now_utc), _age_s(pulse.heard_utc, now_utc)
    more = _exceptions(pulse, now_utc)
    if age_s is None or heard_s is None:
        waits = "prices are sent to /live/ticks" if wish.mode is FeedMode.PUSH else "the first answer arrives"
        return _Light(FeedState.STARTING, "Waiting", f"The feed runs; it waits until {waits}.{more}")
    if pulse.is_closed:
        return _closed_light(pulse, age_s, more)
    quiet_max_s = ARRIVES_MAX_S if wish.mode is FeedMode.PUSH else 2 * wish.interval_s + SILENT_MAX_S
    if heard_s > quiet_max_s:
        ended = f"Prices have stopped arriving; those shown are the last ones.{more}"
        return _Light(FeedState.STALE, "Stale", ended, age_s)
    if age_s <= FRESH_MAX_S:
        closed_count = pulse.resting_count + pulse.behind_count
        beside = f", {formatting.number(closed_count, 0)} closed" if closed_count else ""
        open_count = pulse.watched_count - closed_count
        if pulse.fresh_count >= open_count:
            rest = " where the market is open" if closed_count else ""
            return _Light(FeedState.LIVE, f"Live{beside}", f"Prices are less than a minute old{rest}.{more}", age_s)
        share = f"{formatting.number(pulse.fresh_count, 0)} of {formatting.number(open_count, 0)}"
        told = f"Prices of {share} are less than a minute old.{more}"
        return _Light(FeedState.LIVE, f"Live for {share}{beside}", told, age_s)
    if age_s <= DELAY_MAX_S:
        late = "The source sends prices with a delay; those shown are the newest that it has."
        return _Light(FeedState.DELAYED, "Delayed", late + more, age_s)
    stopped = "Prices are over an hour old: the market does not trade, or the source has stopped."
    return _Light(FeedState.STALE, "Stale", stopped + more, age_s)


def _closed_light(pulse: Pulse, age_s: float, more: str) -> _Light:
    """Return the light of a feed whose markets are all closed."""
    opens = f" The first of them opens on {formatting.moment(pulse.opens_utc)}." if pulse.opens_utc else ""
    if pulse.resting_count < pulse.behind_count:
        told = f"The markets are closed, and prices stopped arriving before the last session ended.{more}{opens}"
        return _Light(FeedState.STALE, "Stale", told, age_s)
    told = f"Closed - prices of the last session, the newest of {formatting.moment(pulse.rested_utc)}.{more}{opens}"
    assert pulse.rested_utc is not None
    return _Light(FeedState.CLOSED, f"Closed - {_short_moment(pulse.rested_utc)}", told, age_s)


def _short_moment(moment_utc: datetime) -> str:
    """Return day and hour for the light: 5 Jan 21:00 UTC."""
    return f"{moment_utc.day} {moment_utc:%b %H:%M} UTC"


def _exceptions(pulse: Pulse, now_utc: datetime) -> str:
    """Return what does not hold for all symbols, as sentences after a space; empty where all are alike."""
    said = []
    if pulse.resting_count and not pulse.is_closed:
        resting = formatting.number(pulse.resting_count, 0)
        said.append(f" Closed at present: {resting}; their prices are those of the last session.")
    if pulse.behind_count:
        said.append(
            f" With prices from before the end of the last session: {formatting.number(pulse.behind_count, 0)}."
        )
    oldest_s, newest_s = _age_s(pulse.oldest_utc, now_utc), _age_s(pulse.newest_utc, now_utc)
    if oldest_s is not None and newest_s is not None and oldest_s > max(FRESH_MAX_S, 2 * newest_s):
        said.append(f" The newest is {age_words(newest_s)} old, the oldest {age_words(oldest_s)}.")
    if pulse.unpriced_count:
        none = formatting.number(pulse.unpriced_count, 0)
        said.append(f" Holdings without a live price: {none}; they count at their last close.")
    if pulse.refusal is not None:
        said.append(f" Prices refused: {formatting.number(pulse.refused_count, 0)}. {pulse.refusal}")
    return "".join(said)


def age_words(age_s: float) -> str:
    """Return an age as the light says it: 40 s, 15 min, 3 h, 6 days."""
    if age_s < 60:
        return f"{age_s:.0f} s"
    if age_s < 3600:
        return f"{age_s / 60:.0f} min"
    return f"{age_s / 3600:.0f} h" if age_s < 172_800 else f"{age_s / 86_400:.0f} days"


def _age_s(then_utc: datetime | None, now_utc: datetime) -> float | None:
    """Return how long ago a moment was; a clock that runs ahead makes nothing younger than now."""
    return None if then_utc is None else max(0.0, (now_utc - then_utc).total_seconds())
