"""Does every stored price lead back to where it came from, and to nobody else's?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from data.store import tables
from data.store.repositories.prices import Prices
from data.store.repositories.series import Bars
from services.auth.roles import Role
from services.errors import InvalidRequest, NotFound
from services.lineage import Lineage
from services.lineage_deliveries import masked
from services.market_data import MarketData
from services.messages.market_data import DataRequest
from tests.services import planted
from tests.services.market_house import House


def day_of(made: planted.Planted, place: int) -> date:
    found: date = made.days[place].astype("datetime64[D]").astype(object)
    return found


@pytest.mark.requirement("2.1.A6")
def test_a_price_leads_to_its_source_times_bytes_and_what_was_done(house: House) -> None:
    made = planted.plant(house.ports)
    found = Lineage(house.ports).of(planted.SYMBOL, day_of(made, 10), house.manager)
    assert (found.value, found.raw_value, found.flag) == (made.closes[10], made.closes[10], "ok")
    assert found.fetched_at_utc == planted.FETCHED == found.knowledge_time_utc
    assert found.licence == "For tests"
    (delivery,) = found.deliveries
    assert delivery.batch_id == made.batch_id
    assert delivery.transformations == ("Read as JSON; no value was changed.",)
    (payload,) = delivery.payloads
    assert payload.is_kept
    assert payload.size_bytes_count == len(planted.PAYLOAD)
    assert Lineage(house.ports).payload(payload.sha256, house.manager) == (planted.PAYLOAD, "application/json")


def test_the_secrets_of_an_address_are_never_told(house: House) -> None:
    planted.plant(house.ports)
    found = Lineage(house.ports).of(planted.SYMBOL, None, house.manager)
    assert planted.SECRET not in found.model_dump_json()
    assert found.deliveries[0].endpoints == ("https://prices.test/v1?symbol=ACME&apikey=hidden",)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.test/x?token=abc&day=2020-01-02", "https://a.test/x?token=hidden&day=2020-01-02"),
        ("https://me:word@a.test/x", "https://a.test/x"),
        ("https://a.test/x#access_token=abc", "https://a.test/x"),
        ("folder/file.csv.gz", "folder/file.csv.gz"),
        ("http://[broken", "hidden"),
    ],
)
def test_addresses_are_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.mark.requirement("2.1.A6")
def test_a_correction_says_who_when_and_why_and_keeps_the_raw_value(house: House) -> None:
    made = planted.plant(house.ports)
    day = day_of(made, planted.CORRECTED_PLACE)
    found = Lineage(house.ports).of(planted.SYMBOL, day, house.manager)
    assert (found.value, found.raw_value, found.flag) == (planted.RIGHT, planted.RAW_WRONG, "corrected")
    assert [version.value for version in found.versions] == [planted.RAW_WRONG, planted.RIGHT]
    assert [version.is_shown for version in found.versions] == [False, True]
    (one,) = found.corrections
    assert (one.raw_value, one.value, one.by) == (planted.RAW_WRONG, planted.RIGHT, "Quinn Lee")
    assert one.reason == "a hundred-fold unit error"
    assert one.at_utc == planted.CORRECTED_AT
    assert one.sentence in found.sentences


def test_as_of_a_moment_before_the_correction_only_the_raw_value_exists(house: House) -> None:
    made = planted.plant(house.ports)
    day = day_of(made, planted.CORRECTED_PLACE)
    before = planted.CORRECTED_AT - timedelta(seconds=1)
    found = Lineage(house.ports).of(planted.SYMBOL, day, house.manager, known_at_utc=before)
    assert (found.value, found.corrections, len(found.versions)) == (planted.RAW_WRONG, (), 1)
    with pytest.raises(NotFound, match="was known by then"):
        Lineage(house.ports).of(planted.SYMBOL, day, house.manager, known_at_utc=planted.FETCHED - timedelta(seconds=1))


def test_a_day_without_a_bar_gets_the_last_one_before_it_and_says_so(house: House) -> None:
    made = planted.plant(house.ports)
    friday = next(n for n in range(50) if day_of(made, n).weekday() == 4)
    sunday = day_of(made, friday) + timedelta(days=2)
    found = Lineage(house.ports).of(planted.SYMBOL, sunday, house.manager)
    assert (found.session, found.asked_session, found.value) == (day_of(made, friday), sunday, made.closes[friday])
    with pytest.raises(NotFound, match="no price on or before"):
        Lineage(house.ports).of(planted.SYMBOL, planted.FIRST - timedelta(days=1), house.manager)
    with pytest.raises(InvalidRequest, match="no field"):
        Lineage(house.ports).of(planted.SYMBOL, None, house.manager, field="color")


def test_a_bar_or_a_figure_that_is_not_there_is_not_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = planted.plant(house.ports)
    day = day_of(made, planted.CORRECTED_PLACE)
    lineage = Lineage(house.ports)
    with pytest.raises(NotFound, match="no volume"):  # the correction stands for the whole bar and has none
        lineage.of(planted.SYMBOL, day, house.manager, field="volume")
    monkeypatch.setattr(Prices, "versions", lambda *_, **__: [])  # taken back in between
    with pytest.raises(NotFound, match="no close"):
        lineage.of(planted.SYMBOL, day, house.manager)


def test_two_houses_never_see_each_others_deliveries(house: House) -> None:
    made = planted.plant(house.ports, tenant_id=house.stranger.tenant_id, symbol="THEIRS")
    lineage = Lineage(house.ports)
    mine = lineage.of("THEIRS", None, house.stranger)
    assert mine.deliveries[0].is_own
    assert mine.deliveries[0].batch_id == made.batch_id
    with pytest.raises(NotFound):
        lineage.of("THEIRS", None, house.manager)
    with pytest.raises(NotFound):
        lineage.payload(mine.deliveries[0].payloads[0].sha256, house.manager)


def test_a_shared_price_corrected_by_one_house_stays_raw_for_the_other(house: House) -> None:
    made = planted.plant(house.ports, has_correction=False)
    day = day_of(made, planted.CORRECTED_PLACE)
    planted.correct(house.ports, house.stranger.tenant_id, day)
    lineage = Lineage(house.ports)
    theirs, ours = lineage.of("ACME", day, house.stranger), lineage.of("ACME", day, house.manager)
    assert (theirs.value, theirs.flag) == (planted.RIGHT, "corrected")
    assert (ours.value, ours.flag, len(ours.deliveries)) == (planted.RAW_WRONG, "ok", 1)


def test_a_value_in_another_currency_names_its_rate(packed_house: House) -> None:
    lineage = Lineage(packed_house.ports)
    with packed_house.ports.store.read(packed_house.manager) as uow:
        foreign = next(row for row in uow.assets.search(limit=500).rows if row.currency != "USD")
    found = lineage.of(foreign.symbol, None, packed_house.manager, currency="USD")
    assert found.converted is not None
    assert found.converted.value == pytest.approx(found.value * found.converted.rate)
    assert found.converted.rate_session <= found.session
    (rate,) = [one for one in found.deliveries if one.batch_id == found.converted.batch_id]
    assert (rate.provider, rate.kind) == (found.converted.provider, "fx")
    assert found.deliveries[0].kind == "prices"
    assert found.is_sample
    assert found.sentences[0].startswith("Sample data")


def test_every_reader_of_market_data_may_ask_and_only_exporters_take_bytes(house: House) -> None:
    planted.plant(house.ports)
    found = Lineage(house.ports).of("ACME", None, house.actors[Role.VIEWER])
    assert found.symbol == "ACME"


def test_as_of_a_moment_the_source_in_force_and_the_rate_of_then_count(house: House) -> None:
    days = np.arange("2022-12-05", "2022-12-10", dtype="datetime64[D]")

    def at(day: int) -> datetime:
        return datetime(2022, 12, day, tzinfo=UTC)

    with house.ports.store.system() as uow:
        asset = uow.assets.add(
            tables.Asset(symbol="ZZZ", name="Z", asset_class="equity", currency="USD", exchange="XNYS")
        )
        uow.prices.ingest([Bars(asset.id, days, np.full(5, 100.0))], provider="unranked", knowledge_time_utc=at(10))
        uow.fx.ingest("USD", "CHF", {date(2022, 12, 8): 0.9}, provider="p", knowledge_time_utc=at(9))
        uow.fx.ingest("USD", "CHF", {date(2022, 12, 8): 0.5}, provider="p", knowledge_time_utc=at(28))
        uow.commit()
    with house.ports.store.system(house.manager.tenant_id) as uow:
        uow.prices.ingest([Bars(asset.id, days, np.full(5, 777.0))], provider="feed:own", knowledge_time_utc=at(11))
        uow.prices.ingest(
            [Bars(asset.id, days[-1:], np.full(1, 778.0))], provider="feed:own", knowledge_time_utc=at(30)
        )
        uow.commit()
    lineage = Lineage(house.ports)
    now = lineage.of("ZZZ", None, house.manager)
    then = lineage.of("ZZZ", None, house.manager, known_at_utc=at(20))
    before = lineage.of("ZZZ", None, house.manager, known_at_utc=at(10))
    assert [(one.provider, one.value) for one in (now, then, before)] == [
        ("feed:own", 778.0), ("feed:own", 777.0), ("unranked", 100.0),
    ]  # fmt: skip
    request = DataRequest(symbols=("ZZZ",), as_of_utc=at(20))
    assert MarketData(house.ports).request(request, house.manager).sources[0].provider == "feed:own"
    rate = lineage.of("ZZZ", days[3].astype(object), house.manager, known_at_utc=at(15), currency="CHF").converted
    assert rate is not None
    assert rate.rate == pytest.approx(0.9)


def test_a_bar_that_a_correction_replaces_is_not_counted_as_used(house: House) -> None:
    made = planted.plant(house.ports)
    (source,) = MarketData(house.ports).request(DataRequest(symbols=(planted.SYMBOL,)), house.manager).sources
    (correction,) = set(source.batches) - {made.batch_id}
    assert source.batches == {made.batch_id: planted.COUNT - 1, correction: 1}
    day = day_of(made, planted.CORRECTED_PLACE)
    used = Lineage(house.ports).sources([planted.SYMBOL], day, day, house.manager)
    assert [one.delivery.batch_id for one in used] == [correction]
    before = DataRequest(symbols=(planted.SYMBOL,), as_of_utc=planted.CORRECTED_AT - timedelta(seconds=1))
    (then,) = MarketData(house.ports).request(before, house.manager).sources
    assert then.batches == {made.batch_id: planted.COUNT}
