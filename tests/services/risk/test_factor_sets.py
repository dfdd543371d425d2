"""Do sets of factors that a house brings explain its risk, the total and the active one, and nobody else's?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.factor_choice import offered_sets
from data.store import tables
from services.errors import InvalidRequest, NotFound
from services.factor_sets import FactorSets, returns_between
from services.imports import Imports
from services.messages.risk import RiskRequest
from tests.services.risk.worlds import World, weekdays

pytestmark = pytest.mark.requirement("4.1.F3")
DAYS_COUNT = 700


def library(names: tuple[str, ...], days: np.ndarray, percent: np.ndarray) -> bytes:
    """Return a file as the library lays it out."""
    rows = [
        f"{str(day).replace('-', '')},{','.join(f'{one:9.4f}' for one in row)}"
        for day, row in zip(days, percent, strict=True)
    ]
    return ("Some text.\n\n," + ",".join(names) + "\n" + "\n".join(rows) + "\n\nCopyright\n").encode()


def drawn(count: int, seed: int, scale: float) -> np.ndarray:
    return np.round(np.random.default_rng(seed).normal(0.02, scale, count), 4)


class Stage:
    """A world whose assets follow two factors, with the files of these factors."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.days = weekdays(DAYS_COUNT)
        self.market, self.small = drawn(DAYS_COUNT, 1, 0.9), drawn(DAYS_COUNT, 2, 0.5)
        self.momentum = drawn(DAYS_COUNT, 3, 0.6)
        free = np.full(DAYS_COUNT, 0.012)
        self.file = library(("Mkt-RF", "SMB", "RF"), self.days, np.column_stack([self.market, self.small, free]))
        self.momentum_file = library(("Mom",), self.days, self.momentum[:, None])
        own = np.random.default_rng(4).normal(0.0, 0.004, (DAYS_COUNT, 2))
        self.returns = np.column_stack([1.2 * self.market, 0.6 * self.market + 0.8 * self.small]) / 100.0 + own
        closes = 100.0 * np.cumprod(1.0 + self.returns, axis=0)
        self.assets = [world.asset(f"A{n}", closes[:, n]) for n in range(2)]
        self.closes = closes
        self.imports, self.sets = Imports(world.ports), FactorSets(world.ports)


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage(world)


def test_chosen_sets_explain_the_portfolio_as_least_squares_says(stage: Stage) -> None:
    world = stage.world
    stage.imports.run(stage.file, "FF2_daily.CSV", world.manager)
    stage.imports.run(stage.momentum_file, "Mom_daily.CSV", world.manager)
    portfolio = world.portfolio({stage.assets[0]: 10.0, stage.assets[1]: 10.0})
    report = world.risk.compute(
        RiskRequest(portfolio_id=portfolio, factor_sets=("FF2_daily", "Mom_daily")), world.manager
    )
    found = report.factors
    assert found is not None
    assert [one.factor for one in found.factors] == ["Mkt-RF", "SMB", "Mom"]  # and RF is none
    values = stage.closes[-1] / stage.closes[-1].sum()
    own = (stage.returns @ values)[-500:]
    table = np.column_stack(
        [np.ones(500), *(one[-500:] / 100.0 for one in (stage.market, stage.small, stage.momentum))]
    )
    slopes = np.linalg.lstsq(table, own, rcond=None)[0]
    np.testing.assert_allclose([one.exposure for one in found.factors], slopes[1:], rtol=1e-9)
    assert found.intercept_frac == pytest.approx(slopes[0], abs=1e-12)
    for parts in found.measures:
        assert sum(one.component_frac for one in parts.assets) == pytest.approx(parts.total_frac, rel=1e-10)
    assert found.volatility_frac == pytest.approx(own.std(ddof=1), rel=1e-9)
    notes = " ".join(found.notes)
    assert "Factors are those of FF2_daily (Mkt-RF, SMB)" in notes
    assert "Imported from the file “Mom_daily.CSV”" in notes
    assert {one["file_name"] for one in report.lineage["imports"]} >= {"FF2_daily.CSV", "Mom_daily.CSV"}
    assert report.factor_sets == ("FF2_daily", "Mom_daily")


@pytest.mark.requirement("4.1.F3")
def test_active_risk_by_factor_adds_up_to_the_tracking_error(stage: Stage) -> None:
    world = stage.world
    stage.imports.run(stage.file, "FF2_daily.CSV", world.manager)
    with world.ports.store.system() as uow:
        row = uow.benchmarks.add(
            tables.Benchmark(symbol="A0", name="First", kind="index", currency="USD", asset_id=stage.assets[0])
        )
        uow.commit()
        benchmark = row.id
    portfolio = world.portfolio({one: 10.0 for one in stage.assets}, benchmark_id=benchmark)
    report = world.risk.compute(RiskRequest(portfolio_id=portfolio, factor_sets=("FF2_daily",)), world.manager)
    active, total, apart = report.active_factors, report.factors, report.active
    assert active is not None
    assert total is not None
    assert apart is not None
    volatility = apart.of("volatility")
    assert volatility is not None
    assert (active.scope, total.scope) == ("active", "total")
    assert active.volatility_frac == pytest.approx(volatility.total_frac, rel=1e-9)
    shares = [one.component_frac for one in active.factors]
    assert sum(shares) + active.specific_component_frac == pytest.approx(active.volatility_frac, rel=1e-10)
    values = stage.closes[-1] / stage.closes[-1].sum()
    assert active.factors[0].exposure == pytest.approx(values @ [1.2, 0.6] - 1.2, abs=0.05)
    assert active.factors[1].exposure == pytest.approx(values @ [0.0, 0.8], abs=0.05)


def test_a_set_belongs_to_its_house_and_goes_with_its_import(stage: Stage) -> None:
    world = stage.world
    made = stage.imports.run(stage.file, "FF2_daily.CSV", world.manager).imported
    assert made.symbols == ("FF2_daily",)
    assert made.rows_count == 3 * DAYS_COUNT
    (found,) = stage.sets.list(world.manager)
    assert [(one.name, one.is_risk_free, one.days_count) for one in found.factors] == [
        ("Mkt-RF", False, DAYS_COUNT), ("SMB", False, DAYS_COUNT), ("RF", True, DAYS_COUNT)
    ]  # fmt: skip
    assert (found.first_day, found.last_day) == (made.first_day, made.last_day)
    assert stage.sets.list(world.stranger) == ()
    assert stage.sets.known(("FF2_daily", "gone"), world.manager) == ("FF2_daily",)
    assert offered_sets(("FF2_daily",), "gone,FF2_daily") == [
        {"value": "FF2_daily", "label": "FF2_daily"},
        {"value": "gone", "label": "gone (no longer there)"},
    ]
    with pytest.raises(NotFound):
        stage.imports.undo(made.id, world.stranger)
    portfolio = world.portfolio({stage.assets[0]: 1.0})
    stage.imports.undo(made.id, world.manager)
    assert stage.sets.list(world.manager) == ()
    with pytest.raises(InvalidRequest, match="There is no factor set 'FF2_daily'") as refused:
        world.risk.report(portfolio, world.manager, factor_sets=("FF2_daily",))
    assert refused.value.fields[0].path == "factor_sets"


def test_a_later_file_counts_on_its_days_and_leaves_the_others(stage: Stage) -> None:
    world = stage.world
    stage.imports.run(stage.momentum_file, "Mom.csv", world.manager)
    revised = library(("Mom",), stage.days[-2:], np.array([[5.0], [-4.0]]))
    check = stage.imports.check(revised, "Mom.csv", world.manager)
    assert check.changes == ("Mom: 2 returns will be other than imported before.",)
    assert check.counts[0].changed_count == 2
    later = replace(world.ports, clock=world.ports.clock)
    stage.imports.run(revised, "Mom.csv", world.manager)
    with later.store.read(world.manager) as uow:
        (series,) = uow.factors.of("Mom")
    np.testing.assert_array_equal(series.days, stage.days)
    np.testing.assert_allclose(series.returns_frac[:-2], stage.momentum[:-2] / 100.0, atol=1e-15)
    np.testing.assert_array_equal(series.returns_frac[-2:], [0.05, -0.04])


def test_the_usual_report_stays_the_one_of_listed_funds_and_judges_limits(stage: Stage) -> None:
    world = stage.world
    stage.imports.run(stage.file, "FF2_daily.CSV", world.manager)
    portfolio = world.portfolio({stage.assets[0]: 1.0})
    world.risk.compute(RiskRequest(portfolio_id=portfolio, factor_sets=("FF2_daily",)), world.manager)
    with world.ports.store.read(world.manager) as uow:
        assert uow.risk_forecasts.last_day(portfolio) is None  # a report by other factors keeps no forecasts
    assert world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager).factor_sets == ()


def days_of(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_sessions_between_two_days_are_compounded_and_gaps_stay_unknown() -> None:
    sessions = days_of("2022-12-19", "2022-12-20", "2022-12-21", "2022-12-22", "2022-12-27")
    returns = np.array([0.01, 0.02, -0.01, np.nan, 0.03])
    days = days_of("2022-12-20", "2022-12-21", "2022-12-23", "2022-12-26", "2022-12-27", "2022-12-28")
    np.testing.assert_allclose(
        returns_between(days, sessions, returns), [0.02, -0.01, np.nan, 0.0, 0.03, np.nan], rtol=1e-12
    )
    skipped = returns_between(days_of("2022-12-19", "2022-12-21"), sessions, returns)
    np.testing.assert_allclose(skipped, [0.01, 1.02 * 0.99 - 1.0], rtol=1e-12)
    assert np.isnan(returns_between(days_of("2022-12-16", "2022-12-19"), sessions, returns)).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=40),
    st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_what_is_compounded_over_a_coarser_calendar_is_the_same_growth(moves: list[float], kept: list[bool]) -> None:
    sessions = weekdays(len(moves))
    keep = np.array(kept[: len(moves)])
    keep[[0, -1]] = True
    gaps = np.diff(np.flatnonzero(keep)).max()
    made = returns_between(sessions[keep], sessions, np.array(moves))
    assert gaps > 5 or np.isfinite(made).all()
    assert np.prod(1.0 + made[1:]) == pytest.approx(np.prod(1.0 + np.array(moves[1:])), rel=1e-10)


@pytest.mark.requirement("4.1.F6")
def test_a_spread_that_the_house_states_is_part_of_the_cost_of_leaving(stage: Stage) -> None:
    world = stage.world
    portfolio = world.portfolio({stage.assets[0]: 10.0, stage.assets[1]: 10.0})
    before = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager).liquidity.liquidity_var
    assert (before.spread_cost_frac, before.liquidity_var_frac) == (None, None)
    rows = "symbol,date,quoted_spread_frac\nA0,2022-12-01,0.001\nA1,2022-12-01,0.003\n"
    stage.imports.run(rows.encode(), "spreads.csv", world.manager)
    after = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager).liquidity.liquidity_var
    values = stage.closes[-1] / stage.closes[-1].sum()
    assert after.spread_cost_frac == pytest.approx(0.5 * values @ [0.001, 0.003], rel=1e-9)
    assert after.liquidity_var_frac == pytest.approx(after.var_frac + after.spread_cost_frac, rel=1e-12)
    assert after.covered_frac == pytest.approx(1.0)


@pytest.mark.requirement("4.1.F6")
def test_a_series_of_stated_spreads_tells_how_much_they_move(stage: Stage) -> None:
    world = stage.world
    portfolio = world.portfolio({stage.assets[0]: 10.0})
    days = weekdays(70)
    quotes = 0.001 + 0.0003 * np.sin(np.arange(70))
    old = "A0,2022-01-03,0.2\n"  # of more than half a year ago: no witness of today's market
    rows = "".join(f"A0,{day},{quote!r}\n" for day, quote in zip(days, quotes.tolist(), strict=True))
    stage.imports.run(f"symbol,date,quoted_spread_frac\n{old}{rows}".encode(), "spreads.csv", world.manager)
    found = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager).liquidity
    last = quotes[-60:]
    assert found.liquidity_var.spread_cost_frac == pytest.approx(0.5 * (last.mean() + 3.0 * last.std(ddof=1)), rel=1e-9)
    assert found.assets[0].spread_frac == pytest.approx(quotes[-1])
