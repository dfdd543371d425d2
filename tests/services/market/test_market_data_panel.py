"""Does one request bring figures side by side, adjusted and converted as asked, and never what was known later?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store import tables
from data.store.repositories.series import Bars
from services.errors import InvalidRequest
from services.market_data import MarketData
from services.messages.market_data import FLAGS, DataRequest

KNOWN = datetime(2022, 12, 1, tzinfo=UTC)
FIELDS = ("open", "high", "low", "close", "volume")


def weekdays(start: str, count: int) -> Any:
    days = np.datetime64(start, "D") + np.arange(count * 2)
    return days[np.is_busday(days)][:count]


@dataclass
class Desk:
    """One house with a few assets whose figures the tests choose."""

    house: Any
    data: MarketData

    def asset(self, symbol: str, currency: str = "USD") -> str:
        with self.house.ports.store.system() as uow:
            row = uow.assets.add(tables.Asset(symbol=symbol, name=symbol, asset_class="equity", currency=currency))
            uow.commit()
        return str(row.id)

    def bars(
        self, asset_id: str, days: Any, close: Any, *, known: datetime = KNOWN, basis: str = "raw", **more: Any
    ) -> str:
        frequency = more.pop("frequency", "1d")
        with self.house.ports.store.system() as uow:
            batch = uow.ingest_batches.add(
                tables.IngestBatch(provider="test", kind="prices", status="succeeded", lineage={"adjustment": basis})
            )
            uow.prices.ingest(
                [Bars(asset_id, days, np.asarray(close, dtype=float), **more)], provider="test",
                knowledge_time_utc=known, batch_id=batch.id, frequency=frequency,
            )  # fmt: skip
            uow.commit()
        return str(batch.id)

    def action(self, asset_id: str, kind: str, day: date, **more: Any) -> None:
        with self.house.ports.store.system() as uow:
            uow.corporate_actions.add(
                tables.CorporateAction(
                    asset_id=asset_id, kind=kind, ex_date=day, provider="test",
                    knowledge_time_utc=more.pop("known", KNOWN), **more,
                )
            )  # fmt: skip
            uow.commit()

    def ask(self, *symbols: str, **more: Any) -> Any:
        return self.data.request(DataRequest(symbols=symbols, **more), self.house.manager)


@pytest.fixture
def desk(house):
    return Desk(house, MarketData(house.ports))


@pytest.mark.requirement("2.1.A3")
def test_the_embedded_closes_come_out_as_they_are_stored_with_their_source(desk):
    panel = desk.ask("AAPL", "NOPE", "XOM", start=date(2020, 1, 1), fields=("close",))
    assert panel.symbols == ("AAPL", "XOM")
    assert [(one.symbol, "no asset" in one.reason) for one in panel.missing] == [("NOPE", True)]
    stored = desk.house.market.prices("XOM", desk.house.manager, start=date(2020, 1, 1))
    assert panel.values["close"][:, 1].tolist() == [point.close for point in stored.points]
    assert panel.sessions.astype(object).tolist() == [point.session for point in stored.points]
    source = panel.sources[1]
    assert (source.provider, source.currency, source.bars_count) == ("embedded", "USD", len(stored.points))
    assert source.content_sha256 == stored.dataset_sha256
    assert sum(source.batches.values()) == len(stored.points)
    assert source.age_days == 5  # the clock stands at 2 January 2023, the last session is 28 December 2022
    assert source.adjustment == "splits_and_dividends"
    assert "cannot be told" in source.notes[0]  # as paid was asked for, and the source cannot say


def test_weeks_and_months_have_first_open_highest_high_lowest_low_last_close_and_all_volume(desk):
    rng = np.random.default_rng(5)
    days = weekdays("2021-03-03", 90)
    close = np.exp(np.cumsum(rng.normal(0, 0.02, 90)))
    spread = rng.uniform(0.001, 0.02, 90)
    open_ = close * (1 + rng.normal(0, 0.003, 90))
    open_[4] = np.nan
    volume = np.where(np.arange(90) % 9 == 0, np.nan, rng.integers(1, 99, 90).astype(float))
    desk.bars(desk.asset("W"), days, close, open=open_, high=close + spread, low=close - spread, volume=volume)
    frame = pd.DataFrame(
        {"open": open_, "high": close + spread, "low": close - spread, "close": close, "volume": volume}, index=days
    )
    how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": lambda v: v.sum(min_count=1)}
    for frequency, rule in (("weekly", "W-SUN"), ("monthly", "ME")):
        panel = desk.ask("W", frequency=frequency, fields=FIELDS)
        expected = frame.resample(rule).agg(how)
        for name in FIELDS:
            np.testing.assert_allclose(panel.values[name][:, 0], expected[name].to_numpy(), rtol=1e-14, err_msg=name)
        assert panel.sources[0].last_session == days[-1].astype(object)
    first_week = desk.ask("W", frequency="weekly").sessions[0]
    assert first_week == np.datetime64("2021-03-05")  # Friday, the last session of the first week


def test_a_split_and_a_dividend_are_taken_in_and_out_of_prices_as_paid(desk):
    asset_id = desk.asset("ACT")
    days = weekdays("2022-01-03", 6)
    paid = np.array([100.0, 102.0, 51.0, 52.0, 50.0, 51.0])
    desk.bars(asset_id, days, paid, volume=np.array([10.0, 10.0, 20.0, 20.0, 20.0, 20.0]), open=paid - 1)
    desk.action(asset_id, "split", days[2].astype(object), ratio=Decimal(2))
    desk.action(asset_id, "dividend", days[4].astype(object), amount_ccy=Decimal("1.3"), currency="USD")
    raw = desk.ask("ACT", fields=("close", "volume"))
    assert raw.values["close"][:, 0].tolist() == paid.tolist()
    split = desk.ask("ACT", fields=("open", "close", "volume"), adjustment="splits")
    assert split.values["close"][:, 0].tolist() == [50.0, 51.0, 51.0, 52.0, 50.0, 51.0]
    assert split.values["open"][:, 0].tolist() == [49.5, 50.5, 50.0, 51.0, 49.0, 50.0]
    assert split.values["volume"][:, 0].tolist() == [20.0] * 6
    total = desk.ask("ACT", adjustment="splits_and_dividends")
    returns = total.values["close"][1:, 0] / total.values["close"][:-1, 0]
    shares = np.array([1, 1, 2, 2, 2, 2.0])
    earned = (shares[1:] * paid[1:]) / (shares[:-1] * paid[:-1])
    earned[3] = 50.0 / (52.0 - 1.3)  # over the ex-date the dividend has left the price of the day before
    np.testing.assert_allclose(returns, earned, rtol=1e-14)
    assert total.sources[0].adjustment == "splits_and_dividends"


def test_prices_with_splits_alone_are_undone_to_what_was_paid(desk):
    asset_id = desk.asset("Y")
    days = weekdays("2022-01-03", 4)
    desk.bars(asset_id, days, [50.0, 51.0, 51.0, 52.0], basis="splits", volume=np.array([20.0, 20.0, 20.0, 20.0]))
    desk.action(asset_id, "split", days[2].astype(object), ratio=Decimal(2))
    raw = desk.ask("Y", fields=("close", "volume"))
    assert raw.values["close"][:, 0].tolist() == [100.0, 102.0, 51.0, 52.0]
    assert raw.values["volume"][:, 0].tolist() == [10.0, 10.0, 20.0, 20.0]
    total = desk.ask("Y", adjustment="splits_and_dividends")
    assert total.sources[0].adjustment == "splits"
    assert "neither adjusted closes nor dividends" in total.sources[0].notes[0]


@pytest.mark.requirement("2.1.A4")
def test_prices_in_another_currency_take_each_days_rate_and_say_where_one_lacks(desk):
    days = weekdays("2022-01-03", 6)
    desk.bars(desk.asset("EU", "EUR"), days, [10.0, 11.0, 12.0, 13.0, 14.0, 15.0], volume=np.full(6, 7.0))
    rates = {days[place].astype(object): 1.1 + place / 100 for place in (1, 2, 4, 5)}
    with desk.house.ports.store.system() as uow:
        uow.fx.ingest("EUR", "USD", rates, provider="test", knowledge_time_utc=KNOWN)
        uow.ingest_batches.add(tables.IngestBatch(provider="test", kind="fx", status="succeeded"))
        uow.commit()
    panel = desk.ask("EU", fields=("close", "volume"), currency="USD")
    expected = [np.nan, 11 * 1.11, 12 * 1.12, 13 * 1.12, 14 * 1.14, 15 * 1.15]
    np.testing.assert_allclose(panel.values["close"][:, 0], expected, rtol=1e-15)
    assert panel.values["volume"][:, 0].tolist() == [7.0] * 6
    assert [FLAGS[code] for code in panel.flags[:, 0]] == ["missing", "ok", "ok", "filled", "ok", "ok"]
    assert panel.sources[0].currency == "USD"
    assert len(panel.sources[0].notes) == 2
    with pytest.raises(InvalidRequest, match="no rates from EUR to CHF"):
        desk.ask("EU", currency="CHF")


@pytest.mark.requirement("2.1.B3")
def test_a_corrected_value_is_marked_and_its_raw_value_does_not_come_back_by_itself(desk):
    asset_id = desk.asset("FIX")
    days = weekdays("2022-01-03", 4)
    desk.bars(asset_id, days, [10.0, 1000.0, 11.0, 12.0], basis="splits")
    with desk.house.ports.store.system() as uow:
        batch = uow.ingest_batches.add(tables.IngestBatch(provider="test", kind="correction", status="succeeded"))
        fixed = Bars(asset_id, days[1:2], np.array([10.0]), flags=np.array([4], dtype=np.int8))
        later = KNOWN + timedelta(hours=1)
        uow.prices.ingest([fixed], provider="test", knowledge_time_utc=later, batch_id=batch.id)
        uow.commit()
    assert desk.ask("FIX").values["close"][:, 0].tolist() == [10.0, 10.0, 11.0, 12.0]
    # The provider says the same again, and one day more: the correction stays.
    with desk.house.ports.store.system() as uow:
        again = Bars(asset_id, weekdays("2022-01-03", 5), np.array([10.0, 1000.0, 11.0, 12.0, 13.0]))
        known = KNOWN + timedelta(hours=2)
        assert uow.prices.ingest([again], provider="test", knowledge_time_utc=known) == 1
        uow.commit()
    panel = desk.ask("FIX")
    split = desk.ask("FIX", adjustment="splits_and_dividends").sources[0]
    assert split.adjustment == "splits"  # a correction says nothing of what closes contain
    assert panel.values["close"][:, 0].tolist() == [10.0, 10.0, 11.0, 12.0, 13.0]
    assert [FLAGS[code] for code in panel.flags[:, 0]] == ["ok", "corrected", "ok", "ok", "ok"]
    assert desk.ask("FIX", as_of_utc=KNOWN).values["close"][:, 0].tolist() == [10.0, 1000.0, 11.0, 12.0]
    with desk.house.ports.store.system() as uow:
        assert uow.prices.withdraw(batch.id, [asset_id], "test") == 1
        uow.commit()
    panel = desk.ask("FIX")
    assert panel.values["close"][1, 0] == 1000.0
    assert not panel.flags.any()


def test_a_house_corrects_a_shared_price_for_itself_alone(desk):
    asset_id = desk.asset("OWN")
    days = weekdays("2022-01-03", 3)
    desk.bars(asset_id, days, [10.0, 99.0, 12.0])
    manager = desk.house.manager
    with desk.house.ports.store.system(manager.tenant_id) as uow:
        fixed = Bars(asset_id, days[1:2], np.array([11.0]), flags=np.array([4], dtype=np.int8))
        uow.prices.ingest([fixed], provider="test", knowledge_time_utc=KNOWN + timedelta(hours=1))
        uow.commit()
    desk.bars(asset_id, weekdays("2022-01-03", 4), [10.0, 99.0, 12.0, 13.0], known=KNOWN + timedelta(days=1))
    assert desk.ask("OWN").values["close"][:, 0].tolist() == [10.0, 11.0, 12.0, 13.0]
    assert desk.ask("OWN").sources[0].last_session == weekdays("2022-01-03", 4)[-1].astype(object)
    others = desk.data.request(DataRequest(symbols=("OWN",)), desk.house.stranger)
    assert others.values["close"][:, 0].tolist() == [10.0, 99.0, 12.0, 13.0]
    assert not others.flags.any()


def test_bars_of_minutes_keep_their_moment_and_several_share_a_session(desk):
    asset_id = desk.asset("MIN")
    moments = np.datetime64("2022-03-01T14:31", "s") + 60 * np.arange(5)
    days = np.full(5, np.datetime64("2022-03-01", "D"))
    desk.bars(asset_id, days, [1.0, 2.0, 3.0, 4.0, 5.0], event_times_utc=moments, frequency="1m")
    window = {"start": date(2022, 3, 1), "end": date(2022, 3, 1)}
    panel = desk.ask("MIN", frequency="minute", **window)
    assert panel.values["close"][:, 0].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert (panel.event_times_utc == moments).all()
    with pytest.raises(InvalidRequest, match="cannot be asked for"):
        desk.ask("MIN", frequency="minute")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": date(2022, 2, 1), "end": date(2022, 1, 1)}, "end"),
        ({"symbols": ("AAPL", "AAPL")}, "symbols[1]"),
        ({"fields": ("close", "close")}, "fields[1]"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_by_field(desk, change, field):
    with pytest.raises(InvalidRequest) as refused:
        desk.data.request(DataRequest(**{"symbols": ("AAPL",), **change}), desk.house.manager)
    assert [problem.path for problem in refused.value.fields] == [field]


DELIVERIES = st.lists(
    st.tuples(
        st.integers(0, 30),  # hours after the first
        st.dictionaries(st.integers(0, 5), st.floats(1, 1e6), min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda one: one[0],
)


@pytest.mark.requirement("2.1.A6")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries=DELIVERIES, asked=st.integers(-1, 31))
def test_a_question_as_of_an_instant_is_the_replay_of_what_came_before_it(desk, deliveries, asked):
    symbol = f"R{len(desk.house.market.assets(desk.house.manager, limit=5000).items)}"
    asset_id = desk.asset(symbol)
    days = weekdays("2022-01-03", 6)
    for hour, closes in deliveries:  # in whatever order they arrive
        places = sorted(closes)
        desk.bars(asset_id, days[places], [closes[place] for place in places], known=KNOWN + timedelta(hours=hour))
    replayed: dict[int, float] = {}
    for hour, closes in sorted(deliveries, key=lambda one: one[0]):
        if hour <= asked:
            replayed |= closes
    panel = desk.ask(symbol, as_of_utc=KNOWN + timedelta(hours=asked))
    found = (
        {}
        if not panel.symbols
        else dict(zip(panel.sessions.tolist(), panel.values["close"][:, 0].tolist(), strict=True))
    )
    assert found == {days[place].astype(object): close for place, close in replayed.items()}
    everything: dict[int, float] = {}
    for _, closes in sorted(deliveries, key=lambda one: one[0]):
        everything |= closes
    latest = desk.ask(symbol)
    assert latest.values["close"][:, 0].tolist() == [everything[place] for place in sorted(everything)]
