"""Does a house's correction outlive adjusted closes that are computed anew, and does undo bring back the raw bar?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from data.providers.answers import ActionFact
from data.store.repositories.series import CORRECTED_CODE, Bars
from data.store.tables import IngestBatch
from services.lineage import Lineage
from services.messages.quality import Decision, FindingState
from services.quality import Quality
from tests.services.providers.test_adjusting import DAYS, DIVIDEND, raw
from tests.services.providers.test_refreshing import assets, bars

__all__ = ["assets", "raw"]

BAD = (date(2022, 9, 13), date(2024, 5, 14), date(2025, 10, 15))
"""Sessions whose close comes 1.9 times too high; the first two have factors that rounding shows in."""
LATER = ActionFact("AAPL", "dividend", date(2026, 1, 12), amount_ccy=Decimal(1), currency="USD")


def closes(times=1.9):
    calm = 100 + 3 * np.sin(np.arange(DAYS.size) * 1.7) + 1.1 * np.cos(np.arange(DAYS.size) * 0.37)
    known = dict(zip(DAYS.tolist(), np.round(calm, 2), strict=True))
    return lambda days: np.array([known[day] * (times if day in BAD else 1.0) for day in days.tolist()])


@pytest.fixture
def house(online, manager, assets, raw, ports, clock):
    """The three bad closes are stored, and corrected."""

    class House:
        quality = Quality(ports)
        ids: tuple[str, ...] = ()

        def decide(self, decision):
            return self.quality.decide(self.ids, decision, manager)

        def after(self, *topics, hours=26):
            clock.advance(hours=hours)
            for topic in topics:
                online.refresh(topic, manager)

        def figures(self):
            """Return close, adjusted close and whether corrected, of each bad session."""
            now = bars(ports, manager.tenant_id, assets["AAPL"])
            places = np.searchsorted(now.dates, np.array(BAD, dtype="datetime64[D]"))
            marks = np.zeros(3, dtype=bool) if now.flags is None else now.flags[places] == CORRECTED_CODE
            return now.close[places], now.adjusted_close[places], marks.tolist()

        def kinds(self):
            """Return of which kinds of deliveries the versions of the bad bars are."""
            with ports.store.system(manager.tenant_id, read_only=True) as uow:
                return [
                    [uow.ingest_batches.find(row.batch_id).kind for row in rows]
                    for rows in (uow.prices.versions(assets["AAPL"], day, provider="alpha") for day in BAD)
                ]

    raw.actions, raw.closes = (DIVIDEND,), closes()
    one = House()
    one.after("facts", "days", hours=0)
    one.raw = one.figures()
    one.quality.check(manager, ["AAPL"])
    one.ids = tuple(row.id for row in one.quality.findings(manager) if row.session in BAD)
    assert len(one.ids) == len(BAD)
    one.decide(Decision.ACCEPT)
    return one


@pytest.mark.requirement("2.1.B3")
def test_undo_after_ordinary_refreshes_brings_back_the_raw_bars(house):
    corrected = house.figures()
    house.after("days")
    house.after("days")
    assert house.kinds() == [["prices", "correction"]] * 3  # adjusted closes differ by rounding: nothing new
    assert [part.tolist() for part in house.figures()[:2]] == [part.tolist() for part in corrected[:2]]
    house.decide(Decision.UNDO)
    assert house.figures()[0].tolist() == house.raw[0].tolist()
    house.after("days")
    assert house.figures()[0].tolist() == house.raw[0].tolist()


@pytest.mark.parametrize("topics", [("facts",), ("facts", "days")])
def test_a_dividend_that_becomes_known_later_moves_raw_bar_and_correction_alike(house, raw, manager, ports, topics):
    closes_before, adjusted_before, _ = house.figures()
    raw.actions = (DIVIDEND, LATER)
    house.after(*topics)
    close, adjusted, marks = house.figures()
    with_prices = raw.closes(DAYS)
    factor = 1 - 1 / with_prices[np.searchsorted(DAYS, np.datetime64(LATER.ex_date)) - 1]
    assert (close.tolist(), marks) == (closes_before.tolist(), [True] * 3)
    assert adjusted == pytest.approx(adjusted_before * factor, rel=1e-12)
    assert house.kinds() == [["prices", "correction", "prices", "correction"]] * 3
    (mark,) = Lineage(ports).of("AAPL", BAD[1], manager).corrections  # one decision, however many versions
    assert (mark.raw_value, mark.value) == (house.raw[0][1], close[1])
    house.decide(Decision.UNDO)
    close, adjusted, marks = house.figures()
    assert (close.tolist(), marks) == (house.raw[0].tolist(), [False] * 3)
    assert adjusted == pytest.approx(house.raw[1] * factor, rel=1e-12)
    assert house.kinds() == [["prices", "correction", "prices", "correction"]] * 3  # nothing known is erased


def test_of_two_corrections_of_a_bar_both_follow_so_that_the_later_one_alone_can_be_undone(
    house, raw, manager, assets, ports
):
    with ports.store.system(manager.tenant_id) as uow:
        now = uow.prices.series_of([assets["AAPL"]], ("alpha",))[assets["AAPL"]]
        place = int(np.searchsorted(now.dates, np.datetime64(BAD[1])))
        second = uow.ingest_batches.add(
            IngestBatch(tenant_id=manager.tenant_id, provider="alpha", kind="correction", status="succeeded")
        ).id
        bar = Bars(
            assets["AAPL"], now.dates[place : place + 1], np.array([90.0]), np.array([80.0]),
            flags=np.array([CORRECTED_CODE], dtype=np.int8),
        )  # fmt: skip
        known = now.knowledge_time_utc + timedelta(seconds=1)
        uow.prices.ingest([bar], provider="alpha", knowledge_time_utc=known, batch_id=second, with_repeats=True)
        uow.commit()
    first_close, first_adjusted = now.close[place], now.adjusted_close[place]
    raw.actions = (DIVIDEND, LATER)
    house.after("facts")
    factor = 1 - 1 / raw.closes(DAYS)[np.searchsorted(DAYS, np.datetime64(LATER.ex_date)) - 1]
    close, adjusted, _ = house.figures()
    assert (close[1], adjusted[1]) == (90.0, pytest.approx(80.0 * factor))
    with ports.store.system(manager.tenant_id) as uow:
        uow.prices.withdraw(second, [assets["AAPL"]], "alpha")
        uow.commit()
    close, adjusted, marks = house.figures()
    assert (close[1], adjusted[1]) == (first_close, pytest.approx(first_adjusted * factor))
    assert marks == [True] * 3


def test_a_correction_falls_where_the_source_says_another_close_and_its_finding_says_so(house, raw, manager):
    right = closes(times=1.0)
    raw.closes = lambda days: 1.01 * right(days)  # the whole history comes anew, without the errors
    house.after("days")
    assert house.figures()[0] == pytest.approx(1.01 * house.raw[0] / 1.9)
    assert house.figures()[2] == [False] * 3
    assert house.kinds() == [["prices", "correction", "prices"]] * 3
    house.quality.check(manager, ["AAPL"])
    rows = [row for row in house.quality.findings(manager, state=FindingState.GONE) if row.id in house.ids]
    assert len(rows) == 3
    assert all(row.reason.endswith("The source has changed this bar since.") for row in rows)
