"""Do facts say what a portfolio holds and how exactly that behaved, in its currency, for whoever may see it?"""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from services.auth.roles import Role
from services.errors import Conflict, NotFound
from services.portfolio_facts_reader import PortfolioFactsReader
from tests.services.risk.worlds import LAST, World, walk, weekdays

COUNT = 60
DAYS = weekdays(COUNT)


def test_weights_are_those_of_the_portfolios_page_and_sum_to_one_with_cash(samples):
    house = samples.house
    for summary in house.portfolios.list(house.manager):
        facts = samples.facts.read(summary.id, house.manager)
        shown = {one.symbol: one.weight_frac for one in house.portfolios.holdings(summary.id, house.manager)}
        assert dict(zip(facts.symbols, facts.weights_frac, strict=True)) == pytest.approx(shown, abs=1e-12)
        assert facts.weights_frac.sum() + facts.cash_weight_frac == pytest.approx(1.0, abs=1e-12)
        assert facts.as_of == summary.as_of
        assert facts.value_ccy.quantize(Decimal("0.01")) == summary.value_ccy
        assert facts.dates[-1] == np.datetime64(facts.as_of, "D")
        assert list(np.abs(facts.weights_frac)) == sorted(np.abs(facts.weights_frac), reverse=True)


def test_returns_are_those_of_the_panel_that_the_optimizer_reads(samples):
    house = samples.house
    portfolio = house.named("Aurora Growth")
    facts = samples.facts.read(portfolio.id, house.manager, sessions_count=250)
    panel, _ = house.market.returns_panel(facts.symbols, facts.as_of, 250, actor=house.manager)
    assert np.array_equal(panel.dates.astype("datetime64[D]")[-250:], facts.dates)
    assert facts.returns_frac == pytest.approx(panel.returns_frac[-250:], abs=1e-12)


def test_yesterdays_return_of_todays_weights_is_near_what_the_portfolio_earned(samples):
    house = samples.house
    for summary in house.portfolios.list(house.manager):
        facts = samples.facts.read(summary.id, house.manager)
        history = house.portfolios.history(summary.id, house.manager)
        earned = history.twr_index[-1] / history.twr_index[-2] - 1.0
        assert facts.portfolio_returns()[-1] == pytest.approx(earned, abs=3e-4)


def test_a_foreign_asset_and_foreign_cash_carry_the_moves_of_their_currency(world: World):
    closes, rates = walk(COUNT, 1), 1.1 + 0.001 * np.arange(COUNT)
    asset = world.asset("EUR1", closes, currency="EUR")
    world.rates("EUR", DAYS, rates)
    portfolio = world.portfolio({asset: 10.0}, {"EUR": 500.0, "USD": 300.0})
    facts = world.facts.read(portfolio, world.manager)
    value = 10.0 * closes[-1] * rates[-1] + 500.0 * rates[-1] + 300.0
    assert float(facts.value_ccy) == pytest.approx(value)
    assert facts.symbols == ("EUR1", "CASH EUR")
    assert facts.weights_frac == pytest.approx([10.0 * closes[-1] * rates[-1] / value, 500.0 * rates[-1] / value])
    assert facts.cash_weight_frac == pytest.approx(300.0 / value)
    assert facts.cash_currencies == pytest.approx({"EUR": 500.0 * rates[-1] / value, "USD": 300.0 / value})
    moves = rates[1:] / rates[:-1] - 1.0
    assert facts.fx_returns_frac == pytest.approx(np.column_stack([moves, moves]))
    assert facts.local_returns_frac[:, 0] == pytest.approx(closes[1:] / closes[:-1] - 1.0)
    assert not facts.local_returns_frac[:, 1].any()
    in_dollars = closes * rates
    assert facts.returns_frac[:, 0] == pytest.approx(in_dollars[1:] / in_dollars[:-1] - 1.0)
    assert facts.returns_frac == pytest.approx((1 + facts.local_returns_frac) * (1 + facts.fx_returns_frac) - 1)
    assert np.isinf(facts.adv_ccy[1])
    assert facts.assets[1].is_cash


def test_a_holiday_is_no_move_and_a_long_gap_is_no_return(world: World):
    steady, with_gap = world.asset("FULL", walk(COUNT, 1)), walk(COUNT, 2)
    keep = np.ones(COUNT, dtype=bool)
    keep[20], keep[30:40] = False, False
    gappy = world.asset("GAPS", with_gap[keep], DAYS[keep])
    facts = world.facts.read(world.portfolio({steady: 1.0, gappy: 1.0}), world.manager)
    column = facts.returns_frac[:, facts.symbols.index("GAPS")]
    assert column[19] == 0.0
    assert column[20] == pytest.approx(with_gap[21] / with_gap[19] - 1.0)
    assert list(np.flatnonzero(np.isnan(column))) == [34, 35, 36, 37, 38, 39]
    returns = facts.portfolio_returns()
    assert np.array_equal(np.isnan(returns), np.isnan(column))
    assert np.isfinite(facts.portfolio_returns(0.6)).all()


def test_a_portfolio_of_short_and_fractional_holdings(world: World):
    long, short = world.asset("LONG", walk(COUNT, 1)), world.asset("SHORT", walk(COUNT, 2))
    facts = world.facts.read(world.portfolio({long: 10.5, short: -10.25}, {"USD": 1000.0}), world.manager)
    closes = dict(zip(("LONG", "SHORT"), (walk(COUNT, 1)[-1], walk(COUNT, 2)[-1]), strict=True))
    value = 10.5 * closes["LONG"] - 10.25 * closes["SHORT"] + 1000.0
    weights = dict(zip(facts.symbols, facts.weights_frac, strict=True))
    assert weights == pytest.approx({"LONG": 10.5 * closes["LONG"] / value, "SHORT": -10.25 * closes["SHORT"] / value})
    assert dict(zip(facts.symbols, facts.quantities, strict=True)) == {"LONG": 10.5, "SHORT": -10.25}


def test_cash_alone_has_days_and_no_moves(world: World):
    world.asset("ELSE", walk(COUNT, 1))
    facts = world.facts.read(world.portfolio({}, {"USD": 1000.0}), world.manager)
    assert facts.returns_frac.shape == (COUNT - 1, 0)
    assert facts.cash_weight_frac == 1.0
    assert not facts.portfolio_returns().any()


def test_a_missing_last_close_moves_the_day_back_and_is_flagged(world: World):
    whole = world.asset("WHOLE", walk(COUNT, 1), exchange="XNYS")
    late = world.asset("LATE", walk(COUNT, 2)[:-1], DAYS[:-1], exchange="XNYS")
    facts = world.facts.read(world.portfolio({whole: 1.0, late: 1.0}), world.manager)
    assert facts.as_of == date(2022, 12, 27)
    assert facts.stale == ("LATE",)
    assert facts.outdated == ()
    assert any("LATE" in note and note.startswith("Stale") for note in facts.notes)
    assert {asset.symbol: asset.price_date for asset in facts.assets} == {
        "WHOLE": date(2022, 12, 27), "LATE": date(2022, 12, 27),
    }  # fmt: skip
    earlier = world.facts.read(world.portfolio({whole: 1.0, late: 1.0}), world.manager, as_of=date(2022, 12, 20))
    assert earlier.as_of == date(2022, 12, 20)
    assert earlier.stale == ()
    assert earlier.dates[-1] == np.datetime64("2022-12-20")


def test_a_close_long_behind_the_others_is_outdated(world: World):
    whole = world.asset("WHOLE", walk(COUNT, 1), exchange="XNYS")
    gone = world.asset("GONE", walk(COUNT, 2)[:-9], DAYS[:-9], exchange="XLON")
    facts = world.facts.read(world.portfolio({whole: 1.0, gone: 1.0}), world.manager)
    assert facts.outdated == ("GONE",)
    assert {asset.symbol: asset.behind_days for asset in facts.assets} == {"WHOLE": 0, "GONE": 9}


def test_a_young_position_is_named_and_its_past_is_unknown(world: World):
    old, young = world.asset("OLD", walk(COUNT, 1)), world.asset("YOUNG", walk(20, 2), weekdays(20))
    facts = world.facts.read(world.portfolio({old: 1.0, young: 0.01}), world.manager)
    known = np.isfinite(facts.returns_frac[:, facts.symbols.index("YOUNG")])
    assert known.sum() == 19
    assert known[-19:].all()
    assert np.isfinite(facts.portfolio_returns()).sum() == 19
    assert np.isfinite(facts.portfolio_returns(0.05)).all()
    assert any("YOUNG" in note and "19 daily returns" in note for note in facts.notes)


def test_usual_volumes_are_medians_of_the_last_twenty_sessions_and_unknown_ones_stay_unknown(world: World):
    volumes = np.arange(1.0, COUNT + 1.0) * 1000.0
    volumes[-1] = 1e9
    traded = world.asset("TRADED", walk(COUNT, 1), volumes=volumes)
    silent = world.asset("SILENT", walk(COUNT, 2))
    facts = world.facts.read(world.portfolio({traded: 2.0, silent: 1.0}), world.manager)
    place = facts.symbols.index("TRADED")
    assert facts.adv_units[place] == np.median(volumes[-20:])
    assert facts.adv_ccy[place] == pytest.approx(np.median(volumes[-20:]) * walk(COUNT, 1)[-1])
    assert np.isnan(facts.adv_units[1 - place])
    assert any("SILENT" in note for note in facts.notes)


def test_invented_volumes_of_the_sample_pack_are_marked(shared_packed_house):
    house = shared_packed_house
    facts = PortfolioFactsReader(house.ports).read(house.named("Aurora Growth").id, house.manager)
    assert np.isfinite(facts.adv_ccy).all()
    assert facts.lineage["is_sample"]
    assert facts.lineage["sample_facts"] == ["volumes"]
    assert any(note.startswith("The volumes of") and "fictitious" in note for note in facts.notes)


def test_a_benchmark_in_another_currency_comes_in_the_portfolios_and_ends_with_its_prices(world: World):
    levels, rates = walk(COUNT, 3), 1.1 + 0.001 * np.arange(COUNT)
    index = world.asset("INDEX", levels[:-2], DAYS[:-2], currency="EUR", asset_class="index")
    world.rates("EUR", DAYS, rates)
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0}, benchmark_id=world.benchmark(index, "EUR"))
    facts = world.facts.read(portfolio, world.manager)
    in_dollars = levels * rates
    expected = in_dollars[1:] / in_dollars[:-1] - 1.0
    assert facts.benchmark_returns_frac[:-2] == pytest.approx(expected[:-2])
    assert np.isnan(facts.benchmark_returns_frac[-2:]).all()
    assert facts.benchmark_weights_frac == {}
    assert any("no prices after" in note for note in facts.notes)


def test_what_no_fraction_can_be_made_of_is_a_sentence(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    cases = {
        "portfolio_empty": world.portfolio({}),
        "portfolio_worthless": world.portfolio({asset: -10.0}, {"USD": 10.0}),
        "portfolio_unvalued": world.portfolio({asset: 1.0}, {"CHF": 10.0}),
    }
    for code, portfolio_id in cases.items():
        with pytest.raises(Conflict) as caught:
            world.facts.read(portfolio_id, world.manager)
        assert caught.value.code == code
        assert caught.value.advice


def test_another_house_and_whoever_was_not_granted_it_find_nothing(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    world.facts.read(portfolio, world.manager)
    for actor in (world.stranger, world.actors[Role.VIEWER]):
        with pytest.raises(NotFound):
            world.facts.read(portfolio, actor)
        with pytest.raises(NotFound):
            world.facts.data_version(portfolio, actor)


def test_the_version_changes_with_ledger_prices_rates_and_benchmark_alone(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    index = world.asset("INDEX", walk(COUNT, 2), asset_class="index")
    portfolio = world.portfolio({asset: 1.0})
    seen = [world.facts.data_version(portfolio, world.manager)]
    assert world.facts.data_version(portfolio, world.manager) == seen[0]
    assert world.facts.read(portfolio, world.manager) is world.facts.read(portfolio, world.manager)
    world.more_closes(asset, np.array(["2022-12-29"], dtype="datetime64[D]"), np.array([101.0]))
    seen.append(world.facts.data_version(portfolio, world.manager))
    world.rates("EUR", DAYS, np.ones(COUNT))
    seen.append(world.facts.data_version(portfolio, world.manager))
    benchmark_id = world.benchmark(index)
    with world.ports.store.work(world.manager) as uow:
        uow.portfolios.update(portfolio, {"benchmark_id": benchmark_id})
        uow.commit()
    seen.append(world.facts.data_version(portfolio, world.manager))
    assert len(set(seen)) == len(seen)
    assert world.facts.read(portfolio, world.manager).as_of == date(2022, 12, 29)


def test_facts_of_fifty_assets_and_ten_years_come_from_memory_within_sixty_milliseconds(world: World):
    sessions = weekdays(2600)
    held = {world.asset(f"S{place:02d}", walk(2600, place), sessions): 1.0 for place in range(50)}
    portfolio = world.portfolio(held)
    first = world.facts.read(portfolio, world.manager)
    assert first.returns_frac.shape == (2520, 50)
    times = []
    for _ in range(3):
        world.facts._kept.clear()
        began = time.process_time()
        world.facts.read(portfolio, world.manager)
        times.append(time.process_time() - began)
    assert min(times) < 0.060
    assert not first.returns_frac.flags.writeable
    assert first.as_of == LAST


def test_a_day_before_the_first_entry_or_after_the_last_price_is_refused_by_its_reason(world: World):
    portfolio = world.portfolio({world.asset("ONE", walk(300, 1)): 1.0}, day=date(2022, 6, 1))
    with pytest.raises(Conflict, match=r"Mine held nothing on 1 January 1985\.") as early:
        world.facts.read(portfolio, world.manager, as_of=date(1985, 1, 1))
    assert early.value.code == "portfolio_empty"
    late = r"There are no prices of 1 January 2030: they end on 28 December 2022\."
    with pytest.raises(Conflict, match=late) as found:
        world.facts.read(portfolio, world.manager, as_of=date(2030, 1, 1))
    assert found.value.code == "portfolio_unvalued"
