"""Do assets, prices and returns come out of the store as the provider gave them, with their source?"""

from __future__ import annotations

import json
import time
from datetime import date

import numpy as np
import pytest

from data.providers.questions import PriceQuestion
from data.providers.vocabulary import Field
from services.auth.roles import Role
from services.errors import InvalidRequest, NotAllowed, NotFound
from tests.services.market_house import STOCKS


def closes(house, symbol):
    answer = house.ports.providers.for_symbol(symbol).prices(PriceQuestion((symbol,)))
    return answer.series[0].sessions, answer.series[0].columns[Field.CLOSE]


def test_all_twenty_six_series_are_listed_with_names_and_latest_close(shared_house):
    page = shared_house.market.assets(shared_house.manager, limit=100)
    assert [view.symbol for view in page.items] == sorted([*STOCKS, "SP500", "MTUM", "QUAL", "SIZE", "USMV", "VLUE"])
    for view in page.items:
        sessions, values = closes(shared_house, view.symbol)
        assert view.observations_count == sessions.size
        assert view.last_price == values[-1]
        assert view.change_1d_frac == values[-1] / values[-2] - 1
        assert view.name
        assert not view.is_sample
    assert [view.symbol for view in page.items if not view.is_investable] == ["SP500"]


def test_search_filter_and_paging_reach_every_asset_once(shared_house):
    market, manager = shared_house.market, shared_house.manager
    assert {v.symbol for v in market.assets(manager, query="coca").items} == {"KO"}
    assert {v.symbol for v in market.assets(manager, query="aap").items} == {"AAPL"}
    assert {v.symbol for v in market.assets(manager, sector="Energy").items} == {"CVX", "RRC", "XOM"}
    assert len(market.assets(manager, asset_class="etf").items) == 5
    assert market.assets(manager, query="100%").items == ()
    assert market.assets(manager, currency="EUR").items == ()
    seen, cursor = [], None
    while True:
        page = market.assets(manager, cursor=cursor, limit=7)
        seen += [view.symbol for view in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 26


def test_sectors_and_the_as_of_date_follow_from_the_data(shared_house):
    assert shared_house.market.as_of(shared_house.manager) == date(2022, 12, 28)
    sectors = shared_house.market.sectors(shared_house.manager)
    assert list(sectors) == sorted(sectors)
    assert {"Energy", "Health Care", "Information Technology"} <= set(sectors)


def test_returns_are_simple_returns_of_the_closes_over_the_last_days(shared_house):
    panel, lineage = shared_house.market.returns_panel(["KO", "AAPL"], date(2020, 3, 31), 250)
    assert panel.assets == ("KO", "AAPL")
    assert panel.returns_frac.shape == (250, 2)
    assert panel.end == date(2020, 3, 31)
    for column, symbol in enumerate(panel.assets):
        sessions, values = closes(shared_house, symbol)
        last = int(np.searchsorted(sessions, np.datetime64("2020-03-31")))
        expected = values[last - 249 : last + 1] / values[last - 250 : last] - 1
        assert np.array_equal(panel.returns_frac[:, column], expected)
    assert lineage["observations_count"] == 250
    assert lineage["window_end"] == "2020-03-31"
    assert lineage["providers"] == ["embedded"]
    assert {symbol: list(counts.values()) for symbol, counts in lineage["batches"].items()} == {
        "KO": [251],
        "AAPL": [251],
    }  # as many closes as the returns are made of, all of one delivery
    (delivery,) = lineage["batches"]["KO"]
    with shared_house.ports.store.read(shared_house.manager) as uow:
        batch = uow.ingest_batches.get(delivery)
    assert batch.provider == "embedded"
    assert lineage["knowledge_time_utc"] == batch.lineage["fetched_at_utc"]
    json.dumps(lineage, allow_nan=False)


def test_nothing_after_the_as_of_date_is_used(shared_house):
    early, _ = shared_house.market.returns_panel(["KO"], date(2015, 6, 30), 100)
    late, _ = shared_house.market.returns_panel(["KO"], date(2015, 7, 31), 5000)
    assert early.end == date(2015, 6, 30)
    position = int(np.searchsorted(late.dates, early.dates[0]))
    assert np.array_equal(late.returns_frac[position : position + 100], early.returns_frac)


def test_a_shorter_history_shortens_the_common_window_and_says_whose_it_is(shared_house):
    panel, lineage = shared_house.market.returns_panel(["AAPL", "MTUM"], None, 5000)
    assert panel.start == date(2014, 1, 3)
    assert panel.observations_count == 2263
    assert any("MTUM" in note and "2,263" in note for note in lineage["notes"])


def test_a_table_of_closes_keeps_every_day_and_says_where_an_asset_has_no_close(shared_house):
    prices = shared_house.market.price_panel(["AAPL", "MTUM"], date(2015, 6, 30))
    panel, _ = shared_house.market.returns_panel(["AAPL", "MTUM"], date(2015, 6, 30), 5000)
    has_both = np.isfinite(prices.prices).all(axis=1)
    assert (prices.dates[has_both][1:] == panel.dates).all()
    both = prices.prices[has_both]
    assert np.allclose(both[1:] / both[:-1] - 1.0, panel.returns_frac, rtol=0, atol=1e-15)
    assert prices.dates[-1] == np.datetime64("2015-06-30")
    assert np.isnan(prices.prices[:1000, 1]).all()  # MTUM was listed in 2013
    assert np.isfinite(prices.prices[:, 0]).all()
    with pytest.raises(InvalidRequest):
        shared_house.market.price_panel(["NOPE"], date(2015, 6, 30))


def test_the_dataset_hash_changes_with_the_assets_and_not_with_the_order(shared_house):
    hashes = [
        shared_house.market.returns_panel(symbols, None, 20)[1]["dataset_sha256"]
        for symbols in (["KO", "PEP"], ["PEP", "KO"], ["KO", "XOM"])
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_every_problem_of_a_universe_is_named_at_once(shared_house):
    with pytest.raises(InvalidRequest) as caught:
        shared_house.market.returns_panel(["AAPL", "NOPE", "AAPL", "GONE"], None, 100)
    assert [problem.path for problem in caught.value.fields] == ["asset_ids[1]", "asset_ids[2]", "asset_ids[3]"]
    with pytest.raises(InvalidRequest, match="common history"):
        shared_house.market.returns_panel(["AAPL", "MTUM"], date(2010, 1, 4), 100)
    with pytest.raises(InvalidRequest, match="too short"):
        shared_house.market.returns_panel(["AAPL"], None, 1)


def test_a_warm_panel_of_twenty_assets_and_five_years_takes_less_than_fifty_milliseconds(shared_house):
    shared_house.market.returns_panel(STOCKS, None, 1260)
    times = []
    for _ in range(7):
        began = time.perf_counter()
        shared_house.market.returns_panel(STOCKS, None, 1260)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.050


def test_prices_tell_source_adjustment_and_what_is_missing(shared_house):
    view = shared_house.market.prices("KO", shared_house.manager, date(2022, 12, 1), date(2022, 12, 31))
    sessions, values = closes(shared_house, "KO")
    inside = sessions >= np.datetime64("2022-12-01")
    assert [point.close for point in view.points] == values[inside].tolist()
    assert {point.volume for point in view.points} == {None}
    assert view.volume_source is None
    assert view.adjustment == "splits_and_dividends"
    assert shared_house.market.prices("SP500", shared_house.manager).adjustment == "splits"
    assert any("no volume" in note for note in view.notes)


def test_weeks_and_months_have_the_close_of_their_last_session(shared_house):
    daily = shared_house.market.prices("KO", shared_house.manager, date(2022, 1, 1))
    monthly = shared_house.market.prices("KO", shared_house.manager, date(2022, 1, 1), frequency="monthly")
    weekly = shared_house.market.prices("KO", shared_house.manager, date(2022, 1, 1), frequency="weekly")
    by_month = {(p.session.year, p.session.month): p for p in daily.points}
    by_week = {p.session.isocalendar()[:2]: p for p in daily.points}
    assert [p.session for p in monthly.points] == [p.session for p in by_month.values()]
    assert [p.close for p in weekly.points] == [p.close for p in by_week.values()]


def test_what_does_not_exist_is_not_found_and_a_wrong_window_is_refused(shared_house):
    with pytest.raises(NotFound, match="NOPE"):
        shared_house.market.asset("NOPE", shared_house.manager)
    with pytest.raises(InvalidRequest, match="before it begins"):
        shared_house.market.prices("KO", shared_house.manager, date(2022, 2, 1), date(2022, 1, 1))


def test_loading_again_writes_nothing_and_takes_no_time(house):
    with house.ports.store.system(read_only=True) as uow:
        before = [batch.id for batch in uow.ingest_batches.latest()]
    began = time.perf_counter()
    report = house.market.load_history()
    assert time.perf_counter() - began < 1.0
    assert not report.is_changed
    assert report.rows_count == 0
    with house.ports.store.system(read_only=True) as uow:
        assert [batch.id for batch in uow.ingest_batches.latest()] == before
        assert uow.ingest_batches.latest()[0].rows_count == 185_893


def test_a_refresh_says_that_the_history_does_not_change_and_tells_the_tenant(house):
    report = house.market.refresh(house.manager)
    assert "does not change" in report.sentence
    with house.ports.store.read(house.manager) as uow:
        (event,) = [event for event in uow.events.since(0) if event.type == "prices.refreshed"]
    assert event.data["as_of"] == "2022-12-28"
    assert house.ports.bus.topics == ["market"]
    with house.ports.store.read(house.stranger) as uow:
        assert not [event for event in uow.events.since(0) if event.type == "prices.refreshed"]


def test_each_delivery_keeps_source_hashes_licence_and_flags(shared_house):
    with shared_house.ports.store.system(read_only=True) as uow:
        batch = uow.ingest_batches.latest()[0]
        bar = uow.prices.bars(
            uow.assets.by_symbols(["AAPL"])["AAPL"].id, provider=batch.provider, end=date(1990, 1, 2)
        )[0]
    assert batch.status == "succeeded"
    assert len(batch.lineage["payload_sha256"]) == 3
    assert batch.lineage["flags"] == {"ok": 185_893}
    assert batch.lineage["licence"]
    assert bar.batch_id == batch.id
    assert bar.event_time_utc.isoformat() == "1990-01-02T21:00:00+00:00"


def test_roles_read_prices_and_only_some_refresh_them(shared_house):
    for role in Role:
        assert shared_house.market.as_of(shared_house.actors[role]) is not None
    with pytest.raises(NotAllowed):
        shared_house.market.refresh(shared_house.actors[Role.VIEWER])


def test_benchmarks_hold_the_index(shared_house):
    (index,) = shared_house.market.benchmarks(shared_house.manager)
    assert (index.name, index.kind, index.is_sample) == ("S&P 500 Index", "index", False)


def standing(house):
    return {provider.name: provider for provider in house.market.providers(house.manager)}


def test_what_no_loaded_source_has_is_said_with_the_ways_out(shared_house):
    real = standing(shared_house)["embedded"]
    assert real.lacks == ("volumes", "ESG scores", "exchange rates", "benchmark weights")
    gaps = shared_house.market.gaps(shared_house.manager)
    assert tuple(gap.kind for gap in gaps) == real.lacks
    assert all("Import a file" in gap.way_out for gap in gaps if gap.can_import)
    assert "None of the 25 assets has any." in gaps[0].sentence


def test_the_sample_pack_closes_every_gap(shared_packed_house):
    assert shared_packed_house.market.gaps(shared_packed_house.manager) == ()


def test_providers_say_how_they_stand(shared_house):
    by_name = standing(shared_house)
    real, sample, own = (by_name[name] for name in ("embedded", "sample", "upload"))
    assert (own.state, own.sentence) == ("not_loaded", "Nothing has been imported yet.")
    assert (real.state, real.assets_count, real.rows_count) == ("loaded", 26, 185_893)
    assert "28 December 2022" in real.sentence
    assert sample.state == "not_loaded"
    assert sample.is_sample
