"""Assets, prices and rates: what was known when, whose it is, and that long histories read fast."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from data.errors import RowDuplicate, RowRefused
from data.store.repositories.series import Bars
from data.store.tables import Asset, AssetAttribute, AssetClassification, AssetIdentifier, Benchmark, IngestBatch

KNOWN = datetime(2026, 1, 5, tzinfo=UTC)


def days(start: str, count: int):
    return np.datetime64(start, "D") + np.arange(count)


@pytest.fixture
def assets(store):
    """Three shared assets, by symbol."""
    with store.system() as uow:
        rows = [
            uow.assets.add(
                Asset(symbol=symbol, name=f"{symbol} Inc", asset_class="equity", currency="USD", sector=sector)
            )
            for symbol, sector in (("AAA", "Energy"), ("BBB", "Health"), ("C_C", "Energy"))
        ]
        uow.commit()
    return {row.symbol: row.id for row in rows}


def ingest(store, bars, tenant_id=None, known=KNOWN, provider="embedded", **values):
    with store.system(tenant_id) as uow:
        count = uow.prices.ingest(bars, provider=provider, knowledge_time_utc=known, **values)
        uow.commit()
    return count


def test_what_is_ingested_reads_back_bit_for_bit(store, first, assets):
    close = np.random.default_rng(7).lognormal(size=500)
    volume = np.where(np.arange(500) % 7 == 0, np.nan, 1000.0)
    bars = Bars(assets["AAA"], days("2020-01-01", 500), close, close * 0.5, volume=volume, high=close * 2)
    assert ingest(store, [bars]) == 500
    with store.read(first.viewer) as uow:
        series = uow.prices.series(assets["AAA"])
        rows = uow.prices.bars(assets["AAA"], provider="embedded")
        summary = uow.prices.summaries([assets["AAA"]])[assets["AAA"]]
    assert np.array_equal(series.close, close)
    assert np.array_equal(series.adjusted_close, close * 0.5)
    assert np.array_equal(series.volume, volume, equal_nan=True)
    assert (series.dates == bars.dates).all()
    assert [row.close for row in rows] == close.tolist()
    assert [row.high for row in rows] == (close * 2).tolist()
    assert rows[0].volume is None
    assert rows[0].event_time_utc == datetime(2020, 1, 1, 23, 59, 59, tzinfo=UTC)
    assert (summary.first_date, summary.observations_count) == (date(2020, 1, 1), 500)
    assert (summary.last_close, summary.previous_close) == (close[-1], close[-2])
    with pytest.raises(ValueError, match="read-only"):
        series.close[0] = 1.0


def test_the_same_delivery_again_writes_nothing(store, assets):
    bars = Bars(assets["AAA"], days("2020-01-01", 50), np.arange(1.0, 51.0))
    assert ingest(store, [bars]) == 50
    assert ingest(store, [bars], known=KNOWN + timedelta(days=1)) == 0
    longer = Bars(assets["AAA"], days("2020-01-01", 52), np.arange(1.0, 53.0))
    assert ingest(store, [longer], known=KNOWN + timedelta(days=1)) == 2


def test_a_correction_is_a_second_version_and_the_first_stays_known(store, first, assets):
    asset_id = assets["AAA"]
    ingest(store, [Bars(asset_id, days("2020-01-01", 3), np.array([1.0, 2.0, 3.0]))])
    later = KNOWN + timedelta(days=1)
    assert ingest(store, [Bars(asset_id, days("2020-01-02", 1), np.array([2.5]))], known=later) == 1
    with store.read(first.viewer) as uow:
        assert uow.prices.series(asset_id).close.tolist() == [1.0, 2.5, 3.0]
        assert [row.close for row in uow.prices.bars(asset_id, provider="embedded")] == [1.0, 2.5, 3.0]
        before = uow.prices.bars(asset_id, provider="embedded", known_at_utc=KNOWN)
        assert [row.close for row in before] == [1.0, 2.0, 3.0]


def test_a_late_old_delivery_does_not_overwrite_newer_knowledge(store, first, assets):
    asset_id = assets["AAA"]
    ingest(store, [Bars(asset_id, days("2020-01-01", 2), np.array([1.0, 2.0]))])
    early = KNOWN - timedelta(days=9)
    ingest(store, [Bars(asset_id, days("2020-01-02", 2), np.array([9.0, 3.0]))], known=early)
    with store.read(first.viewer) as uow:
        assert uow.prices.series(asset_id).close.tolist() == [1.0, 2.0, 3.0]


def test_new_bars_fit_between_old_ones(store, first, assets):
    asset_id = assets["AAA"]
    ingest(store, [Bars(asset_id, np.array(["2020-01-01", "2020-01-05"], "datetime64[D]"), np.array([1.0, 5.0]))])
    ingest(store, [Bars(asset_id, days("2020-01-03", 1), np.array([3.0]), volume=np.array([7.0]))])
    with store.read(first.viewer) as uow:
        series = uow.prices.series(asset_id)
    assert series.close.tolist() == [1.0, 3.0, 5.0]
    assert np.array_equal(series.volume, [np.nan, 7.0, np.nan], equal_nan=True)


def test_a_panel_has_the_union_of_days_and_gaps_where_prices_lack(store, first, assets):
    ingest(
        store,
        [
            Bars(assets["AAA"], days("2020-01-01", 4), np.array([1.0, 2.0, 3.0, 4.0])),
            Bars(assets["BBB"], days("2020-01-03", 3), np.array([30.0, 40.0, 50.0])),
        ],
    )
    ids = [assets["BBB"], assets["C_C"], assets["AAA"]]
    with store.read(first.viewer) as uow:
        panel = uow.prices.panel(ids, start=date(2020, 1, 2), end=date(2020, 1, 4))
        with pytest.raises(RowRefused, match="panel has one of"):
            uow.prices.panel(ids, field="opening")
        empty = uow.prices.panel([])
    nan = np.nan
    assert (panel.dates == days("2020-01-02", 3)).all()
    assert np.array_equal(panel.values, [[nan, nan, 2], [30, nan, 3], [40, nan, 4]], equal_nan=True)
    assert panel.asset_ids == tuple(ids)
    assert panel.sources[1] is None
    assert panel.content_sha256[0] != panel.content_sha256[2]
    assert empty.values.shape == (0, 0)


def test_what_a_tenant_brings_itself_is_its_own_and_comes_first(store, first, second, assets):
    asset_id = assets["AAA"]
    ingest(store, [Bars(asset_id, days("2020-01-01", 3), np.array([1.0, 2.0, 3.0]))])
    ingest(store, [Bars(asset_id, days("2020-01-01", 2), np.array([8.0, 9.0]))], first.tenant_id, provider="csv")
    with store.read(first.viewer) as uow:
        assert uow.prices.series(asset_id).close.tolist() == [8.0, 9.0]
        assert uow.prices.series(asset_id, ["embedded"]).close.tolist() == [1.0, 2.0, 3.0]
        assert uow.prices.panel([asset_id], providers=["embedded"]).values[:, 0].tolist() == [1.0, 2.0, 3.0]
        assert uow.prices.panel([asset_id]).sources[0].provider == "csv"
    with store.read(second.viewer) as uow:
        assert uow.prices.series(asset_id, ["csv"]).close.tolist() == [1.0, 2.0, 3.0]
        assert uow.prices.bars(asset_id, provider="csv") == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"close": np.array([1.0, np.nan])}, "finite"),
        ({"close": np.array([1.0, np.inf])}, "finite"),
        ({"close": np.array([1.0])}, "1 values for 2 dates"),
        ({"dates": np.array(["2020-01-02", "2020-01-01"], "datetime64[D]")}, "increase strictly"),
        ({"dates": np.array(["2020-01-01", "2020-01-01"], "datetime64[D]")}, "increase strictly"),
    ],
)
def test_bars_that_make_no_sense_are_refused(change, sentence):
    with pytest.raises(RowRefused, match=sentence):
        Bars(**{"asset_id": "a", "dates": days("2020-01-01", 2), "close": np.array([1.0, 2.0]), **change})


def test_prices_of_an_unknown_asset_are_refused(store):
    with pytest.raises(RowRefused, match="do not exist"):
        ingest(store, [Bars("nobody", days("2020-01-01", 1), np.array([1.0]))])


def test_thirty_years_of_26_series_come_in_and_50_assets_of_10_years_read_at_once(store, first):
    """Bounds are several times what was measured, for slow machines; bench/ holds the figures."""
    with store.system() as uow:
        ids = [
            uow.assets.add(Asset(symbol=f"S{i:02}", name=f"S{i}", asset_class="equity", currency="USD")).id
            for i in range(50)
        ]
        uow.commit()
    rng = np.random.default_rng(7)
    walks = np.exp(np.cumsum(rng.normal(0, 0.01, size=(8300, 50)), axis=0))
    span = days("1990-01-02", 8300)
    began = time.perf_counter()
    assert ingest(store, [Bars(ids[i], span, walks[:, i]) for i in range(26)]) == 26 * 8300
    ingest_s = time.perf_counter() - began
    ingest(store, [Bars(ids[i], span[-2600:], walks[-2600:, i]) for i in range(26, 50)])
    timings = []
    for _ in range(5):
        began = time.perf_counter()
        with store.read(first.viewer) as uow:
            panel = uow.prices.panel(ids, start=date(2002, 1, 1))
        timings.append(time.perf_counter() - began)
    assert panel.values.shape[1] == 50
    expected = walks[np.searchsorted(span, panel.dates[0]) :, :26]
    assert np.array_equal(panel.values[:, :26], expected)
    print(f"{store.dialect}: ingest {ingest_s:.2f} s, panel {1000 * min(timings):.1f} ms")
    assert min(timings) < 0.3
    assert ingest_s < 60


def test_assets_are_found_by_symbol_name_sector_and_pages_hold_all(store, first, assets):
    with store.read(first.viewer) as uow:
        assert [a.symbol for a in uow.assets.search(text="aaa inc").rows] == ["AAA"]
        assert [a.symbol for a in uow.assets.search(text="_").rows] == ["C_C"]
        assert uow.assets.search(text="%").rows == []
        assert [a.symbol for a in uow.assets.search(sector="Energy").rows] == ["AAA", "C_C"]
        assert uow.assets.search(currency="EUR").rows == []
        assert uow.assets.sectors() == ["Energy", "Health"]
        seen, cursor = [], None
        while True:
            page = uow.assets.search(cursor=cursor, limit=1)
            seen.extend(a.symbol for a in page.rows)
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == ["AAA", "BBB", "C_C", "OWN-first"]
        assert set(uow.assets.by_symbols(["AAA", "ZZZ"])) == {"AAA"}


def test_a_symbol_is_unique_among_shared_assets_and_within_a_tenant(store, first, assets):
    def add(tenant_id):
        with store.system(tenant_id) as uow:
            row = Asset(tenant_id=tenant_id, symbol="AAA", name="Own", asset_class="equity", currency="USD")
            uow.assets.add(row)
            uow.commit()
        return row.id

    with pytest.raises(RowDuplicate):
        add(None)
    own = add(first.tenant_id)
    with pytest.raises(RowDuplicate):
        add(first.tenant_id)
    with store.read(first.viewer) as uow:
        assert uow.assets.by_symbols(["AAA"])["AAA"].id == own


def test_facts_are_those_in_force_on_the_day(store, first, assets):
    asset_id = assets["AAA"]

    def fact(value, valid_on, known):
        return AssetAttribute(
            asset_id=asset_id, name="esg", value=value, valid_on=valid_on, provider="p", knowledge_time_utc=known
        )

    with store.system() as uow:
        uow.assets.add_many(
            [
                fact(50, date(2020, 1, 1), KNOWN), fact(60, date(2021, 1, 1), KNOWN),
                fact(61, date(2021, 1, 1), KNOWN + timedelta(days=1)),
                AssetClassification(asset_id=asset_id, scheme="s", code="Old", valid_to=date(2020, 12, 31)),
                AssetClassification(asset_id=asset_id, scheme="s", code="New", valid_from=date(2021, 1, 1)),
                AssetIdentifier(asset_id=asset_id, scheme="ticker", value="OLD", valid_to=date(2020, 12, 31)),
                AssetIdentifier(asset_id=assets["BBB"], scheme="ticker", value="OLD", valid_from=date(2021, 1, 1)),
            ]
        )  # fmt: skip
        uow.commit()
    with store.read(first.viewer) as uow:
        assert uow.assets.attributes([asset_id], "esg", date(2019, 1, 1)) == {}
        assert uow.assets.attributes([asset_id], "esg", date(2020, 6, 1))[asset_id].value == 50
        assert uow.assets.attributes([asset_id], "esg", date(2022, 6, 1))[asset_id].value == 61
        assert uow.assets.classifications([asset_id], "s", date(2020, 6, 1)) == {asset_id: "Old"}
        assert uow.assets.classifications([asset_id], "s", date(2021, 6, 1)) == {asset_id: "New"}
        assert uow.assets.find_by_identifier("ticker", "OLD", date(2020, 6, 1)).id == asset_id
        assert uow.assets.find_by_identifier("ticker", "OLD", date(2021, 6, 1)).id == assets["BBB"]


def test_benchmark_weights_and_blends_are_those_in_force(store, first, assets):
    with store.system() as uow:
        mark = uow.benchmarks.add(Benchmark(name="Mark", kind="weights", currency="USD"))
        blend = uow.benchmarks.add(Benchmark(name="Blend", kind="blend", currency="USD"))
        uow.benchmarks.put_weights(mark.id, date(2020, 1, 1), {assets["AAA"]: 1.0})
        uow.benchmarks.put_weights(mark.id, date(2021, 1, 1), {assets["AAA"]: 0.25, assets["BBB"]: 0.75})
        uow.benchmarks.put_blend(blend.id, date(2020, 1, 1), {mark.id: Decimal("0.6")})
        uow.commit()
    with store.read(first.viewer) as uow:
        assert uow.benchmarks.weights(mark.id, date(2019, 1, 1)) == {}
        assert uow.benchmarks.weights(mark.id, date(2020, 6, 1)) == {assets["AAA"]: 1.0}
        assert uow.benchmarks.weights(mark.id, date(2021, 1, 1)) == {assets["AAA"]: 0.25, assets["BBB"]: 0.75}
        assert uow.benchmarks.blend(blend.id, date(2022, 1, 1)) == {mark.id: Decimal("0.6")}


def test_rates_are_those_of_the_day_and_the_tenants_own_come_first(store, first, second):
    def put(rates, tenant_id=None, known=KNOWN):
        with store.system(tenant_id) as uow:
            uow.fx.ingest("EUR", "USD", rates, provider="p", knowledge_time_utc=known)
            uow.commit()

    put({date(2022, 1, 3): 1.10, date(2022, 1, 4): 1.20})
    put({date(2022, 1, 4): 1.25}, known=KNOWN + timedelta(days=1))
    put({date(2022, 1, 3): 9.0}, first.tenant_id)
    with store.read(second.viewer) as uow:
        assert uow.fx.on("EUR", "USD", date(2022, 1, 2)) is None
        assert uow.fx.on("EUR", "USD", date(2022, 1, 3)).rate == 1.10
        assert uow.fx.on("EUR", "USD", date(2022, 2, 1)).rate == 1.25
        assert [row.rate for row in uow.fx.series("EUR", "USD").values()] == [1.10, 1.25]
    with store.read(first.viewer) as uow:
        assert [row.rate for row in uow.fx.series("EUR", "USD").values()] == [9.0, 1.25]


def test_a_delivery_says_how_it_went(store, first, second):
    with store.system(first.tenant_id) as uow:
        batch = uow.ingest_batches.add(
            IngestBatch(tenant_id=first.tenant_id, provider="csv", kind="prices", status="running")
        )
        uow.ingest_batches.finish(batch.id, "failed", message="The file has no dates.")
        uow.commit()
    with store.read(first.viewer) as uow:
        assert [(row.status, row.message) for row in uow.ingest_batches.latest("csv")] == [
            ("failed", "The file has no dates.")
        ]
    with store.read(second.viewer) as uow:
        assert uow.ingest_batches.latest() == []


def test_the_same_rows_again_replace_themselves_whatever_their_number(store, assets):
    """More rows than go in one by one: on PostgreSQL they are copied, and copied again over their own keys."""
    bars = Bars(assets["AAA"], days("2000-01-01", 2500), np.arange(1.0, 2501.0), volume=np.full(2500, 5.0))
    assert ingest(store, [bars]) == 2500
    assert ingest(store, [bars], with_repeats=True) == 2500
    with store.system() as uow:
        assert len(uow.prices.bars(assets["AAA"], provider="embedded")) == 2500


def test_flags_are_set_without_touching_prices_and_go_with_what_they_spoke_of(store, first, assets):
    asset_id = assets["AAA"]
    ingest(store, [Bars(asset_id, days("2020-01-01", 4), np.array([1.0, 2.0, 3.0, 4.0]))])
    with store.system() as uow:
        before = uow.prices.series(asset_id)
        marked = uow.prices.set_flags(
            "", asset_id, "embedded", "1d", np.array(["2020-01-02", "2020-01-03", "2021-01-01"], "datetime64[D]"),
            np.array([3, 5, 3], dtype=np.int8),
        )  # fmt: skip
        uow.commit()
    assert marked == 2
    later = KNOWN + timedelta(days=1)
    ingest(store, [Bars(asset_id, days("2020-01-02", 1), np.array([2.5]))], known=later)
    with store.read(first.viewer) as uow:
        after = uow.prices.series(asset_id)
        summary = uow.prices.summaries([asset_id])[asset_id]
    assert before.flags is None
    assert after.flags.tolist() == [0, 0, 5, 0]
    assert summary.revision_count == before.revision_count + 2


def test_a_house_lays_its_own_bars_over_the_shared_ones_of_the_same_provider(store, first, second, assets):
    asset_id = assets["AAA"]
    shared = Bars(asset_id, days("2020-01-01", 3), np.array([1.0, 2.0, 3.0]), high=np.array([1.5, 2.5, 3.5]))
    ingest(store, [shared])
    ingest(store, [Bars(asset_id, days("2020-01-02", 1), np.array([9.0]))], first.tenant_id)
    with store.read(first.viewer) as uow:
        mine = uow.prices.series(asset_id)
        summary = uow.prices.summaries([asset_id])[asset_id]
        panel = uow.prices.panel([asset_id], field="close")
    assert mine.close.tolist() == [1.0, 9.0, 3.0]
    assert np.array_equal(mine.high, [1.5, np.nan, 3.5], equal_nan=True)
    assert (summary.last_close, summary.previous_close, summary.observations_count) == (3.0, 9.0, 3)
    assert panel.values[:, 0].tolist() == [1.0, 9.0, 3.0]
    with store.read(second.viewer) as uow:
        assert uow.prices.series(asset_id).close.tolist() == [1.0, 2.0, 3.0]
