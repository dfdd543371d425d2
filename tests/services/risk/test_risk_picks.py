"""Does what is chosen on the page of risk stand out everywhere, and do narrowed tables add up?"""

from __future__ import annotations

import pytest

from services import exports_risk_tables as tables
from services.charts.risk_losses import method_intervals
from services.charts.risk_sources import measured, risk_sources
from services.charts.risk_structure import concentration_bars, correlation_map, liquidity_ladder
from services.messages.risk import RiskReport
from services.risk_picks import holdings_of, standing_out
from tests.services.risk.test_risk import report_of

MUTED_COUNT = 2
"""Colors of dots where one is chosen: its own, and that of all others."""


@pytest.fixture(scope="module")
def growth(samples) -> RiskReport:
    return report_of(samples, "Aurora Growth")


@pytest.fixture(scope="module")
def sector(growth: RiskReport) -> str:
    """Return a sector of several holdings."""
    groups = list(growth.groups["sector"].values())
    return max(set(groups), key=groups.count)


def test_a_sector_stands_for_its_holdings_and_a_holding_for_its_sector(growth: RiskReport, sector: str):
    inside = holdings_of(growth, sector)
    assert len(inside) > 1
    assert {growth.groups["sector"][name] for name in inside} == {sector}
    assert standing_out(growth, sector, "asset") == frozenset(inside)
    assert standing_out(growth, inside[0], "sector") == frozenset({sector})
    assert standing_out(growth, inside[0], "asset") == frozenset({inside[0]})
    assert standing_out(growth, "", "sector") == frozenset()
    assert holdings_of(growth, "Nothing of that name") == ()


@pytest.mark.requirement("4.1.D4")
@pytest.mark.parametrize("measure", ["volatility", "historical_var", "expected_shortfall"])
def test_a_chosen_sector_narrows_the_table_to_holdings_that_add_up_to_its_line(
    growth: RiskReport, sector: str, measure: str
):
    made = tables.added_table(growth, measure, "total", 0.95, "comma", sector)
    *rows, together = made.rows
    assert {row[0] for row in rows} == set(holdings_of(growth, sector))
    assert together[0] == "Together"
    line = next(one for one in measured(growth, measure, 0.95, "total").groups["sector"] if one.name == sector)
    assert together[1].value == pytest.approx(line.weight_frac, abs=1e-12)
    assert together[2].value == pytest.approx(line.share_frac, abs=1e-9)
    assert together[3].value == pytest.approx(sum(row[3].value for row in rows), abs=1e-12)
    assert together[3].value / line.component_frac == pytest.approx(252**0.5 if measure == "volatility" else 1.0)


def test_a_chosen_factor_adds_the_exposures_of_the_holdings(growth: RiskReport):
    assert growth.factors is not None
    factor = growth.factors.factors[0].factor
    made = tables.added_table(growth, "volatility", "total", 0.95, "comma", factor)
    assert made.columns[-1] == (f"Exposure to {factor}", True)
    by_name = {one.asset: one.exposures for one in growth.factors.assets}
    for row in made.rows:
        exposures = by_name.get(row[0])
        assert (exposures is None) == (not hasattr(row[-1], "value"))
        if exposures is not None:
            assert row[-1].value == exposures[0]


def test_bars_and_cells_choose_what_they_name(growth: RiskReport, sector: str):
    by_sector = risk_sources(growth, by="sector", pick=sector)
    keys = by_sector.layout.meta["choices"]["keys"]
    assert keys[sector] == sector
    assert len(set(by_sector.data[-1].marker.color)) == MUTED_COUNT
    holdings = risk_sources(growth, by="asset", pick=sector)
    names = dict(zip(holdings.data[-1].y, holdings.data[-1].marker.color, strict=True))
    strong = {names[one] for one in holdings_of(growth, sector) if one in names}
    assert len(strong) == 1
    assert strong.isdisjoint({names[one] for one in names if one not in holdings_of(growth, sector)})
    assert correlation_map(growth).layout.meta["choices"]["axis"] == "y"
    assert sector in concentration_bars(growth).layout.meta["choices"]["keys"]
    methods = method_intervals(growth).layout.meta["choices"]["keys"]
    assert set(methods.values()) == {f"method:{one.method}" for one in growth.tails.figures}


def test_a_day_of_the_ladder_narrows_to_what_is_not_sold_by_then(growth: RiskReport):
    keys = list(liquidity_ladder(growth).layout.meta["choices"]["keys"].values())
    assert keys[0] == f"sold:{growth.liquidity.profile[0].days}"
    slow = {one.name for one in growth.liquidity.assets if one.days is None or one.days > 1}
    assert set(holdings_of(growth, "sold:1")) == slow
    made = tables.sold_table(growth, "comma", keys[0])
    assert {row[0] for row in made.rows} == (slow or {row[0] for row in tables.sold_table(growth, "comma").rows})
