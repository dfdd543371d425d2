"""Which sheets and which page does a performance report leave with?"""

from __future__ import annotations

from typing import Any

from services import formatting
from services.charts import performance as charts
from services.charts import performance_attribution as why_charts
from services.charts import performance_choice as choice_charts
from services.charts.look import Look
from services.charts.performance_regimes import regimes as regime_chart
from services.charts.tokens import Signs
from services.exports_page import PageDocument, PageTable, Part
from services.exports_performance_more import (
    cause_sheets,
    choice_sheets,
    course_sheet,
    market_sheet,
    regime_sheets,
    stretch_sheet,
)
from services.exports_performance_paper import cause_parts, day_parts, kinds_part, market_part, state_parts
from services.exports_table import Column, Fact, Sheet
from services.formatting import Style
from services.messages.performance import (
    ActivePeriods,
    AttributionView,
    CalendarTable,
    MarketPhases,
    PerformanceView,
    PeriodsView,
    RegimesView,
)
from services.messages.performance_choice import ChoiceView
from services.messages.performance_today import TodayView
from services.number_style import in_style
from services.performance_words import (
    GROUPS,
    bridge_lines,
    kind_words,
    metric_text,
    residual_sentences,
    significance,
    spread_text,
)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def figure_sheets(
    found: PerformanceView,
    why: AttributionView,
    stretches: PeriodsView | None = None,
    times: RegimesView | None = None,
    chosen: ChoiceView | None = None,
) -> list[Sheet]:
    """Return every table of the page, all figures first; fractions stay fractions."""
    sheets = [
        Sheet(
            "Figures",
            (
                Column("figure", "Figure", "text"),
                Column("group", "Group", "text"),
                Column("value", "Value", "ratio"),
                Column("lower", "95% from", "ratio"),
                Column("upper", "95% to", "ratio"),
                Column("standard_error", "Standard error", "ratio"),
                Column("unit", "Unit", "text"),
                Column("formula", "Formula", "text"),
                Column("convention", "Convention", "text"),
                Column("note", "Note", "text"),
            ),
            [
                (
                    one.label, GROUPS[one.group], one.value, one.lower, one.upper, one.standard_error, one.unit,
                    one.formula, one.convention, one.note,
                )
                for one in found.figures.metrics
            ],
        ),
        Sheet(
            "Months",
            (
                Column("month", "Month", "text"),
                Column("return_frac", "Return", "rate"),
                Column("benchmark_return_frac", "Benchmark", "rate"),
                Column("is_partial", "Whole month", "text"),
            ),
            [
                (
                    f"{one.year}-{one.month:02d}", one.return_frac, one.benchmark_return_frac,
                    "no" if one.is_partial else "yes",
                )
                for one in found.calendar.months
            ],
        ),
        Sheet(
            "Falls",
            (
                Column("depth_frac", "Depth", "rate"),
                Column("peak", "Peak", "date"),
                Column("trough", "Lowest", "date"),
                Column("recovered", "Recovered", "date"),
            ),
            [
                (one.depth_frac, one.peak_date, one.trough_date, one.recovered_date)
                for one in found.figures.drawdowns.drawdowns
            ],
        ),
        _days(found),
        Sheet(
            "Money",
            (
                Column("line", "Line", "text"),
                Column("amount_ccy", f"Amount, {found.base_currency}", "money"),
                Column("note", "Note", "text"),
            ),
            [(one.label, one.amount_ccy, one.note) for one in bridge_lines(found)],
        ),
        Sheet(
            "Contributions",
            (
                Column("symbol", "Holding", "text"),
                Column("group", "Group", "text"),
                Column("weight_frac", "Mean weight", "weight"),
                Column("contribution_frac", "Contribution", "rate"),
            ),
            [
                (why.names.get(one.key, one.key), one.group, one.weight_frac, one.contribution_frac)
                for one in why.contributions.assets
            ],
        ),
    ]  # fmt: skip
    if why.brinson is not None:
        sheets.append(_segments(why))
    sheets += cause_sheets(why)
    if stretches is not None and stretches.periods is not None:
        sheets.append(stretch_sheet(stretches.periods))
    if stretches is not None and stretches.phases is not None:
        sheets.append(market_sheet(stretches.phases))
    sheets.append(course_sheet(found))
    if chosen is not None:
        sheets += choice_sheets(chosen)
    return sheets if times is None else [*sheets, *regime_sheets(times.regimes)]


def file_title(found: PerformanceView) -> str:
    """Return what a file of figures is called: portfolio and days, so that two periods are two files."""
    return (
        f"Performance of {found.portfolio_name} {found.period.told_from.isoformat()} to {found.period.end.isoformat()}"
    )


def _days(found: PerformanceView) -> Sheet:
    curve = found.wealth
    other: Any = curve.benchmark_wealth or (None,) * len(curve.dates)
    return Sheet(
        "Days",
        (
            Column("day", "Day", "date"),
            Column("growth_of_1", "Growth of 1", "ratio"),
            Column("benchmark_growth_of_1", "Benchmark", "ratio"),
            Column("below_peak_frac", "Below peak", "rate"),
        ),
        list(zip(curve.dates, curve.wealth, other, curve.underwater_frac, strict=True)),
    )


def _segments(why: AttributionView) -> Sheet:
    assert why.brinson is not None
    return Sheet(
        "Segments",
        (
            Column("segment", "Segment", "text"),
            Column("weight_frac", "Weight", "weight"),
            Column("benchmark_weight_frac", "In benchmark", "weight"),
            Column("allocation_frac", "Allocation", "rate"),
            Column("selection_frac", "Selection", "rate"),
            Column("interaction_frac", "Interaction", "rate"),
            Column("total_frac", "Total", "rate"),
        ),
        [
            (
                one.key, one.portfolio_weight_frac, one.benchmark_weight_frac, one.allocation_frac, one.selection_frac,
                one.interaction_frac, one.total_frac,
            )
            for one in why.brinson.segments
        ],
    )  # fmt: skip


def figure_facts(found: PerformanceView) -> list[tuple[str, Fact]]:
    """Return what the numbers rest on."""
    facts: list[tuple[str, Fact]] = [
        ("Portfolio", found.portfolio_name),
        ("Period", found.period.label),
        ("From the first day" if found.period.is_from_start else "From the close of", found.period.told_from),
        ("To the close of", found.period.end),
        ("Sessions", found.period.sessions_count),
        ("Benchmark", "none" if found.benchmark is None else found.benchmark.name),
        ("Currency", found.base_currency),
        ("Fees", found.fees_sentence),
        ("Risk-free rate", found.risk_free_sentence),
        ("Sample data", found.sample_mark),
        ("Money-weighted return", found.money.sentence),
        ("Units", "Returns, risks and weights are fractions shown as percent; losses named as such are positive."),
        *((f"Note {number}", note) for number, note in enumerate(found.notes, start=1)),
    ]
    return [(name, fact) for name, fact in facts if fact != ""]


def page_document(
    found: PerformanceView,
    stretches: ActivePeriods | None,
    why: AttributionView,
    times: RegimesView,
    *,
    chosen: ChoiceView | None = None,
    phases: MarketPhases | None = None,
    day: TodayView | None = None,
    style: Style,
    signs: Signs,
) -> PageDocument:
    """Return the whole page for paper, in the order of the screen; paper is always light."""
    look: dict[str, Any] = {"theme": "light", "style": style, "signs": signs}
    parts: list[Part] = [("", charts.cumulative(found, stretches, **look))]
    if stretches is not None and stretches.periods:
        parts.append(("When was it ahead of its benchmark, when behind?", _stretch_table(stretches, style)))
    parts.append(("What are the figures?", _metric_table(found, style)))
    parts.append(kinds_part(found, style))
    parts.append(("How did the money get from start to end?", _bridge_table(found, style)))
    parts.append(("What did each month bring?", _month_table(found.calendar, style)))
    parts += [("", charts.rolling(found, one, **look)) for one in found.rolling if one.dates]
    parts += [("", charts.underwater(found, **look)), ("Which falls were deepest?", _fall_table(found, style))]
    if why.brinson is not None:
        parts += [("", why_charts.waterfall(why, **look)), ("", why_charts.segments(why, **look))]
    elif why.brinson_sentence:
        parts.append(("Segments cannot be compared", in_style(why.brinson_sentence, style)))
    parts.append(("", why_charts.contributions(why, **look)))
    if why.factors is not None:
        parts.append(("", why_charts.factors(why, **look)))
    if why.currency is not None:
        parts.append(("", why_charts.currencies(why, **look)))
    parts += cause_parts(why, style)
    parts.append(("What is left over", [in_style(one, style) for one in residual_sentences(why)]))
    if chosen is not None:
        parts.append(("", choice_charts.added(chosen, **look)))
    if chosen is not None and chosen.effects is not None:
        parts.append(("", choice_charts.effects(chosen, **look)))
    if times.regimes.has_two:
        parts += [("", regime_chart(times, **look)), *state_parts(times.regimes, style)]
    else:
        parts.append(("When was it turbulent?", in_style(times.regimes.sentence, style)))
    if phases is not None and phases.phases:
        parts.append(market_part(phases, style))
    if day is not None:
        parts += day_parts(day, style, look)
    period = f"{formatting.day_short(found.period.told_from)} to {formatting.day_short(found.period.end)}"
    facts = [
        ("Portfolio", found.portfolio_name),
        ("Period", period if found.period.is_from_start else f"{found.period.label}: {period}"),
        ("Benchmark", "None" if found.benchmark is None else found.benchmark.name),
        ("Currency", found.base_currency),
        ("Fees", "Net of booked fees" if found.fees == "net" else "Gross: booked fees added back"),
        ("Risk-free rate", in_style(found.risk_free_sentence, style)),
    ]
    return PageDocument(
        title=f"Performance of {found.portfolio_name}",
        lead=charts.growth_title(found, Look("light", style, signs)),
        facts=facts,
        parts=parts,
        running=f"{found.portfolio_name} · {formatting.day_short(found.period.end)}",
        source=found.sample_mark,
        name=f"performance {found.portfolio_name} {found.period.end.isoformat()}",
    )


def _bridge_table(found: PerformanceView, style: Style) -> PageTable:
    lines = bridge_lines(found)
    decimals = formatting.money_decimals([one.amount_ccy for one in lines])
    rows = [
        [one.label, one.note, formatting.money(one.amount_ccy, style=style, signed=one.is_step, decimals=decimals)]
        for one in lines
    ]
    return PageTable([("", False), ("", False), (found.base_currency, True)], rows)


def _metric_table(found: PerformanceView, style: Style) -> PageTable:
    rows = [
        [GROUPS[one.group], one.label, metric_text(one, style), spread_text(one, style)]
        for one in found.figures.metrics
        if one.value is not None
    ]
    columns = [("Group", False), ("Figure", False), ("Value", True), ("95% interval or error", True)]
    return PageTable(columns, rows)


def _month_table(found: CalendarTable, style: Style) -> PageTable:
    by_month = {(one.year, one.month): one for one in found.months}
    rows = []
    for whole in reversed(found.years):
        cells = [by_month.get((whole.year, month)) for month in range(1, 13)]
        shown = ["" if one is None else _star(one.return_frac, one.is_partial, style) for one in cells]
        rows.append([str(whole.year), *shown, _star(whole.return_frac, whole.is_partial, style)])
    return PageTable([("", False), *((month, True) for month in (*MONTHS, "Year"))], rows, "A star: not whole.")


def _star(value: float, is_partial: bool, style: Style) -> str:
    return formatting.percent(value, 1, style=style) + ("*" if is_partial else "")


def _fall_table(found: PerformanceView, style: Style) -> PageTable:
    day = formatting.day_short
    rows = [
        [
            formatting.rate(one.depth_frac, style=style),
            day(one.peak_date),
            day(one.trough_date),
            "not yet" if one.recovered_date is None else day(one.recovered_date),
        ]
        for one in found.figures.drawdowns.drawdowns[:10]
    ]
    return PageTable([("Depth", False), ("Peak", True), ("Lowest", True), ("Recovered", True)], rows)


def _stretch_table(found: ActivePeriods, style: Style) -> PageTable:
    rows = [
        [
            kind_words(one),
            f"{formatting.day_short(one.started_on)} to {formatting.day_short(one.ended_on)}",
            formatting.points(one.active_return_frac, style=style, signed=True),
            in_style(significance(one), style),
        ]
        for one in found.periods
    ]
    columns = [("Stretch", False), ("Days", False), ("Ahead by", True), ("Could it be chance?", False)]
    return PageTable(columns, rows, in_style(found.sentence, style))
