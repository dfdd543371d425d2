"""Which live prices does a house have, who starts and stops them, and what is pushed?

Live prices are an overlay: they are shown, marked, and never stored as prices or valuations of record.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from data.feeds.carrier import Carrier, InProcessCarrier
from data.feeds.poll import PollFeed
from data.feeds.replay import ReplayFeed, Tape
from data.feeds.ticks import Feed, Tick, is_repeat, problem_of
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, FieldProblem, InvalidRequest, Unavailable
from services.live_ages import with_ages
from services.live_closes import last_closes, with_previous
from services.live_hours import Hours, Trading
from services.live_houses import House, Houses, Listener
from services.live_rates import rates_of
from services.live_runner import KEY, Runner
from services.live_state import Pulse, Wish, feed_view
from services.live_tape import POLLED_MAX_COUNT, Followed, followed, make_tape
from services.market_series import SeriesReader
from services.messages.live import (
    FeedMode,
    FeedView,
    LiveQuotes,
    LiveRate,
    QuoteView,
    StartFeed,
    TickInput,
    TickRefusal,
    TicksInput,
    TicksReport,
)
from services.ports import Ports
from services.valuation_prices import PriceBook

REFUSALS_SHOWN_COUNT = 100
SYMBOLS_KNOWN_S = 60.0
ASKED_MAX_COUNT = 1000
USUAL_KEY = "live.usual"

AskQuotes = Callable[[str, Mapping[str, str]], Sequence[Tick]]
"""Asks a house's providers for the last prices of symbols, each with its asset class."""


def _nobody(_tenant_id: str, _classes: Mapping[str, str]) -> Sequence[Tick]:
    raise Unavailable(
        "No provider of last prices is set up.", "Set one up on the page Providers, or start a replay instead."
    )


class Live:
    """Live prices of every house, each for itself.

    Parameters
    ----------
    ports : Ports
    carrier : Carrier or None
        Brings frames to all processes; within this one when None.
    ask_quotes : callable or None
        For feeds that poll.
    hours : Hours or None
        When markets trade.
    """

    def __init__(
        self,
        ports: Ports,
        carrier: Carrier | None = None,
        ask_quotes: AskQuotes | None = None,
        hours: Hours | None = None,
    ) -> None:
        self._ports = ports
        self._hours = hours or Hours()
        self._reader = SeriesReader(ports)
        self._ask_quotes = ask_quotes or _nobody
        usual = FeedMode(ports.settings.live_feed)
        key = "" if usual is FeedMode.OFF else f"usual-{usual.value}"
        self._usual = Wish(mode=usual, anchor_utc=ports.clock.now_utc(), key=key)
        self._tapes: dict[str, tuple[object, Tape]] = {}
        self._followed: dict[str, tuple[datetime, Followed]] = {}
        self.houses = Houses(carrier or InProcessCarrier(), ports.clock)
        self.runner = Runner(ports, self.houses, self._make_feed, self._read_wishes, self._judged_ages)

    def start(self) -> None:
        """Begin to look after the feeds and to tell news."""
        self.houses.start()
        self.runner.start()

    def stop(self) -> None:
        """End it within a second."""
        self.runner.stop()
        self.houses.stop()

    def subscribe(self, listener: Listener) -> None:
        """Have every frame of every house handed to a function of this process; it minds whose they are."""
        self.houses.subscribe(listener)

    def feed(self, actor: Actor) -> FeedView:
        """Return how the house's feed stands."""
        authorize(actor, Permission.MARKET_READ)
        return self.view(actor.tenant_id)

    def view(self, tenant_id: str) -> FeedView:
        """Return how a house's feed stands, for the product's own use."""
        house = self.houses.of(tenant_id)
        return feed_view(house.wish, house.pulse, self._ports.clock.now_utc())

    def quotes(self, symbols: Sequence[str] | None, actor: Actor) -> LiveQuotes:
        """Return the latest live prices of symbols, or of all when None, and how far they can be trusted.

        Raises
        ------
        InvalidRequest
            More than 1,000 symbols are asked for.
        """
        authorize(actor, Permission.MARKET_READ)
        if symbols is not None and len(symbols) > ASKED_MAX_COUNT:
            raise InvalidRequest(
                f"At most {ASKED_MAX_COUNT} symbols at a time.",
                "Leave the symbols out to get all.",
                fields=(FieldProblem("symbols", f"{len(symbols)} symbols were sent."),),
            )
        house = self.houses.of(actor.tenant_id)
        known = self._known(actor.tenant_id).currencies if symbols is not None else {}
        return LiveQuotes(
            feed=self.feed(actor),
            quotes=tuple(quote_view(tick, house.wish) for tick in house.latest(symbols)),
            unknown_symbols=tuple(symbol for symbol in symbols or () if symbol not in known),
        )

    def rates(
        self, base_currency: str, currencies: Sequence[str], as_of: date | None, actor: Actor
    ) -> tuple[LiveRate, ...]:
        """Return the stored rates of exchange into a currency as of a day; no unit is opened where none is needed."""
        foreign = sorted(set(currencies) - {base_currency})
        if not foreign:
            return ()
        with self._ports.store.read(actor) as uow:
            known = {currency: self._reader.rates(uow, currency, base_currency) for currency in foreign}
        book = PriceBook(base_currency, {}, {currency: one for currency, one in known.items() if one is not None})
        return rates_of(book, foreign, as_of)

    def start_feed(self, wish: StartFeed, actor: Actor) -> FeedView:
        """Start a feed of the house in place of the one that runs; prices of the earlier one are forgotten.

        Raises
        ------
        InvalidRequest
            `mode` is `off`, or nothing is recorded from `start_on` on.
        """
        authorize(actor, Permission.MARKET_REFRESH)
        if wish.mode is FeedMode.OFF:
            raise InvalidRequest(
                "A feed that is off cannot be started.",
                "Choose replay, poll or push; to end a feed, stop it.",
                fields=(FieldProblem("mode", "'off' is not a feed."),),
            )
        if wish.mode is FeedMode.REPLAY:
            self._tape(actor.tenant_id, Wish(start_on=wish.start_on, is_daily=wish.is_daily))
        made = Wish(
            mode=wish.mode,
            speed=wish.speed,
            start_on=wish.start_on,
            is_loop=wish.is_loop,
            is_daily=wish.is_daily,
            interval_s=wish.interval_s,
            anchor_utc=self._ports.clock.now_utc(),
            key=secrets.token_hex(6),
        )
        return self._put(made, "live.start", actor, is_new=True)

    def pause_feed(self, actor: Actor) -> FeedView:
        """Have the house's feed stand still; a replay goes on from the same place later."""
        return self._change("live.pause", actor, lambda wish, now_utc: wish.paused(now_utc))

    def resume_feed(self, actor: Actor) -> FeedView:
        """Have a paused feed go on."""
        return self._change("live.resume", actor, lambda wish, now_utc: wish.resumed(now_utc))

    def stop_feed(self, actor: Actor) -> FeedView:
        """End the house's feed; screens show the last closes again."""
        authorize(actor, Permission.MARKET_REFRESH)
        return self._put(Wish(), "live.stop", actor, is_new=True)

    def push(self, batch: TicksInput, actor: Actor) -> TicksReport:
        """Take pushed prices in; each that cannot be believed is named, the others count.

        Raises
        ------
        Conflict
            The house's feed does not take pushed prices, or is paused.
        """
        authorize(actor, Permission.MARKET_IMPORT)
        house = self.houses.of(actor.tenant_id)
        if house.wish.mode is not FeedMode.PUSH or house.wish.is_paused:
            what = "is paused" if house.wish.mode is FeedMode.PUSH else "does not take pushed prices"
            way = "Resume it" if house.wish.mode is FeedMode.PUSH else "Start a feed of the mode 'push'"
            raise Conflict(f"The feed of your house {what}.", f"{way} first.", code="feed_not_push")
        now_utc = self._ports.clock.now_utc()
        feed = house.book.feed
        fresh, refused, repeated_count = self._judged(house, batch.ticks, now_utc)
        self.houses.take(house, fresh, feed)
        if repeated_count and not fresh:
            self.houses.live_on(house)
        return TicksReport(
            accepted_count=len(batch.ticks) - len(refused) - repeated_count,
            repeated_count=repeated_count,
            refused_count=len(refused),
            refused=tuple(refused[:REFUSALS_SHOWN_COUNT]),
            received_at_utc=now_utc,
        )

    def _judged(
        self, house: House, ticks: Sequence[TickInput], now_utc: datetime
    ) -> tuple[list[Tick], list[TickRefusal], int]:
        """Return the ticks that count, those refused with the reason, and how many said what was known."""
        known = self._known(house.tenant_id, {tick.symbol for tick in ticks})
        last: dict[str, Tick | None] = {}
        fresh: list[Tick] = []
        refused: list[TickRefusal] = []
        repeated_count = 0
        for index, sent in enumerate(ticks):
            tick = Tick(**dict(sent))
            if tick.event_time_utc is not None and tick.event_time_utc.tzinfo is not None:
                tick = replace(tick, event_time_utc=tick.event_time_utc.astimezone(UTC))
            before = last[tick.symbol] if tick.symbol in last else house.book.last(tick.symbol)
            if is_repeat(tick, before):
                repeated_count += 1
                continue
            currency, close = known.currencies.get(tick.symbol), known.closes.get(tick.symbol)
            problem = problem_of(tick, before, currency, now_utc, close)
            if problem is not None:
                refused.append(TickRefusal(index=index, symbol=tick.symbol, message=problem))
                continue
            last[tick.symbol] = tick
            fresh.append(with_previous(tick, known, self._hours))
        return fresh, refused, repeated_count

    def _known(self, tenant_id: str, wanted: set[str] | None = None) -> Followed:
        """Return the symbols of a house; read again each minute, and for a new symbol after five seconds."""
        now_utc = self._ports.clock.now_utc()
        kept = self._followed.get(tenant_id)
        if kept is not None:
            age_s = (now_utc - kept[0]).total_seconds()
            is_enough = not wanted or wanted <= kept[1].currencies.keys()
            if age_s < (SYMBOLS_KNOWN_S if is_enough else 5.0):
                return kept[1]
        found = followed(self._ports, tenant_id)
        found = replace(found, closes=last_closes(self._ports, self._reader, tenant_id, found))
        self._followed[tenant_id] = (now_utc, found)
        return found

    def _change(self, action: str, actor: Actor, change: Callable[[Wish, datetime], Wish]) -> FeedView:
        """Change what is kept, which another process may have changed since this one looked."""
        authorize(actor, Permission.MARKET_REFRESH)
        house = self.houses.of(actor.tenant_id)
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            kept = uow.settings.value(KEY)
        if kept is not None:
            self.houses.adopt(house, Wish.of_json(kept))
        if house.wish.mode is FeedMode.OFF:
            raise Conflict("No feed is running.", "Start one first.", code="feed_off")
        return self._put(change(house.wish, self._ports.clock.now_utc()), action, actor, is_new=False)

    def _put(self, wish: Wish, action: str, actor: Actor, *, is_new: bool) -> FeedView:
        """Keep what the house wants, with who wanted it, and have it happen everywhere."""
        house = self.houses.of(actor.tenant_id)
        with self._ports.store.work(actor) as uow:
            note(uow, action, "live_feed", None, before=_audited(house.wish), after=_audited(wish))
            uow.commit()
        with self._ports.store.system(actor.tenant_id) as uow:
            uow.settings.put(KEY, wish.to_json())
            uow.commit()
        if is_new:
            self.houses.begin(house, wish)
        else:
            self.houses.change(house, wish)
        self.runner.kick()
        return self.view(actor.tenant_id)

    def _read_wishes(self) -> dict[str, Wish]:
        """Return what each house wants of its feed; the installation's usual feed where it never chose."""
        with self._ports.store.system(read_only=True) as uow:
            tenant_ids = [row.id for row in uow.tenants.list().rows if row.is_active]
            kept = uow.settings.of_all(KEY)
            usual = uow.settings.of_all(USUAL_KEY)
        chosen = {key: Wish.of_json(kept[key]) for key in tenant_ids if key in kept}
        return chosen | {key: self._usual_of(key, usual.get(key)) for key in tenant_ids if key not in kept}

    def _usual_of(self, tenant_id: str, kept: dict[str, Any] | None) -> Wish:
        """Return the installation's usual feed for a house; where it began is kept, so that all processes agree."""
        if self._usual.mode is FeedMode.OFF:
            return self._usual
        if kept is not None and kept["mode"] == self._usual.mode.value:
            return Wish.of_json(kept)
        with self._ports.store.system(tenant_id) as uow:
            uow.settings.put(USUAL_KEY, self._usual.to_json())
            uow.commit()
        return self._usual

    def _make_feed(self, tenant_id: str, wish: Wish) -> Feed:
        """Return the feed that a house wants; it is asked by one thread."""
        if wish.mode is FeedMode.POLL:
            return PollFeed(
                lambda symbols: self._asked(tenant_id, symbols),
                lambda: self._polled(tenant_id),
                wish.interval_s,
                lambda: self._known(tenant_id).closes,
            )
        tape = self._tape(tenant_id, wish)
        return ReplayFeed(
            tape, wish.speed, wish.anchor_utc, wish.anchor_s, is_loop=wish.is_loop, is_paused=wish.is_paused
        )

    def _judged_ages(self, pulse: Pulse, house: House) -> Pulse:
        """Return a pulse with the ages of a house's prices, each judged by the hours of its market."""
        known = self._known(house.tenant_id)

        def trading_of(symbol: str) -> Trading | None:
            kind = known.classes.get(symbol)
            return None if kind is None else self._hours.at(known.exchanges.get(symbol), kind, pulse.at_utc)

        return with_ages(pulse, house.book.latest(), known.held, pulse.at_utc, trading_of)

    def _polled(self, tenant_id: str) -> dict[str, str]:
        """Return what to ask for, with currencies; a new holding is among it within a minute."""
        known = self._known(tenant_id)
        return {symbol: known.currencies[symbol] for symbol in known.first(POLLED_MAX_COUNT)}

    def _asked(self, tenant_id: str, symbols: Sequence[str]) -> list[Tick]:
        """Return what the providers answer, with the close of the session before where they do not name it."""
        ticks = self._ask_quotes(tenant_id, self._classes(tenant_id, symbols))
        known = self._known(tenant_id)
        return [with_previous(tick, known, self._hours) for tick in ticks]

    def _classes(self, tenant_id: str, symbols: Sequence[str]) -> dict[str, str]:
        classes = self._known(tenant_id).classes
        return {symbol: classes[symbol] for symbol in symbols if symbol in classes}

    def _tape(self, tenant_id: str, wish: Wish) -> Tape:
        """Return the tape of a house from a day on, made once until other prices arrive."""
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            key = (wish.start_on, wish.is_daily, self._reader.version(uow))
        kept = self._tapes.get(tenant_id)
        if kept is None or kept[0] != key:
            made = make_tape(self._ports, self._reader, tenant_id, wish.start_on, is_daily=wish.is_daily)
            kept = self._tapes[tenant_id] = (key, made)
        return kept[1]


def quote_view(tick: Tick, wish: Wish) -> QuoteView:
    """Return a tick as callers see it."""
    change = None if not tick.previous_close else tick.price / tick.previous_close - 1.0
    return QuoteView(
        symbol=tick.symbol,
        price=tick.price,
        currency=tick.currency,
        event_time_utc=tick.event_time_utc,
        session=tick.session,
        bid=tick.bid,
        ask=tick.ask,
        volume=tick.volume,
        previous_close=tick.previous_close,
        change_frac=change,
        is_replay=wish.mode is FeedMode.REPLAY,
    )


def _audited(wish: Wish) -> dict[str, Any]:
    return {"mode": wish.mode.value, "speed": wish.speed, "is_paused": wish.is_paused}
