"""Does a bar of the histogram stand for exactly the days that it counts, and do they stand out over time?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.backtests.report import backtest
from services import exports_risk_tables as tables
from services.charts.risk_backtests import POINTS_MAX_COUNT, exceptions_strip
from services.charts.risk_days import days_of
from services.charts.risk_losses import horizon_returns, loss_histogram
from services.charts.risk_rolling import rolling_risk
from services.charts.risk_structure import underwater
from services.messages.risk import BacktestRow, BacktestSeries, RiskReport
from services.risk_picks import holdings_of
from tests.services.risk.test_risk import report_of


@pytest.fixture(scope="module")
def growth(samples) -> RiskReport:
    return report_of(samples, "Aurora Growth")


@pytest.mark.requirement("4.1.D4")
@pytest.mark.parametrize("horizon_days", [1, 10])
def test_each_bar_chooses_the_days_that_it_counts(growth: RiskReport, horizon_days: int):
    figure = loss_histogram(growth, horizon_days=horizon_days)
    counts = [n for n in figure.data[0].y if n]
    ranges = figure.layout.meta["choices"]["ranges"]
    chosen = [days_of(growth, key, horizon_days) for _, _, key, _ in ranges]
    assert [len(days) for days in chosen] == counts
    every = [day for days in chosen for day in days]
    returns = horizon_returns(growth.history.returns_frac, horizon_days)
    assert sorted(every) == list(growth.history.dates[-returns.size :])
    for low, high, _, _ in ranges:
        assert sum(low < middle < high for middle in figure.data[0].x) == 1


def test_the_chosen_bar_stands_out_and_its_days_are_told_with_their_returns(growth: RiskReport):
    _, _, key, words = loss_histogram(growth).layout.meta["choices"]["ranges"][0]
    days = days_of(growth, key)
    assert words.endswith(f"{len(days)} day{'s' if len(days) > 1 else ''}")
    drawn = loss_histogram(growth, days=days).data[0]
    assert [n for n, shade in zip(drawn.y, drawn.marker.opacity, strict=True) if shade == 1.0] == [len(days)]
    assert loss_histogram(growth).data[0].marker.opacity == 1.0
    made = tables.days_table(growth, key, 1, "comma")
    assert made.rows[0][1].value == min(growth.history.returns_frac)
    assert len(made.rows) == len(days)
    assert [row[1].value for row in made.rows] == sorted(row[1].value for row in made.rows)


def test_of_many_days_the_worst_are_told_and_how_many_there_are(growth: RiskReport):
    made = tables.days_table(growth, "range:-1.0/1.0", 1, "comma")
    worst = sorted(growth.history.returns_frac)[:25]
    assert [row[1].value for row in made.rows] == worst
    assert made.note.startswith("The 25 worst of ")


def test_chosen_days_are_circled_over_time(growth: RiskReport):
    day = growth.benchmark.rolling_dates[-3]
    below = dict(zip(growth.history.dates, growth.history.underwater_frac, strict=True))
    (mark,) = [one for one in underwater(growth, days=(day,)).data if one.name == "Chosen"]
    assert (list(mark.x), list(mark.y)) == ([day], [-abs(below[day])])
    (mark,) = [one for one in rolling_risk(growth, chosen=(day,)).data if one.name == "Chosen"]
    assert list(mark.x) == [day]
    assert all(one.name != "Chosen" for one in underwater(growth).data)


def test_a_day_beyond_the_forecast_chooses_itself(growth: RiskReport):
    returns = np.array(growth.history.returns_frac)
    var = np.full(returns.size, 0.012)
    series = BacktestSeries(
        method="historical", level_frac=0.95, dates=growth.history.dates, returns_frac=tuple(returns),
        var_frac=tuple(var), es_frac=tuple(var * 1.3),
    )  # fmt: skip
    tested = backtest(returns, var, var * 1.3, level=0.95, method="historical")
    drawn = series.dates[-POINTS_MAX_COUNT:]
    beyond = [day for day, one in zip(drawn, returns[-len(drawn) :], strict=True) if one < -0.012]
    row = BacktestRow(label="Historical", report=tested, series=series)
    figure = exceptions_strip(row, growth, chosen=beyond[:1])
    assert figure.layout.meta["choices"]["keys"] == {day.isoformat(): f"day:{day.isoformat()}" for day in beyond}
    assert list(figure.data[-1].x) == beyond[:1]
    assert list(figure.data[-1].y) == [series.returns_frac[series.dates.index(beyond[0])]]
    assert days_of(growth, f"day:{beyond[0].isoformat()}") == (beyond[0],)


@pytest.mark.parametrize("pick", ["", "Technology", "day:soon", "range:", "range:low/high", "range:0.1", "sold:1"])
def test_other_choices_stand_for_no_day(growth: RiskReport, pick: str):
    assert days_of(growth, pick) == ()
    assert tables.days_table(growth, pick, 1, "comma") is None


def test_a_choice_of_days_is_none_of_holdings(growth: RiskReport):
    assert holdings_of(growth, "day:2020-03-12") == ()
    assert tables.exposures_of(growth, "range:-0.1/-0.09") == {}
