"""Are live prices the house's own, marked, never stored, and is their state told honestly?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from data.errors import ProviderUnavailable
from data.feeds.carrier import InProcessCarrier
from data.feeds.ticks import Tick
from services.auth.actor import Actor
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.live import Live
from services.live_frames import Frame
from services.live_overlay import LiveOverlay
from services.messages.live import FeedMode, FeedState, StartFeed, TickInput, TicksInput
from tests.services.market_house import NOW, House

SESSION_SPEED = 23_400.0


class Desk:
    """A house with its live prices, whose feeds are looked after by the test."""

    def __init__(self, house: House, carrier: InProcessCarrier | None = None, ask: Any = None) -> None:
        self.house = house
        if house.ports.clock.now_utc() == NOW:  # a holiday in New York; on the next morning its exchange is open
            self.later(30 * 3600.0)
        self.live = Live(house.ports, carrier, ask)
        self.overlay = LiveOverlay(self.live, house.portfolios)
        self.frames: list[Frame] = []
        self.live.subscribe(self.frames.append)

    @property
    def manager(self) -> Actor:
        return self.house.manager

    def later(self, seconds: float) -> None:
        self.house.ports.clock.advance(seconds=seconds)  # type: ignore[attr-defined]

    def beat(self) -> None:
        """Look as the product's own thread does, with the feed's turn in this thread."""
        self.live.runner.kick()
        self.live.runner.beat()

    def push(
        self,
        *ticks: tuple[str, float],
        actor: Actor | None = None,
        ago_s: float = 0.0,
        before: float | None = None,
    ) -> Any:
        at_utc = self.house.ports.clock.now_utc() - timedelta(seconds=ago_s)
        sent = tuple(
            TickInput(symbol=s, price=p, currency="USD", event_time_utc=at_utc, previous_close=before) for s, p in ticks
        )
        report = self.live.push(TicksInput(ticks=sent), actor or self.manager)
        self.live.houses.tell(self.live.houses.of(self.manager.tenant_id))
        return report

    def prices(self, actor: Actor | None = None) -> dict[str, float]:
        return {one.symbol: one.price for one in self.live.quotes(None, actor or self.manager).quotes}


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    made = Desk(house)
    yield made
    made.live.stop()


@pytest.fixture
def pushed(desk: Desk) -> Desk:
    desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), desk.manager)
    desk.beat()
    return desk


def until(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_without_a_feed_nothing_is_live_and_the_light_says_so(desk: Desk) -> None:
    view = desk.live.feed(desk.manager)
    assert (view.state, view.words) == (FeedState.OFF, "No live prices")
    assert desk.prices() == {}
    with pytest.raises(Conflict, match="does not take pushed prices"):
        desk.push(("AAPL", 1.0))
    with pytest.raises(Conflict, match="No feed is running"):
        desk.live.pause_feed(desk.manager)


def test_a_replay_plays_recorded_prices_and_says_so_in_every_quote(desk: Desk) -> None:
    wish = StartFeed(mode=FeedMode.REPLAY, speed=SESSION_SPEED, start_on=date(2020, 3, 9))
    desk.live.start_feed(wish, desk.manager)
    desk.later(1.0)
    desk.beat()
    until(lambda: "AAPL" in desk.prices())
    desk.beat()
    view = desk.live.feed(desk.manager)
    assert (view.state, view.words, view.session) == (FeedState.REPLAY, "Replay 23,400x", date(2020, 3, 9))
    assert "nothing of them is stored" in view.sentence
    quotes = desk.live.quotes(["AAPL", "NOPE"], desk.manager)
    assert quotes.unknown_symbols == ("NOPE",)
    (quote,) = quotes.quotes
    assert quote.is_replay
    stored = {p.session: p.close for p in desk.house.market.prices("AAPL", desk.manager).points}
    recorded = stored[date(2020, 3, 9)] / stored[date(2020, 3, 6)] - 1
    assert quote.change_frac == pytest.approx(recorded, abs=2e-3)  # 9 March 2020: -7.9%; no dividend on that day


def test_a_replay_stores_no_price_and_no_valuation(desk: Desk) -> None:
    def kept() -> Any:
        found = desk.house.market.asset("AAPL", desk.manager)
        values = {p.id: p.value_ccy for p in desk.house.portfolios.list(desk.manager)}
        return found.last_date, found.last_price, found.observations_count, values

    before = kept()
    desk.live.start_feed(StartFeed(mode=FeedMode.REPLAY, speed=SESSION_SPEED), desk.manager)
    desk.later(5.0)
    desk.beat()
    until(lambda: bool(desk.prices()))
    assert kept() == before


def test_a_pause_stands_still_for_the_whole_house_and_goes_on_from_there(desk: Desk) -> None:
    wish = StartFeed(mode=FeedMode.REPLAY, speed=SESSION_SPEED, start_on=date(2020, 3, 9))
    desk.live.start_feed(wish, desk.manager)
    desk.later(1.0)
    view = desk.live.pause_feed(desk.manager)
    desk.later(100.0)
    desk.beat()
    until(lambda: bool(desk.prices()))
    desk.beat()
    view = desk.live.feed(desk.manager)
    assert (view.state, view.words, view.session) == (FeedState.PAUSED, "Replay paused", date(2020, 3, 9))
    desk.live.resume_feed(desk.manager)
    desk.later(1.0)
    desk.beat()
    until(lambda: {q.session for q in desk.live.quotes(["AAPL"], desk.manager).quotes} == {date(2020, 3, 10)})


def test_a_start_without_recorded_prices_is_refused_with_the_last_possible_day(desk: Desk) -> None:
    with pytest.raises(InvalidRequest, match="Nothing is recorded on or after") as refusal:
        desk.live.start_feed(StartFeed(mode=FeedMode.REPLAY, start_on=date(2099, 1, 1)), desk.manager)
    assert "Choose a day up to" in refusal.value.advice
    with pytest.raises(InvalidRequest, match="cannot be started"):
        desk.live.start_feed(StartFeed(mode=FeedMode.OFF), desk.manager)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADVISOR, Role.COMPLIANCE])
def test_only_those_who_refresh_market_data_start_stop_and_push(desk: Desk, role: Role) -> None:
    actor = desk.house.actors[role]
    assert desk.live.feed(actor).state is FeedState.OFF
    for attempt in (
        lambda: desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), actor),
        lambda: desk.live.stop_feed(actor),
        lambda: desk.live.pause_feed(actor),
        lambda: desk.push(("AAPL", 1.0), actor=actor),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_who_started_a_feed_is_in_the_audit_log(pushed: Desk) -> None:
    with pushed.house.ports.store.system(pushed.manager.tenant_id, read_only=True) as uow:
        rows = [row for row in uow.audit.page().rows if row.action == "live.start"]
    assert ['"mode":"push"' in (row.after_json or "") for row in rows] == [True]
    assert rows[0].actor_id == pushed.manager.user_id


def test_pushed_prices_count_and_each_refusal_is_named(pushed: Desk) -> None:
    report = pushed.push(("AAPL", 150.0), ("AAPL", 150.0), ("NOPE", 1.0), ("MSFT", -1.0), ("KO", 60.0))
    assert (report.accepted_count, report.repeated_count, report.refused_count) == (2, 1, 2)
    assert [(one.index, one.symbol) for one in report.refused] == [(2, "NOPE"), (3, "MSFT")]
    assert pushed.prices() == {"AAPL": 150.0, "KO": 60.0}
    late = pushed.push(("AAPL", 149.0), ago_s=5)
    assert late.accepted_count == 0
    assert "out of order" in late.refused[0].message
    assert pushed.prices()["AAPL"] == 150.0


def test_another_house_sees_nothing_of_it_and_cannot_push_into_it(pushed: Desk) -> None:
    pushed.push(("AAPL", 150.0))
    stranger = pushed.house.stranger
    assert pushed.prices(stranger) == {}
    assert pushed.live.feed(stranger).state is FeedState.OFF
    with pytest.raises(Conflict):
        pushed.push(("AAPL", 1.0), actor=stranger)
    assert pushed.prices() == {"AAPL": 150.0}


def test_the_light_of_a_push_feed_ages_with_the_clock(pushed: Desk) -> None:
    assert pushed.live.feed(pushed.manager).words == "Waiting"
    states = []
    pushed.push(("AAPL", 150.0))
    for later_s in (0, 20, 15, 3600):
        pushed.later(later_s)
        pushed.beat()
        view = pushed.live.feed(pushed.manager)
        states.append((view.state, round(view.age_s or 0)))
    assert states == [
        (FeedState.LIVE, 0),
        (FeedState.LIVE, 20),
        (FeedState.STALE, 35),
        (FeedState.STALE, 3635),
    ]
    pushed.push(("AAPL", 151.0), ago_s=900)
    assert pushed.prices()["AAPL"] == 151.0
    pushed.beat()
    view = pushed.live.feed(pushed.manager)
    assert (view.state, view.words, view.age_s) == (FeedState.DELAYED, "Delayed", 900)


def test_a_silent_process_is_offline_within_five_seconds_and_an_early_clock_makes_nothing_younger(
    pushed: Desk,
) -> None:
    pushed.push(("AAPL", 150.0), ago_s=-4)  # a source whose clock is ahead
    pushed.beat()
    assert pushed.live.feed(pushed.manager).age_s == 0
    pushed.later(5.1)
    view = pushed.live.feed(pushed.manager)
    assert (view.state, view.words) == (FeedState.OFFLINE, "Offline")


def test_a_source_that_dies_is_offline_with_its_reason_and_comes_back(house: House) -> None:
    is_away = True

    def ask(tenant_id: str, symbols: Mapping[str, str]) -> Sequence[Tick]:
        if is_away:
            raise ProviderUnavailable("The source does not answer.", provider="p")
        now_utc = house.ports.clock.now_utc()
        return [Tick(symbol, 10.0, "USD", event_time_utc=now_utc) for symbol in symbols if symbol == "AAPL"]

    desk = Desk(house, ask=ask)
    desk.live.start_feed(StartFeed(mode=FeedMode.POLL, interval_s=5), desk.manager)
    desk.beat()

    def state() -> FeedState:
        desk.beat()
        return desk.live.feed(desk.manager).state

    until(lambda: state() is FeedState.OFFLINE)
    assert "does not answer" in desk.live.feed(desk.manager).sentence
    is_away = False
    desk.later(1.0)
    desk.live.start_feed(StartFeed(mode=FeedMode.POLL, interval_s=5), desk.manager)
    until(lambda: state() is FeedState.LIVE)
    assert desk.prices() == {"AAPL": 10.0}
    desk.live.stop()


def test_a_process_that_starts_anew_goes_on_with_the_same_replay(desk: Desk) -> None:
    wish = StartFeed(mode=FeedMode.REPLAY, speed=SESSION_SPEED, start_on=date(2020, 3, 9))
    desk.live.start_feed(wish, desk.manager)
    desk.later(3.0)
    desk.live.stop()
    again = Desk(desk.house)
    again.beat()
    until(lambda: bool(again.prices()))
    assert {q.session for q in again.live.quotes(["AAPL"], again.manager).quotes} == {date(2020, 3, 11)}
    again.live.stop()


def test_of_two_processes_one_runs_the_feed_and_both_know_the_prices(house: House) -> None:
    carrier = InProcessCarrier()
    first, second = Desk(house, carrier), Desk(house, carrier)
    first.live.start_feed(StartFeed(mode=FeedMode.REPLAY, speed=SESSION_SPEED), first.manager)
    first.beat()
    second.beat()
    assert (first.live.runner.is_leader, second.live.runner.is_leader) == (True, False)
    until(lambda: bool(second.prices()))
    until(lambda: second.prices() == first.prices())
    first.live.stop()
    first.later(4.0)
    second.beat()
    assert second.live.runner.is_leader
    second.live.stop()


def test_a_new_feed_forgets_the_prices_of_the_one_before(pushed: Desk) -> None:
    pushed.push(("AAPL", 150.0))
    pushed.live.stop_feed(pushed.manager)
    assert pushed.prices() == {}
    assert pushed.frames[-1].kind == "clear"
    assert pushed.live.feed(pushed.manager).state is FeedState.OFF


def test_ten_thousand_ticks_a_second_leave_in_few_frames_with_the_last_price(pushed: Desk) -> None:
    pushed.live.houses.start()
    house = pushed.live.houses.of(pushed.manager.tenant_id)
    pushed.frames.clear()
    began_s = time.monotonic()
    for number in range(10_000):
        pushed.live.houses.take(house, [Tick(f"S{number % 50}", float(number + 1), "USD")])
    spent_s = time.monotonic() - began_s
    until(lambda: pushed.frames[-1].quotes != () and pushed.frames[-1].quotes[-1].price > 9_950)
    told = [frame for frame in pushed.frames if frame.kind == "quotes"]
    assert len(told) <= 3 + spent_s / pushed.live.houses.gap_s()
    last = {tick.symbol: tick.price for frame in told for tick in frame.quotes}
    assert last == {f"S{number % 50}": float(number + 1) for number in range(9_950, 10_000)}


def test_more_listeners_make_frames_rarer(desk: Desk) -> None:
    assert desk.live.houses.gap_s() == 0.05
    desk.live.houses.clients_count = lambda: 1000
    assert desk.live.houses.gap_s() == 0.25
    desk.live.houses.clients_count = lambda: 100_000
    assert desk.live.houses.gap_s() == 0.5


@pytest.mark.requirement("5.1.A5")
def test_value_and_result_of_a_portfolio_follow_the_prices(pushed: Desk) -> None:
    one = pushed.house.portfolios.list(pushed.manager)[0]
    holdings = {held.symbol: held for held in pushed.house.portfolios.holdings(one.id, pushed.manager)}
    held = next(iter(holdings.values()))
    assert held.price is not None
    assert one.value_ccy is not None
    assert pushed.overlay.value(one.id, pushed.manager).value_ccy == one.value_ccy
    pushed.push((held.symbol, float(held.price)), before=float(held.price))
    at_close = pushed.overlay.value(one.id, pushed.manager)
    assert (at_close.value_ccy, at_close.day_pnl_ccy, at_close.live_count) == (one.value_ccy, Decimal("0.00"), 1)
    pushed.later(1)
    pushed.push((held.symbol, float(held.price) + 1.0), before=float(held.price))
    moved = pushed.overlay.value(one.id, pushed.manager)
    assert moved.value_ccy == pytest.approx(one.value_ccy + held.quantity, abs=Decimal("0.02"))
    assert moved.day_pnl_ccy == pytest.approx(held.quantity, abs=Decimal("0.02"))
    assert pushed.house.portfolios.get(one.id, pushed.manager).value_ccy == one.value_ccy


def test_the_recipe_of_a_portfolio_gives_the_stored_value_at_the_closes(desk: Desk) -> None:
    every = desk.overlay.portfolios(None, desk.manager).portfolios
    assert {one.portfolio_id for one in every} == {p.id for p in desk.house.portfolios.list(desk.manager)}
    for one in every:
        for held in one.positions:
            assert held.close is not None
            assert held.units_ccy * held.close == pytest.approx(held.value_ccy, abs=1e-6)
    assert desk.overlay.portfolios([every[0].portfolio_id], desk.manager).portfolios == every[:1]


def test_a_portfolio_of_another_house_is_not_found(desk: Desk) -> None:
    one = desk.house.portfolios.list(desk.manager)[0]
    with pytest.raises(NotFound):
        desk.overlay.value(one.id, desk.house.stranger)
    assert desk.overlay.portfolios([one.id], desk.house.stranger).portfolios == ()
