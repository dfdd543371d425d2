"""Does the sample pack load once, mark every row, and never stand in for a real figure?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from engine.compliance.packs.house import HOUSE
from services.auth.roles import Role
from services.compliance.rules import Rules
from services.compliance.rules_sample import LEFT_OUT
from services.errors import InvalidRequest, NotAllowed, Unavailable
from services.messages.portfolios import NewPortfolio, PositionInput
from services.sample_pack import SamplePack
from tests.services.market_house import STOCKS, open_ports


def test_before_it_is_loaded_the_status_says_what_it_would_bring(shared_house):
    status = shared_house.pack.status(shared_house.manager)
    assert not status.is_loaded
    assert "sample, fictitious" in status.sentence


def test_loading_reports_its_stages_and_loading_twice_changes_nothing(house):
    stages = []
    first = house.pack.load(house.manager, lambda stage, done: stages.append((stage, done)))
    assert first.is_loaded
    assert first.assets_count == 40
    assert [done for _, done in stages] == sorted(done for _, done in stages)
    assert stages[-1][1] == 1.0
    with house.ports.store.system(read_only=True) as uow:
        before = len(uow.ingest_batches.latest(limit=500))
    assert house.pack.load(house.manager) == first
    with house.ports.store.system(read_only=True) as uow:
        assert len(uow.ingest_batches.latest(limit=500)) == before
    sample = next(one for one in house.portfolios.list(house.manager) if one.is_sample)
    assert len(Rules(house.ports).of_portfolio(sample.id, house.manager).rules) == len(HOUSE.rules) - len(LEFT_OUT)


def test_every_row_of_the_pack_is_marked(shared_packed_house):
    house = shared_packed_house
    views = house.market.assets(house.manager, limit=500).items
    assert {view.symbol for view in views if view.is_sample} == {v.symbol for v in views if v.symbol.endswith(".X")}
    assert len([view for view in views if view.is_sample]) == 40
    with house.ports.store.system(read_only=True) as uow:
        ids = {view.symbol: view.id for view in views}
        for attribute in uow.assets.attributes(list(ids.values()), "esg_score", date(2022, 12, 28)).values():
            assert attribute.is_sample
        assert all(row.is_sample for row in uow.fx.series("EUR", "USD").values())
        assert all(bar.is_sample for bar in uow.prices.bars(ids["VNTR.X"], provider="sample", start=date(2022, 1, 1)))
        assert [row.is_sample for row in uow.benchmarks.all() if row.kind == "weights"] == [True]
        assert all(batch.is_sample for batch in uow.ingest_batches.latest("sample"))


def test_real_closes_stay_the_real_ones_and_volumes_are_told_apart(shared_packed_house):
    house = shared_packed_house
    view = house.market.prices("AAPL", house.manager, date(2022, 12, 20))
    assert not view.is_sample
    assert view.points[-1].close == 125.674
    assert view.points[-1].volume is not None
    assert view.is_volume_sample
    assert view.volume_source == "sample"
    _, lineage = house.market.returns_panel(STOCKS, None, 100)
    assert not lineage["is_sample"]


def test_euro_assets_are_brought_into_dollars_at_each_days_rate(shared_packed_house):
    house = shared_packed_house
    panel, lineage = house.market.returns_panel(["AAPL", "VNTR.X"], None, 50, house.manager)
    euro = {p.session: p.close for p in house.market.prices("VNTR.X", house.manager).points}
    with house.ports.store.system(read_only=True) as uow:
        rates = {day: row.rate for day, row in uow.fx.series("EUR", "USD").items()}
    dollars = {day: close * rates[day] for day, close in euro.items()}
    days = sorted(dollars)
    expected = [dollars[b] / dollars[a] - 1 for a, b in zip(days[-51:], days[-50:], strict=False)]
    assert panel.returns_frac[:, 1] == pytest.approx(expected, abs=1e-14)
    assert lineage["currency"] == "USD"
    assert any("brought into USD" in note for note in lineage["notes"])
    local, lineage = house.market.returns_panel(["VNTR.X", "CYDR.X"], None, 50, house.manager)
    assert lineage["currency"] == "EUR"
    in_euro, _ = house.market.returns_panel(["VNTR.X", "AAPL"], None, 50, house.manager, base_currency="EUR")
    assert np.allclose(local.returns_frac[:, 0], in_euro.returns_frac[:, 0], atol=1e-15)


def test_a_currency_without_rates_is_named(shared_packed_house):
    house = shared_packed_house
    with pytest.raises(InvalidRequest) as caught:
        house.market.returns_panel(["AAPL"], None, 50, house.manager, base_currency="CHF")
    assert "no rates to CHF" in caught.value.fields[0].message


def test_a_portfolio_can_hold_euro_assets_and_says_that_they_are_samples(packed_house):
    house = packed_house
    made = house.portfolios.create(NewPortfolio(name="Mixed", initial_cash_ccy=Decimal(100000)), house.manager)
    rows = [PositionInput(symbol="VNTR.X", weight_frac=0.4), PositionInput(symbol="AAPL", weight_frac=0.5)]
    holdings = house.portfolios.set_positions(made.id, rows, house.manager)
    by_symbol = {holding.symbol: holding for holding in holdings}
    assert by_symbol["VNTR.X"].weight_frac == pytest.approx(0.4, abs=1e-5)
    assert by_symbol["VNTR.X"].is_sample
    assert not by_symbol["AAPL"].is_sample
    detail = house.portfolios.get(made.id, house.manager)
    assert any("fictitious" in note for note in detail.notes)
    with house.ports.store.system(read_only=True) as uow:
        rate = Decimal(repr(uow.fx.on("EUR", "USD", date(2022, 12, 28)).rate))
    euro = by_symbol["VNTR.X"]
    assert euro.value_ccy == (euro.quantity * euro.price * rate).quantize(Decimal("0.01"))


def test_a_benchmark_of_weights_is_bought_at_each_quarter_and_held(packed_house):
    """Second route: the growth of the basket computed by hand between two quarters."""
    house = packed_house
    benchmark = next(b for b in house.market.benchmarks(house.manager) if b.kind == "weights")
    made = house.portfolios.create(
        NewPortfolio(name="Measured", benchmark_id=benchmark.id, initial_cash_ccy=Decimal(1000)), house.manager
    )
    with house.ports.store.work(house.manager) as uow:
        from services.market_series import SeriesReader
        from services.portfolios_benchmark import benchmark_index

        row = uow.benchmarks.get(benchmark.id)
        days = [date(2022, 8, 1), date(2022, 9, 30), date(2022, 10, 3), date(2022, 11, 15)]
        index = benchmark_index(uow, SeriesReader(house.ports), row, days)
        symbols = {a.id: a.symbol for a in uow.assets.by_symbols(STOCKS).values()}
        dated = uow.benchmarks.all_weights(benchmark.id)
    third, fourth = dated[date(2022, 7, 1)], dated[date(2022, 10, 3)]
    closes = {
        symbol: {p.session: p.close for p in house.market.prices(symbol, house.manager, date(2022, 6, 1)).points}
        for symbol in STOCKS
    }

    def grown(weights, start, end):
        return sum(w * closes[symbols[a]][end] / closes[symbols[a]][start] for a, w in weights.items())

    at = grown(third, date(2022, 7, 1), date(2022, 8, 1))
    before_reset = grown(third, date(2022, 7, 1), date(2022, 10, 3))
    last = before_reset * grown(fourth, date(2022, 10, 3), date(2022, 11, 15))
    assert index[0] == 1.0
    assert index[2] == pytest.approx(before_reset / at, rel=1e-12)
    assert index[3] == pytest.approx(last / at, rel=1e-12)
    history = house.portfolios.history(made.id, house.manager)
    assert any("fictitious" in note for note in history.notes)


def test_only_some_roles_load_it_and_without_a_market_it_is_unavailable(house, tmp_path_factory):
    with pytest.raises(NotAllowed):
        house.pack.load(house.actors[Role.VIEWER])
    from data.store.migrate import upgrade

    empty = open_ports(tmp_path_factory.mktemp("empty"))
    upgrade(empty.settings.database_url)
    with pytest.raises(Unavailable, match="Load the market history first"):
        SamplePack(empty).load(house.manager)
    empty.store.dispose()
