"""Does the page of performance stand as its address says, and do charts and tables tell the finding?"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from callbacks import present_performance as present
from callbacks import present_performance_months as present_months
from callbacks import present_performance_why as present_why
from components.performance_layout import USUAL, page_layout, view_of
from services import formatting
from services.charts import performance as charts
from services.charts import performance_attribution as why_charts
from services.charts.performance_regimes import regimes as regime_chart
from services.exports_performance import figure_facts, figure_sheets, file_title, page_document
from services.messages.performance import AttributionRequest, AttributionView, PerformanceView, PeriodsView, RegimesView
from services.performance_attribution import attribution_parts
from services.performance_factors import FactorSeries
from services.performance_report import periods_parts, regimes_parts, report_parts
from services.performance_words import banded, bridge_lines, metric_text, residual_text, side_texts
from tests.services.performance_records import attribution_of, parts_of, record_of, report_request


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def count_of(component: Any) -> int:
    return text_of(component).count('"namespace"')


@pytest.fixture(scope="module")
def report() -> PerformanceView:
    return PerformanceView(**parts_of(record_of(), report_request(), report_parts))


@pytest.fixture(scope="module")
def why() -> AttributionView:
    return AttributionView(**attribution_of(record_of()))


@pytest.fixture(scope="module")
def stretches() -> PeriodsView:
    return PeriodsView(**parts_of(record_of(), report_request(), periods_parts))


@pytest.fixture(scope="module")
def times() -> RegimesView:
    return RegimesView(**parts_of(record_of(), report_request(), regimes_parts))


def test_the_address_chooses_the_view_and_unknown_words_are_passed_over() -> None:
    view = view_of({"portfolio": "abc", "period": "3y", "basis": "mwr", "linking": "magic", "tab": "why"})
    assert view == {**USUAL, "portfolio": "abc", "period": "3y", "basis": "mwr", "tab": "why"}
    page = text_of(page_layout(view))
    assert '"active_tab": "why"' in page
    assert '"value": "mwr"' in page


@pytest.mark.requirement("2.3.D4")
def test_titles_tell_the_finding_in_numbers(
    report: PerformanceView, why: AttributionView, stretches: PeriodsView
) -> None:
    figure = charts.cumulative(report, stretches.periods)
    assert figure.layout.title.text.startswith("Core ")
    assert "Index" in figure.layout.title.text
    assert len(figure.layout.shapes) == len(banded(stretches.periods.periods, report.period.sessions_count)) > 0
    assert figure.layout.meta["table"][0] == ["Day", "Core", "Index"]
    assert charts.underwater(report).layout.title.text.startswith("The deepest fall was")
    assert "the benchmark: most came from" in why_charts.waterfall(why).layout.title.text
    steps = why_charts.waterfall(why).data[0]
    assert steps.x[0] == "Benchmark"
    assert steps.x[-1] == "Portfolio"
    assert steps.base[-2] + steps.y[-2] == pytest.approx(why.brinson.portfolio_return_frac, abs=1e-12)


def test_the_money_is_drawn_beside_what_was_put_in(report: PerformanceView) -> None:
    figure = charts.cumulative(report.model_copy(update={"basis": "mwr"}))
    assert [trace.name for trace in figure.data] == ["The same money in Index", "Put in, less taken out", "Core"]
    assert "money-weighted" in figure.layout.title.text
    words = text_of(present.strip(report.model_copy(update={"basis": "mwr"}), "comma"))
    assert "The same money in Index" in words
    assert "Put in, less taken out" in words


def test_every_figure_tells_its_formula_to_pointer_keyboard_and_touch(report: PerformanceView) -> None:
    shown = text_of(present.metrics(report.figures.metrics, "comma"))
    assert shown.count("data-performance-tip") == len(report.figures.metrics)
    assert "√k sd(r)" in shown
    assert shown.count('"tabIndex": 0') == len(report.figures.metrics)
    assert count_of(present.metrics(report.figures.metrics, "comma")) < 200


def test_months_are_colored_by_sign_and_marked_where_not_whole(report: PerformanceView) -> None:
    shown = text_of(present_months.months(report, "comma"))
    assert '"data-sign": "up"' in shown
    assert "*" in shown
    assert "months gained. Best:" in shown
    assert '"data-performance-span": "2020-01-31/2020-02-29"' in shown  # pressed, the month becomes the period


def test_strips_and_tables_have_no_raw_numbers(
    report: PerformanceView, why: AttributionView, times: RegimesView
) -> None:
    for part in (
        present.strip(report, "comma"),
        present_months.falls(report, "comma"),
        present_why.segments(why, "comma"),
        present_why.residuals(why, "comma"),
        present_why.regime_table(times.regimes, "comma"),
        present_why.run_table(times.regimes, "comma"),
    ):
        words = text_of(part)
        assert "nan" not in words.lower().replace("financials", "")
        assert "None" not in words


def test_what_is_left_over_is_said(why: AttributionView) -> None:
    assert residual_text(1e-14) == "nothing"
    assert residual_text(0.0012) == "0.12%"
    assert "Segments: nothing." in text_of(present_why.residuals(why, "comma"))


def test_numbers_follow_the_readers_format(report: PerformanceView) -> None:
    assert "," in text_of(present.strip(report, "point")).split("Time-weighted return")[1][:120]


@pytest.mark.requirement("2.3.D5")
def test_the_whole_page_becomes_a_document(
    report: PerformanceView, why: AttributionView, stretches: PeriodsView, times: RegimesView
) -> None:
    look = {"style": "comma", "signs": "blue_orange"}
    document = page_document(report, stretches.periods, why, times, phases=stretches.phases, **look)
    assert document.title == "Performance of Core"
    headings = [heading for heading, _ in document.parts]
    assert {
        "What are the figures?", "Which return is meant?", "Which falls were deepest?", "What did each holding add?",
        "What is left over",
    } <= set(headings)  # fmt: skip
    has_markets = stretches.phases is not None and bool(stretches.phases.phases)
    assert ("How did it do in rising and falling, calm and turbulent markets?" in headings) == has_markets
    assert len(document.parts) > 12
    assert regime_chart(times).layout.meta["name"] == "regimes"


def test_the_file_has_every_table_of_the_page_and_what_it_rests_on(
    report: PerformanceView, why: AttributionView, stretches: PeriodsView, times: RegimesView
) -> None:
    sheets = figure_sheets(report, why, stretches, times)
    assert [one.name for one in sheets] == [
        "Figures", "Months", "Falls", "Days", "Money", "Contributions", "Segments", "Holdings in segments",
        "Factors", "Stretches", "Markets", "Course", "Regimes", "Runs of regimes",
    ]  # fmt: skip
    assert file_title(report).endswith(f"{report.period.told_from} to {report.period.end}")
    assert len(sheets[0].rows) == len(report.figures.metrics)
    assert ("Portfolio", "Core") in figure_facts(report)
    for sheet in sheets:
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)


def test_the_chart_of_factors_names_the_days_and_the_return_that_its_parts_sum_to() -> None:
    record, request = record_of(), AttributionRequest(portfolio_id="p")
    returns = np.random.default_rng(7).normal(0.0, 0.01, (len(record.history.dates), 2))
    late = returns.copy()
    late[:120] = np.nan

    def drawn(table: Any) -> tuple[AttributionView, Any]:
        factors = FactorSeries(("Market", "Value"), table, "")
        made = parts_of(record, request, lambda one, period, wish: attribution_parts(one, period, wish, factors))
        view = AttributionView(**made)
        return view, why_charts.factors(view).to_json()

    view, shown = drawn(late)
    assert view.factors is not None
    assert view.factors_start == record.history.dates[120].astype(object)
    first, last = (formatting.day_short(one) for one in (view.factors_start, view.period.end))
    total = formatting.rate(view.factors.return_frac)
    assert f" pp of {total} since {first}" in shown
    assert f"{first} to {last}" in shown
    assert f"{formatting.day_short(view.period.start)} to" not in shown
    whole, all_shown = drawn(returns)
    assert whole.factors is not None
    assert whole.factors_start is None
    assert f" pp of {formatting.rate(whole.factors.return_frac)};" in all_shown
    assert f"{formatting.day_short(whole.period.first_day)} to {last}" in all_shown


def test_a_return_less_another_is_told_in_percentage_points(report: PerformanceView) -> None:
    found = {one.key: one for one in report.figures.metrics}
    for key in ("active_return", "active_annualized"):
        one = found[key]
        assert one.value is not None
        assert metric_text(one, "comma") == f"{formatting.number(100 * one.value, 2, signed=True)} pp"
    assert metric_text(found["volatility"], "comma").endswith("%")


def test_attribution_of_a_record_without_fees_tells_no_negative_zero(why: AttributionView) -> None:
    assert why.fees_frac == 0.0
    assert str(why.fees_frac) == "0.0"


def test_a_portfolio_begins_with_its_first_day_and_no_night_before_it(report: PerformanceView) -> None:
    period = report.period
    assert period.is_from_start
    first = formatting.day_short(period.first_day)
    assert charts.span(report) == f"{first} to {formatting.day_short(period.end)}"
    assert bridge_lines(report)[0].note == f"before {first}"
    assert ("From the first day", period.first_day) in figure_facts(report)
    later = period.model_copy(update={"is_from_start": False, "start": period.first_day + timedelta(days=40)})
    inside = report.model_copy(update={"period": later})
    assert bridge_lines(inside)[0].note == formatting.day_short(later.start)
    assert ("From the close of", later.start) in figure_facts(inside)


def test_one_figure_of_two_states_has_the_decimals_of_the_less_sure(report: PerformanceView) -> None:
    ratio = next(one for one in report.figures.metrics if one.key == "sharpe")
    sure = ratio.model_copy(update={"value": 2.914, "lower": 2.5, "upper": 3.3})
    vague = ratio.model_copy(update={"value": -0.6, "lower": -2.6, "upper": 1.4})
    assert side_texts([sure, vague, None], "comma") == ["2.9", "−0.6", formatting.MISSING]
    assert side_texts([sure, sure], "point") == ["2,91", "2,91"]
