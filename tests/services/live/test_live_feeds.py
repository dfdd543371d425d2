"""Do prices of an ended feed never come back, is the light honest, and does a feed end with its lease?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from data.feeds.carrier import Hear
from data.feeds.ticks import Tick
from data.store import tables
from services.errors import Unavailable
from services.live import Live
from services.live_ages import with_ages
from services.live_hours import Hours
from services.live_state import Pulse, Wish, feed_view
from services.messages.live import FeedMode, FeedState, StartFeed, TickInput, TicksInput
from tests.services.live.test_live import Desk, until
from tests.services.market_house import House

OPTIONAL = ("bid", "ask", "volume", "previous_close")
OLD = Tick("AAPL", 55.5, "USD", session=date(2022, 1, 3))


class SlowCarrier:
    """A carrier whose frames arrive when the test lets them."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.listeners: list[Hear] = []

    def send(self, frame: bytes) -> None:
        self.waiting.append(frame)

    def listen(self, hear: Hear) -> None:
        self.listeners.append(hear)

    def start(self) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        """Nothing to end."""

    def flow(self) -> None:
        while self.waiting:
            frame = self.waiting.pop(0)
            for hear in self.listeners:
                hear(frame)


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    made = Desk(house)
    yield made
    made.live.stop()


def held_symbols(house: House) -> list[str]:
    every = house.portfolios.list(house.manager)
    return sorted({held.symbol for one in every for held in house.portfolios.holdings(one.id, house.manager)})


def test_prices_of_an_ended_feed_that_arrive_late_count_nowhere(house: House) -> None:
    carrier = SlowCarrier()
    web, leader = Desk(house, carrier), Desk(house, carrier)  # type: ignore[arg-type]
    tenant_id = house.manager.tenant_id
    web.live.start_feed(StartFeed(mode=FeedMode.REPLAY), web.manager)
    carrier.flow()
    theirs = leader.live.houses.of(tenant_id)
    leader.live.houses.take(theirs, [dataclasses.replace(OLD, symbol="KO")], theirs.wish.key)
    carrier.flow()
    assert web.prices() == {"KO": 55.5}
    web.live.stop_feed(web.manager)  # the news of it is on its way while the leader still plays
    leader.live.houses.pulse(theirs, Pulse(house.ports.clock.now_utc()))
    theirs.told_at_s = 0.0
    leader.live.houses.take(theirs, [OLD], theirs.wish.key)
    web.frames.clear()
    carrier.flow()
    assert web.prices() == leader.prices() == {}
    assert [frame for frame in web.frames if frame.quotes] == []
    assert web.live.feed(web.manager).state is FeedState.OFF
    one = house.portfolios.list(house.manager)[0]
    assert web.overlay.value(one.id, house.manager).live_count == 0
    was = theirs.wish.key
    web.live.start_feed(StartFeed(mode=FeedMode.PUSH), web.manager)
    leader.live.houses.take(theirs, [OLD], was)
    carrier.flow()
    assert web.prices() == {}
    assert theirs.wish.mode is FeedMode.PUSH


def test_while_a_feed_is_off_nothing_that_is_left_of_it_is_shown(desk: Desk) -> None:
    mine = desk.live.houses.of(desk.manager.tenant_id)
    one = desk.house.portfolios.list(desk.manager)[0]
    symbol = desk.house.portfolios.holdings(one.id, desk.manager)[0].symbol
    mine.book.put([dataclasses.replace(OLD, symbol=symbol)])
    assert desk.prices() == {}
    assert desk.overlay.value(one.id, desk.manager).live_count == 0


def test_a_process_that_missed_the_end_of_a_feed_forgets_its_prices_with_the_next_look(house: House) -> None:
    lost = SlowCarrier()
    web, other = Desk(house, SlowCarrier()), Desk(house, lost)  # type: ignore[arg-type]
    web.live.start_feed(StartFeed(mode=FeedMode.PUSH), web.manager)
    other.beat()
    lost.flow()
    mine = other.live.houses.of(house.manager.tenant_id)
    mine.book.put([OLD])
    assert other.prices() == {"AAPL": 55.5}
    web.live.stop_feed(web.manager)
    other.frames.clear()
    other.beat()
    assert len(mine.book) == 0
    assert [frame.kind for frame in other.frames] == ["clear"]  # for the sockets of that process
    other.live.stop()


def test_a_feed_with_one_fresh_price_is_not_told_as_live_when_the_other_holding_is_days_old(desk: Desk) -> None:
    first, second, third = held_symbols(desk.house)[:3]
    count = len(held_symbols(desk.house))
    desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), desk.manager)
    desk.push((first, 100.0), ago_s=6 * 86_400)
    desk.push((second, 100.0))
    desk.beat()
    view = desk.live.feed(desk.manager)
    assert (view.state, view.fresh_count, view.watched_count) == (FeedState.STALE, 1, count)
    assert view.age_s == view.oldest_age_s == 6 * 86_400
    assert "the oldest 6 days" in view.sentence
    desk.push((third, 100.0))
    desk.beat()
    view = desk.live.feed(desk.manager)
    assert (view.state, view.words) == (FeedState.LIVE, f"Live for 2 of {count}")
    assert f"Holdings without a live price: {count - 3};" in view.sentence


def test_all_fresh_is_live_without_exceptions_and_only_the_held_count(desk: Desk) -> None:
    now_utc = desk.house.ports.clock.now_utc()
    ticks = [
        Tick("AAPL", 1.0, "USD", event_time_utc=now_utc),
        Tick("KO", 1.0, "USD", event_time_utc=now_utc - timedelta(days=2)),
    ]
    view = feed_view(Wish(mode=FeedMode.PUSH), with_ages(Pulse(now_utc, now_utc), ticks, ["AAPL"], now_utc), now_utc)
    assert (view.words, view.sentence, view.oldest_age_s) == ("Live", "Prices are less than a minute old.", 0.0)
    view = feed_view(Wish(mode=FeedMode.PUSH), with_ages(Pulse(now_utc, now_utc), ticks, [], now_utc), now_utc)
    assert (view.state, view.age_s) == (FeedState.STALE, 2 * 86_400)


def test_a_source_that_repeats_an_unchanged_price_lives(desk: Desk) -> None:
    desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), desk.manager)
    desk.push(("AAPL", 150.0))
    desk.later(25)
    assert desk.push(("AAPL", 150.0), ago_s=25).repeated_count == 1
    desk.later(20)
    desk.beat()
    assert desk.live.feed(desk.manager).state is FeedState.LIVE


def test_feeds_end_with_the_lease_while_the_database_is_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.live.start_feed(StartFeed(mode=FeedMode.REPLAY), desk.manager)
    desk.beat()
    runner = desk.live.runner
    (run,) = runner._runs.values()

    def away() -> None:
        runner._stopping.set()
        raise Unavailable("The database is away.", "Wait.")

    monkeypatch.setattr(runner, "beat", away)
    runner._run()
    assert list(runner._runs.values()) == [run]  # the lease still holds
    desk.later(11.0)
    frames_count = len(desk.frames)
    assert run.turn(desk.house.ports.clock.now_utc()) == 1.0  # by itself, also while a beat waits for the database
    assert len(desk.frames) == frames_count
    runner._stopping.clear()
    runner._run()
    assert runner._runs == {}
    assert not runner.is_leader
    assert run._stop.is_set()


def test_the_usual_replay_of_an_installation_stands_at_one_place_in_all_processes(house: House) -> None:
    settings = house.ports.settings.model_copy(update={"live_feed": "replay"})
    ports = dataclasses.replace(house.ports, settings=settings)
    wishes = []
    for _ in range(2):
        wishes.append(Live(ports)._read_wishes()[house.manager.tenant_id])
        house.ports.clock.advance(seconds=100.0)  # type: ignore[attr-defined]
    assert wishes[0] == wishes[1]
    assert wishes[0].mode is FeedMode.REPLAY
    assert Live(house.ports)._read_wishes()[house.manager.tenant_id].mode is FeedMode.OFF  # no longer the usual one


def test_what_a_provider_sent_and_was_refused_is_told_with_the_light(house: House) -> None:
    def ask(_tenant_id: str, classes: Mapping[str, str]) -> Sequence[Tick]:
        now_utc = house.ports.clock.now_utc()
        return [Tick("AAPL", 10.0, "EUR", event_time_utc=now_utc), Tick("KO", 60.0, "USD", event_time_utc=now_utc)]

    desk = Desk(house, ask=ask)
    desk.live.start_feed(StartFeed(mode=FeedMode.POLL), desk.manager)

    def view() -> Any:
        desk.beat()
        return desk.live.feed(desk.manager)

    until(lambda: view().refused_count == 1)
    assert "Prices refused: 1. AAPL is quoted in USD here, not in EUR." in view().sentence
    assert desk.prices() == {"KO": 60.0}
    desk.live.stop()


def test_a_pause_of_a_feed_that_was_replaced_meanwhile_changes_nothing(house: House) -> None:
    carrier = SlowCarrier()
    first = Desk(house, carrier)  # type: ignore[arg-type]
    first.live.start_feed(StartFeed(mode=FeedMode.REPLAY), first.manager)
    carrier.flow()
    old = first.live.houses.of(house.manager.tenant_id).wish
    first.live.start_feed(StartFeed(mode=FeedMode.PUSH), first.manager)
    carrier.flow()
    other = Live(house.ports, carrier)  # type: ignore[arg-type]
    other.houses.change(other.houses.of(house.manager.tenant_id), old.paused(house.ports.clock.now_utc()))
    carrier.flow()
    assert first.live.feed(first.manager).mode is FeedMode.PUSH
    third = Desk(house, SlowCarrier())  # type: ignore[arg-type]
    third.live.houses.of(house.manager.tenant_id).wish = old  # its process has heard of nothing
    third.live.pause_feed(third.manager)
    with house.ports.store.system(house.manager.tenant_id, read_only=True) as uow:
        kept = Wish.of_json(uow.settings.value("live.feed"))
    assert (kept.mode, kept.is_paused) == (FeedMode.PUSH, True)


def test_no_price_of_another_time_another_house_or_another_world_is_taken(desk: Desk) -> None:
    ports, manager = desk.house.ports, desk.manager
    with ports.store.system(desk.house.stranger.tenant_id) as uow:
        theirs = tables.Asset(symbol="THEIRS", name="Theirs", asset_class="equity", currency="USD")
        theirs.tenant_id = desk.house.stranger.tenant_id
        uow.assets.add(theirs)
        uow.commit()
    desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), manager)
    now_utc = ports.clock.now_utc()
    good: dict[str, Any] = {"symbol": "AAPL", "price": 1.0, "currency": "USD", "event_time_utc": now_utc}
    strange = [
        {"price": float("nan")}, {"price": float("inf")}, {"price": -5.0}, {"symbol": "THEIRS"}, {"symbol": "aapl"},
        {"event_time_utc": datetime(2099, 1, 1, tzinfo=UTC)}, {"event_time_utc": datetime(1970, 1, 1, tzinfo=UTC)},
        {"currency": "XXX"}, {"price": 1e300}, {"previous_close": float("nan")},
        {"price": 1e-320}, {"previous_close": 1e-320}, {"previous_close": 0.0},
    ]  # fmt: skip
    ticks = tuple(TickInput.model_construct(**{**dict.fromkeys(OPTIONAL), **good, **one}) for one in strange)
    report = desk.live.push(TicksInput.model_construct(ticks=ticks), manager)
    assert report.accepted_count == 0, desk.prices()
    assert report.refused_count == len(strange)
    assert [one.index for one in report.refused] == list(range(len(strange)))
    assert report.refused[3].message == "There is no asset with the symbol 'THEIRS'."  # as of one that nobody has
    assert desk.prices() == {}
    assert desk.frames[-1].quotes == ()


def test_a_machine_that_slept_for_an_hour_says_so_gives_the_feed_up_and_takes_it_again(desk: Desk) -> None:
    desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), desk.manager)
    desk.push(("AAPL", 150.0))
    desk.beat()
    assert desk.live.feed(desk.manager).state is FeedState.LIVE
    desk.later(3600.0)
    assert not desk.live.runner.is_leader  # the lease may be another's by now
    assert desk.live.feed(desk.manager).state is FeedState.OFFLINE
    desk.beat()
    view = desk.live.feed(desk.manager)
    assert desk.live.runner.is_leader
    assert (view.state, view.age_s) == (FeedState.STALE, 3600)
    assert "stopped arriving" in view.sentence


def test_after_the_close_a_houses_light_is_closed_by_the_exchange_of_what_it_holds(house: House) -> None:
    desk = Desk(house)
    desk.live = Live(house.ports, hours=Hours(is_waiting=True))
    symbols = held_symbols(house)
    desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), desk.manager)
    desk.later(5.99 * 3600.0)  # 20:59 on a Tuesday in January
    for symbol in symbols:
        desk.push((symbol, 100.0))
    desk.later(2 * 3600.0)
    desk.beat()
    view = desk.live.feed(desk.manager)
    assert (view.state, view.closed_count) == (FeedState.CLOSED, len(symbols))
    assert view.words == "Closed - 3 Jan 20:59 UTC"
    desk.later(16 * 3600.0)  # 15:00 on Wednesday, and nothing has come
    desk.beat()
    assert desk.live.feed(desk.manager).state is FeedState.STALE
    desk.live.stop()
