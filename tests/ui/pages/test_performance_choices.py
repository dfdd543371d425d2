"""Do charts and tables of performance follow a chosen part, and does each of their bars choose something?"""

from __future__ import annotations

import json
from datetime import date

import pytest

from callbacks import present_performance as present
from callbacks import present_performance_choice as present_choice
from callbacks import present_performance_months as present_months
from callbacks import present_performance_why as present_why
from components.performance_layout import USUAL, view_of
from services.charts import performance as growth_charts
from services.charts import performance_attribution as why_charts
from services.charts import performance_choice as choice_charts
from services.charts.look import Look
from services.charts.performance_today import contributions_today
from services.messages.performance import AttributionView, PerformanceView, PeriodsRequest, PeriodsView
from services.messages.performance_choice import ChoiceView
from services.performance_choice import added_between
from services.performance_report import periods_parts, report_parts
from tests.conftest import ROOT
from tests.services.performance.test_choices import chosen_of, whole_of
from tests.services.performance_records import parts_of, record_of, report_request
from tests.ui.pages.test_performance_today import today

LOOK = Look()


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


@pytest.fixture(scope="module")
def report() -> PerformanceView:
    return PerformanceView(**parts_of(record_of(), report_request(), report_parts))


@pytest.fixture(scope="module")
def why() -> AttributionView:
    return whole_of(record_of())


@pytest.fixture(scope="module")
def energy() -> ChoiceView:
    return chosen_of(record_of(), "sector:Energy")


@pytest.mark.requirement("2.3.D4")
@pytest.mark.parametrize(("days_count", "words"), [(20, "2 Jan 2020"), (300, "Jan 2020"), (2600, "2020")])
def test_steps_are_days_months_or_years_and_add_up(days_count: int, words: str) -> None:
    found = chosen_of(record_of(days_count), "sector:Energy")
    figure = choice_charts.added(found)
    bars, line = figure.data
    assert words in bars.x
    assert sum(bars.y) == pytest.approx(found.total_frac, abs=1e-12)
    assert line.y[-1] == pytest.approx(found.total_frac, abs=1e-12)
    keys = figure.layout.meta["choices"]["keys"]
    assert list(keys) == list(bars.x)
    spans = [key.removeprefix("span:").split("/") for key in keys.values()]
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]], "each begins where the one before ends"
    assert spans[-1][1] == found.period.end.isoformat()


def test_effects_of_all_steps_add_up_to_the_segment(energy: ChoiceView, why: AttributionView) -> None:
    segment = next(one for one in why.brinson.segments if one.key == "Energy")
    drawn = {trace.name: sum(trace.y) for trace in choice_charts.effects(energy).data}
    assert drawn["Allocation"] == pytest.approx(segment.allocation_frac, abs=1e-12)
    assert drawn["Selection"] == pytest.approx(segment.selection_frac, abs=1e-12)
    assert drawn["Interaction"] == pytest.approx(segment.interaction_frac, abs=1e-12)


def test_a_chosen_group_stands_out_and_narrows(energy: ChoiceView, why: AttributionView) -> None:
    shades = why_charts.segments(why, chosen=energy).data[0]
    assert [name for name, shade in zip(shades.y, shades.marker.opacity, strict=True) if shade == 1.0] == ["Energy"]
    narrowed = why_charts.contributions(why, chosen=energy)
    assert set(narrowed.data[0].y) == {"A", "B"}
    assert sum(narrowed.data[0].x) == pytest.approx(energy.total_frac, abs=1e-12)
    steps = why_charts.waterfall(why, chosen=energy).data
    part = next(trace for trace in steps if trace.name == "Of it Energy")
    at = dict(zip(part.x, part.y, strict=True))
    assert at["Selection"] == pytest.approx(energy.effects.total("Selection"), abs=1e-15)
    assert not any((trace.name or "").startswith("Of it") for trace in why_charts.waterfall(why).data)


def test_a_chosen_effect_is_drawn_alone(why: AttributionView) -> None:
    selection = chosen_of(record_of(), "effect:selection")
    figure = why_charts.segments(why, chosen=selection)
    assert [trace.name for trace in figure.data] == ["Selection"]
    steps = why_charts.waterfall(why, chosen=selection).data[0]
    assert [name for name, shade in zip(steps.x, steps.marker.opacity, strict=True) if shade == 1.0] == ["Selection"]
    keys = why_charts.waterfall(why).layout.meta["choices"]["keys"]
    assert keys == {
        "Allocation": "effect:allocation", "Selection": "effect:selection", "Interaction": "effect:interaction",
        "Trades and fees": "effect:trading", "Cash": "sector:Cash",
    }  # fmt: skip


def test_every_key_of_a_bar_is_a_part_that_can_be_asked_for(why: AttributionView) -> None:
    charts = (why_charts.waterfall(why), why_charts.segments(why), why_charts.contributions(why))
    keys = {key for chart in charts for key in chart.layout.meta["choices"]["keys"].values()}
    assert keys
    for key in keys:
        assert chosen_of(record_of(), key).label


def test_growth_and_falls_show_what_was_held_of_it(report: PerformanceView, energy: ChoiceView) -> None:
    grown = choice_charts.with_growth(growth_charts.cumulative(report), energy, LOOK)
    line = grown.data[-1]
    assert line.name == "Energy alone"
    assert line.y[-1] == pytest.approx(100 * (1 + energy.own_return_frac))
    assert grown.layout.meta["table"][0][-1] == "Energy alone"
    below = choice_charts.with_falls(growth_charts.underwater(report), energy, LOOK).data[-1]
    assert max(below.y) <= 0.0
    assert len(choice_charts.with_growth(growth_charts.cumulative(report), None, LOOK).data) == len(grown.data) - 1


def test_a_fall_and_a_stretch_choose_their_days(report: PerformanceView) -> None:
    spans = growth_charts.underwater(report).layout.meta["choices"]["spans"]
    deepest = report.figures.drawdowns.drawdowns[0]
    end = deepest.recovered_date or report.period.end
    assert [deepest.peak_date.isoformat(), end.isoformat(), "the fall"] in spans
    shown = text_of(present_months.falls(report, "comma"))
    assert f'"{deepest.peak_date.isoformat()}/{end.isoformat()}"' in shown


@pytest.mark.requirement("2.3.A6")
def test_tables_tell_what_the_group_added_in_each_row(report: PerformanceView, energy: ChoiceView) -> None:
    stretches = PeriodsView(**parts_of(record_of(), PeriodsRequest(portfolio_id="p"), periods_parts)).periods
    assert stretches is not None
    assert "Energy added" in text_of(present.bands(stretches, report, "comma", energy))
    assert "Energy added" not in text_of(present.bands(stretches, report, "comma"))
    months = text_of(present_months.months(report, "comma", energy))
    february = added_between(energy, date(2020, 1, 31), date(2020, 2, 29))
    assert "What Energy added to the portfolio in each month." in months
    assert f'"data-value": "{february!r}"' in months
    assert "Energy added" in text_of(present_months.falls(report, "comma", energy))


def test_holdings_of_a_group_add_up_to_it(why: AttributionView, energy: ChoiceView) -> None:
    shown = text_of(present_choice.holdings(why, energy, "comma"))
    assert '"data-choose": "asset:A"' in shown
    assert f'"data-value": "{energy.total_frac!r}"' in shown
    assert present_choice.holdings(why, chosen_of(record_of(), "asset:A"), "comma") is None
    assert present_choice.holdings(None, energy, "comma") is None


def test_names_of_segments_choose_and_say_whether_they_are_chosen(why: AttributionView, energy: ChoiceView) -> None:
    parts = present_why.segments(why, "comma", energy)._traverse()
    pressed = {
        one.to_plotly_json()["props"]["data-choose"]: one.to_plotly_json()["props"]["aria-pressed"]
        for one in parts
        if "data-choose" in getattr(one, "_prop_names", ()) or hasattr(one, "data-choose")
    }
    assert pressed["sector:Energy"] == "true"
    assert pressed["sector:Utilities"] == "false"


def test_the_day_is_drawn_and_its_bars_choose() -> None:
    figure = contributions_today(today())
    assert list(figure.data[0].x) == [0.03]
    assert figure.layout.meta["choices"]["keys"] == {"AAA": "asset:AAA"}
    assert figure.layout.title.text == "No holding lost; AAA added the most, 3.00%"


def test_the_choice_stands_in_the_address_on_both_sides() -> None:
    assert view_of({"chosen": "sector:Energy"})["chosen"] == "sector:Energy"
    assert USUAL["chosen"] == ""
    for page in ("performance", "stress"):
        assert 'chosen: ""' in (ROOT / "assets" / f"{page}.js").read_text("utf-8")
