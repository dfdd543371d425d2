"""Are stand-ins, factors, bond terms, spreads and the weekly model read from what the house has, nothing invented?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from data.store import tables
from services.messages.stress import EventQuestion, FactorMoves, FactorQuestion
from services.messages.stress_questions import MonteCarloReport, MonteCarloWish, QuestionRequest
from services.messages.stress_report import AskedScenario, StressRequest
from services.portfolio_facts import PortfolioFacts
from services.risk_models import GARCH
from services.stress_answers import answer_of
from services.stress_compute import report
from services.stress_funds import OTHER_NAMES, SECTOR_FUNDS, Fund, by_sector
from services.stress_inputs import INDEX_NAME, StressInputs, StressInputsReader
from tests.services.risk.worlds import KNOWN, LAST, World, weekdays

COUNT = 5200
DAYS = weekdays(COUNT)
YOUNG = weekdays(800)


def closes(moves: np.ndarray) -> np.ndarray:
    return np.round(100.0 * np.cumprod(1.0 + moves), 6)


def macro(world: World, series: dict[str, np.ndarray], days: np.ndarray = DAYS) -> None:
    """Plant economic series, a figure a day."""
    with world.ports.store.system() as uow:
        batch = uow.ingest_batches.add(tables.IngestBatch(provider="fred", kind="macro", status="succeeded"))
        uow.macro.describe(
            [
                {
                    "provider": "fred", "series_id": key, "title": key, "unit": "Percent", "frequency": "Daily",
                    "seasonal_adjustment": None, "updated_at_utc": KNOWN, "is_sample": False,
                }
                for key in series
            ]
        )  # fmt: skip
        uow.macro.ingest(
            [
                {
                    "provider": "fred", "series_id": key, "event_date": day, "value": float(value),
                    "realtime_start": day, "realtime_end": None, "batch_id": batch.id,
                }
                for key, values in series.items()
                for day, value in zip(days.astype(object).tolist(), values.tolist(), strict=True)
            ]
        )  # fmt: skip
        uow.commit()


def stated(world: World, asset_id: str, *, is_sample: bool = False, **values: float) -> None:
    """Plant facts of an asset."""
    with world.ports.store.system() as uow:
        uow.assets.add_many(
            tables.AssetAttribute(
                asset_id=asset_id, name=name, value=value, unit=None, valid_on=date(2022, 6, 1), provider="upload",
                knowledge_time_utc=KNOWN - timedelta(days=30), is_sample=is_sample,
            )
            for name, value in values.items()
        )  # fmt: skip
        uow.commit()


class Furnished:
    """A broad index, an energy fund, and whatever a test adds."""

    def __init__(self, world: World) -> None:
        self.world = world
        rng = np.random.default_rng(11)
        self.index = rng.normal(0.0003, 0.01, COUNT)
        self.energy = 0.8 * self.index + rng.normal(0.0, 0.012, COUNT)
        self.rng = rng
        index_id = world.asset("SP500", closes(self.index), asset_class="index", sector="Diversified")
        world.asset("XLE", closes(self.energy), asset_class="etf", sector=None)
        with world.ports.store.system() as uow:
            uow.benchmarks.add(
                tables.Benchmark(name="S&P 500 Index", kind="index", currency="USD", asset_id=index_id, symbol="SP500")
            )
            uow.commit()

    def read(self, holdings: dict[str, float], cash: float = 1000.0, **options: Any) -> StressInputs:
        key = self.world.portfolio(holdings, {"USD": cash} if cash else None)
        return StressInputsReader(self.world.ports, self.world.facts).read(key, self.world.manager, **options)


@pytest.fixture
def furnished(world: World) -> Furnished:
    return Furnished(world)


def asked(question: Any) -> AskedScenario:
    return AskedScenario(id="one", group="own", name="One", question=question)


def answered(inputs: StressInputs, question: Any) -> Any:
    return report(inputs, StressRequest(portfolio_id="p", scenarios=(asked(question),))).results[0]


@pytest.mark.requirement("4.2.A3")
def test_a_young_share_takes_the_fund_of_its_sector_and_says_how_well_that_fits(furnished: Furnished) -> None:
    own = 1.3 * furnished.energy[-800:] + furnished.rng.normal(0.0, 0.004, 800)
    young = furnished.world.asset("YNG", closes(own), YOUNG)
    inputs = furnished.read({young: 10.0})
    found = answered(inputs, EventQuestion(event="lehman_2008"))
    (one,) = found.positions
    assert (one.tier, one.proxy) == ("index", "XLE")
    assert one.r2_frac > 0.85
    assert not one.is_weak
    inside = (np.datetime64("2008-09-12") < DAYS) & (np.datetime64("2008-11-20") >= DAYS)
    beta = float(np.cov(own[1:], furnished.energy[-799:])[0, 1] / np.var(furnished.energy[-799:], ddof=1))
    expected = float(np.prod(1.0 + np.round(beta, 12) * furnished.energy[inside])) - 1.0
    assert one.return_frac == pytest.approx(expected, abs=2e-3)
    assert one.low_frac < one.impact_frac < one.high_frac


def test_an_invented_fund_stands_in_for_nothing(world: World) -> None:
    rng = np.random.default_rng(2)
    moves = rng.normal(0.0, 0.01, 800)
    world.asset("XLE", closes(rng.normal(0.0, 0.01, COUNT)), asset_class="etf", is_sample=True)
    young = world.asset("YNG", closes(moves), YOUNG)
    key = world.portfolio({young: 10.0}, {"USD": 100.0})
    inputs = StressInputsReader(world.ports, world.facts).read(key, world.manager)
    assert "XLE" not in inputs.world.stand_ins.series
    assert not inputs.world.stand_ins.by_group


@pytest.mark.requirement("4.2.F4")
def test_every_factor_that_is_stored_has_a_history_and_a_level(furnished: Furnished) -> None:
    rng = furnished.rng
    long, short = (3.0 + np.cumsum(rng.normal(0.0, 0.01, COUNT)) * 0.2 for _ in range(2))
    vix, wide, narrow = (base + np.abs(rng.normal(0.0, 1.0, COUNT)) for base in (20.0, 5.0, 1.2))
    macro(
        furnished.world,
        {"DGS10": long + 5, "DGS2": short + 5, "VIXCLS": vix, "BAMLH0A0HYM2": wide, "BAMLC0A0CM": narrow},
    )
    furnished.world.asset("EEM", closes(rng.normal(0.0, 0.01, COUNT)), asset_class="etf", sector=None)
    own = furnished.world.asset("OLD", closes(furnished.index))
    inputs = furnished.read({own: 10.0})
    histories = inputs.world.factor_histories
    assert set(histories) == {"equity", "rates", "credit", "volatility", "slope", "ig", "emerging"}
    steps = np.diff(long - short)
    assert histories["slope"][-100:] == pytest.approx(steps[-100:], abs=1e-9)
    assert histories["ig"][-100:] == pytest.approx(np.diff(narrow)[-100:], abs=1e-9)
    assert inputs.world.levels == {
        "volatility": pytest.approx(vix[-1]), "credit": pytest.approx(wide[-1]), "ig": pytest.approx(narrow[-1])
    }  # fmt: skip
    assert inputs.world.model.period == "stressed months"
    found = answered(inputs, FactorQuestion(moves=FactorMoves(volatility_level_points=65.0)))
    assert f"{vix[-1]:.1f}, its last stored level" in found.notes[0]
    assert any("Vega does not apply: no options are held" in one for one in found.notes)


def test_an_old_level_is_no_level_of_today(furnished: Furnished) -> None:
    macro(furnished.world, {"VIXCLS": np.full(100, 25.0)}, DAYS[-400:-300])
    own = furnished.world.asset("OLD", closes(furnished.index))
    assert furnished.read({own: 10.0}).world.levels == {}


@pytest.mark.requirement("4.2.F4")
def test_terms_that_the_house_states_come_before_a_regression(furnished: Furnished) -> None:
    rng = furnished.rng
    rates = rng.normal(0.0, 0.05, COUNT)
    macro(furnished.world, {"DGS10": 100.0 + np.cumsum(rates)})
    fund = -6.0 * np.concatenate([[0.0], rates[1:]]) / 100.0 + rng.normal(0.0, 0.0003, COUNT)
    given = furnished.world.asset("GIV", closes(fund), name="Given High Yield", asset_class="bond", sector=None)
    plain = furnished.world.asset("PLN", closes(fund), asset_class="bond", sector=None)
    made_up = furnished.world.asset("INV", closes(fund), asset_class="bond", sector=None)
    stated(furnished.world, given, modified_duration_years=4.0, convexity_years2=30.0, spread_duration_years=3.5)
    stated(furnished.world, made_up, is_sample=True, modified_duration_years=40.0)
    inputs = furnished.read({given: 10.0, plain: 10.0, made_up: 10.0})
    assert set(inputs.world.bonds) == {"GIV"}
    assert inputs.world.bonds["GIV"].spread == "credit"
    moves = FactorMoves(rates_pp=1.0, slope_pp=0.0)
    found = {one.asset: one for one in answered(inputs, FactorQuestion(moves=moves, others="stay")).positions}
    assert found["GIV"].tier == "given"
    assert found["GIV"].return_frac == pytest.approx(-0.04 + 0.5 * 30.0 * 0.01**2)
    for name in ("PLN", "INV"):
        assert found[name].tier == "factors"
        assert found[name].return_frac == pytest.approx(-0.06, abs=0.001)
        assert found[name].r2_frac > 0.9


@pytest.mark.requirement("4.2.F6")
def test_a_spread_is_quoted_or_estimated_as_on_the_page_of_risk_or_not_known(furnished: Furnished) -> None:
    walk = closes(furnished.index[-800:])
    quoted = furnished.world.asset("QUO", walk, YOUNG, spread_frac=0.004)
    estimated = furnished.world.asset("EST", walk, YOUNG, spread_frac=0.004)
    unknown = furnished.world.asset("UNK", walk, YOUNG)
    stated(furnished.world, quoted, quoted_spread_frac=0.0007)
    holdings = {quoted: 10.0, estimated: 10.0, unknown: 10.0}
    inputs = furnished.read(holdings, has_spreads=True)
    spreads = dict(zip(inputs.world.portfolio.assets, inputs.world.markets.spreads_frac.tolist(), strict=True))
    assert spreads["QUO"] == 0.0007
    assert 0.0 < spreads["EST"] < 0.05
    assert np.isnan(spreads["UNK"])
    assert np.isnan(furnished.read(holdings).world.markets.spreads_frac).all(), "read only where asked for"


@pytest.mark.requirement("4.2.F2")
def test_filtered_simulation_uses_the_weekly_model_of_the_report_on_risk(furnished: Furnished) -> None:
    own = furnished.world.asset("OLD", closes(furnished.index))
    other = furnished.world.asset("OTH", closes(furnished.energy))
    inputs = furnished.read({own: 10.0, other: 5.0}, has_volatility_model=True)
    model = inputs.world.portfolio_garch
    facts: PortfolioFacts = inputs.facts
    with furnished.world.ports.store.system(furnished.world.manager.tenant_id) as uow:
        kept = uow.risk_models.latest(facts.portfolio_id, GARCH)
    assert kept is not None, "fitted once, then kept for the report on risk too"
    assert kept.fitted_on == facts.as_of == model.fitted_on
    assert kept.parameters["alpha"] == model.alpha
    wish = MonteCarloWish(method="filtered", scenarios_count=2000, horizon_days=5)
    found = MonteCarloReport.model_validate(answer_of(inputs, QuestionRequest(portfolio_id="p", monte_carlo=wish)))
    assert "GARCH model fitted on" in found.result.label
    assert facts.as_of == LAST


def test_the_broad_index_comes_last_and_factors_beside_it(furnished: Furnished) -> None:
    own = furnished.world.asset("OLD", closes(furnished.index))
    bond = furnished.world.asset("BND1", closes(furnished.energy), asset_class="bond", sector=None)
    furnished.world.asset("AGG", closes(furnished.rng.normal(0.0, 0.003, COUNT)), asset_class="etf", sector=None)
    stand_ins = furnished.read({own: 10.0, bond: 10.0}).world.stand_ins
    assert stand_ins.index_of("BND1", "") == "AGG"
    assert stand_ins.index_of("OLD", "Energy") == "XLE"
    assert stand_ins.index_of("OLD", "Utilities") == INDEX_NAME
    assert stand_ins.factors[0] == INDEX_NAME


def test_sectors_are_known_under_the_names_of_other_vendors_too() -> None:
    health = Fund("id", "XLV", "Health Care", None, "USD", np.zeros(3))
    assert by_sector({"XLV": health}) == {"Health Care": "XLV", "Healthcare": "XLV"}
    assert set(OTHER_NAMES.values()) <= set(SECTOR_FUNDS)
