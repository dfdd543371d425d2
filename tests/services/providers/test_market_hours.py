"""Are prices asked for in each minute of a session and in no other, over weekends, holidays and changes of clocks?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from data.store.tables import Asset, Benchmark
from services.providers_hours import is_open
from services.scheduler import MINUTES_EVERY_S, PRICES_CRON
from services.schedules_cron import trigger_of

NEW_YORK, SYDNEY = "XNYS", "XASX"
# what each exchange publishes, in UTC; New York changed its clocks on 8 March 2026, Sydney on 5 April and 4 October
SESSIONS = [
    (NEW_YORK, "2026-03-06", ("2026-03-06T14:30", 390)),  # the last day of winter time
    (NEW_YORK, "2026-03-07", None),  # Saturday
    (NEW_YORK, "2026-03-08", None),  # Sunday
    (NEW_YORK, "2026-03-09", ("2026-03-09T13:30", 390)),  # the first day of summer time
    (NEW_YORK, "2026-07-03", None),  # Independence Day falls on a Saturday
    (NEW_YORK, "2026-10-30", ("2026-10-30T13:30", 390)),
    (NEW_YORK, "2026-11-02", ("2026-11-02T14:30", 390)),
    (NEW_YORK, "2026-11-26", None),  # Thanksgiving
    (NEW_YORK, "2026-11-27", ("2026-11-27T14:30", 210)),  # the day after closes at one
    (SYDNEY, "2026-04-02", ("2026-04-01T23:00", 360)),  # begins on the day before in UTC
    (SYDNEY, "2026-04-03", None),  # Good Friday
    (SYDNEY, "2026-04-06", None),  # Easter Monday
    (SYDNEY, "2026-04-07", ("2026-04-07T00:00", 360)),  # winter time
    (SYDNEY, "2026-10-02", ("2026-10-02T00:00", 360)),
    (SYDNEY, "2026-10-05", ("2026-10-04T23:00", 360)),  # summer time
]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.requirement("2.1.B1")
@pytest.mark.parametrize(("exchange", "day", "session"), SESSIONS)
def test_every_minute_of_a_session_is_open_and_no_other_of_its_day(exchange, day, session):
    """The day runs from midnight to midnight where the exchange stands, give or take the change of its clocks."""
    begin = at(f"{day}T05:00" if exchange == NEW_YORK else f"{day}T00:00")
    begin -= timedelta(hours=0 if exchange == NEW_YORK else 10)
    minutes = [begin + timedelta(minutes=one) for one in range(24 * 60)]
    opened = [moment for moment in minutes if is_open(exchange, "equity", moment)]
    first, count = (at(session[0]), session[1]) if session else (None, 0)
    assert len(opened) == count
    assert opened == [first + timedelta(minutes=one) for one in range(count)]


@pytest.mark.requirement("2.1.B1")
def test_over_a_weekend_each_exchange_is_asked_once_a_minute_while_it_is_open(online, manager, alpha, clock, ports):
    with ports.store.system() as uow:
        for symbol, exchange in (("CBA.AX", SYDNEY), ("IBM", NEW_YORK)):
            row = Asset(
                symbol=symbol, name=symbol, asset_class="equity", currency="USD", exchange=exchange, is_active=True,
                is_sample=False,
            )  # fmt: skip
            asset_id = uow.assets.add(row).id
            uow.benchmarks.add(Benchmark(name=symbol, kind="index", currency="USD", asset_id=asset_id))
        uow.commit()

    def asked_around(text):
        """Which symbols are asked for from two minutes before a moment to a minute after it."""
        found = {}
        for offset in (-2, -1, 0, 1):
            moment = at(text) + timedelta(minutes=offset)
            clock.advance(seconds=(moment - clock.now_utc()).total_seconds())
            before = len(alpha.asked)
            online.refresh("minutes", manager)
            for symbols in alpha.asked[before:]:
                found.setdefault(symbols, []).append(offset)
        return found

    assert asked_around("2026-03-06T05:00") == {("CBA.AX",): [-2, -1]}  # 16:00 in Sydney
    assert asked_around("2026-03-06T14:30") == {("IBM",): [0, 1]}
    assert asked_around("2026-03-06T21:00") == {("IBM",): [-2, -1]}
    assert asked_around("2026-03-07T15:00") == {}  # Saturday
    assert asked_around("2026-03-08T23:00") == {("CBA.AX",): [0, 1]}  # Monday 10:00 in Sydney, Sunday elsewhere
    assert asked_around("2026-03-09T13:30") == {("IBM",): [0, 1]}  # an hour earlier in UTC than on Friday


def test_everything_else_is_asked_for_once_a_day_whatever_the_clocks_do():
    trigger, fired = trigger_of(PRICES_CRON, "UTC"), [at("2026-03-06T00:00")]
    while len(fired) < 40:
        fired.append(trigger.get_next_fire_time(fired[-1], fired[-1] + timedelta(seconds=1)).astimezone(UTC))
    assert [one.date() for one in fired[1:]] == [date(2026, 3, 6) + timedelta(days=one) for one in range(39)]
    assert {one.strftime("%H:%M") for one in fired[1:]} == {"05:30"}
    assert MINUTES_EVERY_S == 60
