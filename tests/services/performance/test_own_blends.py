"""Can somebody make a blend of benchmarks, be measured by it, and take it away again?"""

from __future__ import annotations

import numpy as np
import pytest

from services.auth.roles import Role
from services.benchmark_blends import BenchmarkBlends
from services.errors import Conflict, InvalidRequest, NotAllowed
from services.market_series import SeriesReader
from services.messages.blends import NewBlend
from services.messages.performance import AttributionRequest, PerformanceRequest
from services.performance import Performance
from services.performance_benchmark import read_benchmark


@pytest.fixture
def blends(packed_house):
    return BenchmarkBlends(packed_house.ports)


def benchmarks(house):
    return {one.name: one for one in house.market.benchmarks(house.manager)}


def wish(house, *, name="60/40", rebalancing="monthly", currency="USD", shares=(0.6, 0.4)):
    known = benchmarks(house)
    index = known["S&P 500 Index"]
    weighted = next(one for one in known.values() if one.has_weights)
    parts = [
        {"benchmark_id": one.id, "share_frac": share} for one, share in zip((index, weighted), shares, strict=True)
    ]
    return NewBlend.model_validate({"name": name, "currency": currency, "rebalancing": rebalancing, "parts": parts})


@pytest.mark.requirement("2.3.A5", "2.3.D3")
@pytest.mark.parametrize("rebalancing", ["daily", "quarterly", "never"])
def test_a_portfolio_is_measured_by_an_own_blend(packed_house, blends, rebalancing):
    house = packed_house
    made = blends.create(wish(house, rebalancing=rebalancing), house.manager)
    assert (made.kind, made.is_own, made.rebalancing) == ("blend", True, rebalancing)
    assert next((part.name, part.share_frac) for part in made.parts) == ("S&P 500 Index", 0.6)
    portfolio = house.named("Aurora Growth").id
    request = PerformanceRequest(portfolio_id=portfolio, benchmark_id=made.id)
    found = Performance(house.ports).report(request, house.manager)
    alone = {
        one: Performance(house.ports)
        .report(PerformanceRequest(portfolio_id=portfolio, benchmark_id=one), house.manager)
        .benchmark_return_frac
        for one in [part.benchmark_id for part in made.parts]
    }
    low, high = sorted(alone.values())
    assert low < found.benchmark_return_frac < high
    assert found.benchmark.is_sample  # one of its parts is


def test_segments_need_the_constituents_of_every_part(packed_house, blends):
    house = packed_house
    made = blends.create(wish(house), house.manager)
    assert not made.has_weights
    request = AttributionRequest(portfolio_id=house.named("Aurora Growth").id, benchmark_id=made.id, period="1y")
    found = Performance(house.ports).attribution(request, house.manager)
    assert found.brinson is None
    assert "constituents of 60/40 are not stored" in found.brinson_sentence


@pytest.mark.parametrize("rebalancing", ["daily", "yearly"])
def test_constituents_of_a_blend_drift_with_it(packed_house, blends, rebalancing):
    """Weights of funds and basket times their returns against the blend's level, which is made another way."""
    house = packed_house
    known = benchmarks(house)
    weighted = next(one for one in known.values() if one.has_weights)
    parts = [{"benchmark_id": weighted.id, "share_frac": 1.0}]
    inner = blends.create(NewBlend.model_validate({"name": "Inner", "currency": "USD", "parts": parts}), house.manager)
    parts = [{"benchmark_id": inner.id, "share_frac": 0.7}, {"benchmark_id": weighted.id, "share_frac": 0.3}]
    outer = NewBlend.model_validate({"name": "Outer", "currency": "EUR", "rebalancing": rebalancing, "parts": parts})
    made = blends.create(outer, house.manager)
    assert made.has_weights
    reader = SeriesReader(house.ports)
    with house.ports.store.read(house.manager) as uow:
        dates = reader.market_sessions(uow)
        dates = dates[(dates >= np.datetime64("2015-01-05")) & (dates < np.datetime64("2017"))]
        row = uow.benchmarks.get(made.id)
        for currency in ("USD", "EUR"):
            found = read_benchmark(uow, reader, row, dates, currency)
            known_days = found.are_weights_known[1:] & np.isfinite(found.returns_frac[1:])
            assert known_days.mean() > 0.9
            earned = np.nansum(found.weights_begin_frac[1:] * found.asset_returns_frac[1:], axis=1)
            np.testing.assert_allclose(earned[known_days], found.returns_frac[1:][known_days], atol=1e-12)


def test_everything_that_is_wrong_is_named_at_once(packed_house, blends):
    house = packed_house
    blends.create(wish(house), house.manager)
    known = benchmarks(house)["S&P 500 Index"].id
    parts = [{"benchmark_id": one, "share_frac": 0.3} for one in (known, known, "unknown")]
    wrong = NewBlend.model_validate({"name": "60/40 ", "currency": "USD", "parts": parts})
    with pytest.raises(InvalidRequest) as caught:
        blends.create(wrong, house.manager)
    paths = {one.path: one.message for one in caught.value.fields}
    assert set(paths) == {"name", "parts[1].benchmark_id", "parts[2].benchmark_id", "parts"}
    assert "sum to 90.00%" in paths["parts"]


def test_a_blend_goes_when_nothing_is_measured_by_it(packed_house, blends):
    house = packed_house
    made = blends.create(wish(house), house.manager)
    parts = [{"benchmark_id": made.id, "share_frac": 1.0}]
    above = blends.create(NewBlend.model_validate({"name": "Above", "currency": "USD", "parts": parts}), house.manager)
    with pytest.raises(Conflict, match="measured by 60/40"):
        blends.delete(made.id, house.manager)
    with pytest.raises(Conflict, match="no blend of your house"):
        blends.delete(benchmarks(house)["S&P 500 Index"].id, house.manager)
    blends.delete(above.id, house.manager)
    blends.delete(made.id, house.manager)
    assert "60/40" not in benchmarks(house)
    with pytest.raises(NotAllowed):
        blends.create(wish(house), house.actors[Role.VIEWER])


def test_a_blend_that_is_held_reads_the_same_in_every_window(packed_house, blends):
    house = packed_house
    made = blends.create(wish(house, rebalancing="never"), house.manager)
    reader = SeriesReader(house.ports)
    with house.ports.store.read(house.manager) as uow:
        row, sessions = uow.benchmarks.get(made.id), reader.market_sessions(uow)
        whole, late = (
            read_benchmark(uow, reader, row, sessions[sessions >= np.datetime64(start)], "USD").returns_frac
            for start in ("2012-01-03", "2019-06-03")
        )
    np.testing.assert_allclose(late[1:], whole[-late.size + 1 :], atol=1e-13)


def test_funds_are_parts_by_their_symbol_and_each_becomes_one_benchmark(packed_house, blends):
    house = packed_house
    parts = [{"symbol": "MTUM", "share_frac": 0.6}, {"symbol": "USMV", "share_frac": 0.4}]
    for name in ("First", "Second"):
        blends.create(NewBlend.model_validate({"name": name, "currency": "USD", "parts": parts}), house.manager)
    known = house.market.benchmarks(house.manager)
    assert sorted(one.symbol for one in known if one.symbol in ("MTUM", "USMV")) == ["MTUM", "USMV"]
    assert all(one.has_weights for one in known if one.name in ("First", "Second"))
    both = [{"symbol": "MTUM", "benchmark_id": known[0].id, "share_frac": 0.5}, {"symbol": "NONE", "share_frac": 0.5}]
    with pytest.raises(InvalidRequest) as caught:
        blends.create(NewBlend.model_validate({"name": "Third", "currency": "USD", "parts": both}), house.manager)
    told = {one.path: one.message for one in caught.value.fields}
    assert set(told) == {"parts[0].symbol", "parts[1].symbol"}
    assert told["parts[0].symbol"] == "It names both a benchmark and an asset."


def test_a_blend_says_of_its_parts_what_each_says_of_itself(packed_house, blends):
    house = packed_house
    made = blends.create(wish(house), house.manager)
    reader = SeriesReader(house.ports)
    with house.ports.store.read(house.manager) as uow:
        dates = reader.market_sessions(uow)[:50]
        part, whole = (
            read_benchmark(uow, reader, uow.benchmarks.get(key), dates, "USD")
            for key in (benchmarks(house)["S&P 500 Index"].id, made.id)
        )
    dividends = [words for words in part.notes if "leaves dividends out" in words]
    assert dividends
    assert set(dividends) <= set(whole.notes)
