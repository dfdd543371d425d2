"""Do the charts of risk say with numbers what the report holds?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.backtests.report import backtest
from services.charts import risk_backtests, risk_factors, risk_losses, risk_rolling, risk_sources, risk_structure
from services.messages.risk import BacktestRow, BacktestSeries, RiskReport
from tests.services.charts.risk_worlds import facts_of, report_of

DRAWN = {
    "sources": risk_sources.risk_sources,
    "factors": risk_factors.risk_factors,
    "histogram": risk_losses.loss_histogram,
    "methods": risk_losses.method_intervals,
    "correlations": risk_structure.correlation_map,
    "underwater": risk_structure.underwater,
    "rolling": risk_rolling.rolling_risk,
    "liquidity": risk_structure.liquidity_ladder,
    "concentration": risk_structure.concentration_bars,
}


@pytest.fixture(scope="module")
def report() -> RiskReport:
    return report_of()


@pytest.fixture(scope="module")
def nothing() -> RiskReport:
    """All cash, a young one."""
    return report_of(facts_of((), count=15))


def trace(figure, name: str):
    return next(one for one in figure.data if one.name and one.name.startswith(name))


@pytest.mark.parametrize("name", DRAWN)
def test_each_chart_has_a_finding_a_source_and_a_table(report, name):
    figure = DRAWN[name](report, **({"kind": "statistical"} if name == "factors" else {}))
    meta = figure.layout.meta
    assert any(letter.isdigit() for letter in meta["title"])
    assert meta["subtitle"]
    assert meta["table"][1]
    assert "nan" not in str(meta["table"]).lower()


@pytest.mark.parametrize("name", DRAWN)
def test_a_portfolio_without_anything_gets_a_sentence_in_its_place(nothing, name):
    figure = DRAWN[name](nothing)
    assert figure.layout.meta["title"].endswith(".") or figure.data


@pytest.mark.requirement("4.1.A4")
def test_weight_and_share_of_risk_of_each_line_are_those_of_the_report(report):
    for by, measure in (("asset", "volatility"), ("sector", "expected_shortfall"), ("currency", "historical_var")):
        figure = risk_sources.risk_sources(report, by=by, measure=measure)
        shares, weights = trace(figure, "Share of"), trace(figure, "Weight")
        assert sum(shares.x) == pytest.approx(1.0)
        assert sum(weights.x) == pytest.approx(0.95)
    figure = risk_sources.risk_sources(report)
    assert next(iter(trace(figure, "Share of").y)) == "ALFA"
    assert figure.layout.meta["title"].startswith("ALFA is 40.0% of weight and ")


def test_what_was_chosen_stands_out_in_every_linked_chart(report):
    plain = trace(risk_sources.risk_sources(report), "Share of").marker.color
    chosen = trace(risk_sources.risk_sources(report, pick="GAMA"), "Share of").marker.color
    names = list(trace(risk_sources.risk_sources(report), "Share of").y)
    assert len(set(plain)) == 1
    assert [one == plain[0] for one in chosen] == [name == "GAMA" for name in names]
    cells = risk_structure.correlation_map(report, pick="GAMA").data[0].text
    assert sum(text.startswith("<b>") for row in cells for text in row) == 2 * len(names) - 1
    bars = risk_structure.concentration_bars(report, pick="Energy").data[0]
    assert len(set(bars.marker.color)) == 2


def test_the_histogram_counts_every_day_and_marks_the_losses_beyond(report):
    figure = risk_losses.loss_histogram(report, method="historical", level_frac=0.95)
    moves = np.array(report.history.returns_frac)
    assert sum(figure.data[0].y) == moves.size
    var = report.tails.figure("historical", 0.95, 1).value_at_risk.loss_frac
    line = trace(figure, "Value at risk 95%")
    assert line.x[0] == -var
    assert f"beyond the value at risk: {int((moves < -var).sum())}" in figure.layout.meta["subtitle"]
    assert figure.layout.meta["title"].startswith("One day in 20 is expected to cost ")
    ten = risk_losses.horizon_returns(report.history.returns_frac, 10)
    assert ten.size == moves.size - 9
    assert ten[0] == pytest.approx(math.prod(1.0 + one for one in moves[:10]) - 1.0)


def test_every_method_stands_beside_the_others_with_its_interval(report):
    figure = risk_losses.method_intervals(report, level_frac=0.99)
    labels = list(trace(figure, "Value at risk").y)
    assert labels[0] == next(one.label for one in report.tails.figures if one.is_default)
    assert len(labels) == len({one.method for one in report.tails.figures if one.value_at_risk is not None})
    for var, shortfall in zip(trace(figure, "Value at risk").x, trace(figure, "Expected shortfall").x, strict=True):
        assert shortfall >= var > 0


def test_the_days_beyond_the_forecast_are_marked_one_by_one(report):
    returns = np.array(report.history.returns_frac)
    var = np.full(returns.size, 0.012)
    tested = backtest(returns, var, var * 1.3, level=0.95, method="historical")
    series = BacktestSeries(
        method="historical", level_frac=0.95, dates=report.history.dates, returns_frac=tuple(returns),
        var_frac=tuple(var), es_frac=tuple(var * 1.3),
    )  # fmt: skip
    figure = risk_backtests.exceptions_strip(BacktestRow(label="Historical", report=tested, series=series), report)
    beyond = [day for day, one in zip(report.history.dates, returns, strict=True) if one < -0.012]
    assert list(trace(figure, "Beyond").x) == beyond
    assert figure.layout.meta["title"].startswith(f"{len(beyond)} days beyond the forecast")
    assert risk_backtests.exceptions_strip(None, report).layout.meta["title"].startswith("There are no forecasts")


def test_a_map_of_very_many_holdings_lists_the_closest_pairs_instead_of_every_cell(report):
    found = report.correlations
    names = tuple(f"A{n:02d}" for n in range(30))
    cells = tuple(tuple(1.0 if i == j else 0.01 * (i + j) for j in range(30)) for i in range(30))
    many = found.model_copy(
        update={"assets": names, "order": tuple(range(30)), "correlations": cells, "cluster_numbers": (1,) * 30}
    )
    figure = risk_structure.correlation_map(report.model_copy(update={"correlations": many}))
    columns, rows = figure.layout.meta["table"]
    assert list(columns) == ["Holding", "And", "Correlation"]
    assert rows[0] == ["A28", "A29", "0.57"]
    assert len(rows) <= 40


def test_the_mark_of_invented_figures_reaches_every_chart(report):
    marked = report.model_copy(update={"lineage": {"providers": ["sample"], "sample_assets": ["ALFA"]}})
    for draw_one in DRAWN.values():
        meta = draw_one(marked).layout.meta
        assert "fictitious" in meta["subtitle"] + meta["source"] or not meta["source"]


def test_the_worst_day_is_in_sight_and_named(report):
    for days in (1, 10):
        figure = risk_losses.loss_histogram(report, method="historical", horizon_days=days)
        moves = risk_losses.horizon_returns(report.history.returns_frac, days)
        bars = figure.data[0]
        half = (bars.x[1] - bars.x[0]) / 2
        assert bars.x[0] - half <= moves.min() < bars.x[0] + half + 1e-12
        assert sum(bars.y) == moves.size
        (mark,) = [one for one in figure.layout.annotations if one.text.startswith("worst ")]
        assert mark.x == moves.min()


def test_rolling_beta_and_correlation_have_bands_that_hold_them(report):
    for rolled in ("beta", "correlation"):
        figure = risk_rolling.rolling_risk(report, rolled=rolled)
        if len(figure.data) < 3:
            continue
        low, high, middle = (list(one.y) for one in figure.data)
        assert all(a <= m <= b for a, m, b in zip(low, middle, high, strict=True) if m is not None)
    rolling = report.benchmark.rolling
    assert len(rolling.beta_lower) == len(rolling.places)


def test_invented_volumes_are_told_where_volumes_are_read_and_nowhere_else(report):
    lineage = {**report.lineage, "providers": ["sample"], "is_sample": True, "sample_facts": ["volumes"]}
    marked = report.model_copy(update={"lineage": lineage})
    told = {name for name, draw_one in DRAWN.items() if "fictitious" in draw_one(marked).to_json()}
    assert told == {"liquidity"}
    meta = DRAWN["liquidity"](marked).layout.meta
    assert "volumes" in meta["subtitle"] + meta["source"]


def test_the_chart_of_selling_says_sold_and_that_cash_comes_with_settlement(report):
    shown = DRAWN["liquidity"](report).to_json()
    assert "is sold" in shown
    assert "cash comes when the trades settle" in shown
