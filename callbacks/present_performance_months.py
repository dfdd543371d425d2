"""How do months and falls read on the page of performance, of the whole portfolio or of what was chosen in it?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from dash import html

from callbacks.present_performance_choice import added_text, column_of
from components.kpi_card import MISSING
from components.table import table
from components.take import exact_attributes, takeable
from services import formatting
from services.formatting import Style
from services.messages.performance import CalendarTable, PerformanceView
from services.messages.performance_choice import ChoiceView
from services.performance_choice import added_between

FALLS_MAX_COUNT: Final = 10
HEAT_FULL_FRAC: Final = 0.08
"""A month of this size has the full color; smaller ones are paler."""
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def months(view: PerformanceView, style: Style, chosen: ChoiceView | None = None) -> Any:
    """Return the heat map of months by year, as a table whose cells are colored by sign and size.

    Of a chosen group, what it added to the portfolio in each month, as a fraction of the value at its begin.
    """
    found = view.calendar
    if not found.months:
        return html.P("There is no whole month yet.", className="muted")
    is_part = chosen is not None and chosen.kind == "group"
    by_month = {(one.year, one.month): one for one in found.months}
    rows = []
    for whole in reversed(found.years):
        year = (date(whole.year - 1, 12, 31), date(whole.year, 12, 31))
        cells: list[Any] = [html.Th(span_chooser(str(whole.year), *year), scope="row")]
        for number in range(1, 13):
            one = by_month.get((whole.year, number))
            month = _month(whole.year, number)
            value = None if one is None else _value(one.return_frac, chosen if is_part else None, *month)
            cells.append(html.Td() if one is None else _heat(value, one.is_partial, style, month))
        value = _value(whole.return_frac, chosen if is_part else None, *year)
        cells.append(_heat(value, whole.is_partial, style, None))
        rows.append(html.Tr(cells))
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in ("", *MONTHS, "Year")]))
    named = f"What {chosen.label} added by month and year" if chosen and is_part else "Returns by month and year"
    caption = html.Caption(named, className="visually-hidden")
    made = html.Table([caption, head, html.Tbody(rows)], className="performance-months")
    words = f"What {chosen.label} added to the portfolio in each month." if chosen and is_part else ""
    first = html.P(words or _best_month(found, style))
    return html.Div([first, takeable(html.Div(made, className="table-scroll"))], className="stack")


def _month(year: int, number: int) -> tuple[date, date]:
    first = date(year, number, 1)
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=1), end


def _value(whole_frac: float, chosen: ChoiceView | None, start: date, end: date) -> float | None:
    return whole_frac if chosen is None else added_between(chosen, start, end)


def span_chooser(words: str, start: date, end: date) -> html.Button:
    """Return words that choose their days as the period of the page when they are pressed."""
    title = f"Show {words} alone"
    return html.Button(words, type="button", className="performance-choose", title=title, **_span(start, end))


def _span(start: date, end: date) -> dict[str, str]:
    """Return what assets/performance.js reads: the closes between which a period runs."""
    return {"data-performance-span": f"{start.isoformat()}/{end.isoformat()}"}


def _heat(value: float | None, is_partial: bool, style: Style, month: tuple[date, date] | None) -> html.Td:
    """Return the cell of a month, whose figure chooses its days; that of a year, without one, is chosen by its name."""
    if value is None:
        return html.Td(MISSING)
    share = min(1.0, abs(value) / (HEAT_FULL_FRAC * (3.0 if month is None else 1.0)))
    figure = formatting.percent(value, 1, style=style)
    text = figure + ("*" if is_partial else "")
    shown = text if month is None else html.Button(text, type="button", className="performance-month", **_span(*month))
    return html.Td(
        shown,
        className="is-year" if month is None else "",
        style={"--heat": f"{6 + 44 * share:.0f}%"},
        **{"data-sign": "up" if value >= 0 else "down"},
        **exact_attributes(figure),
    )


def _best_month(found: CalendarTable, style: Style) -> str:
    whole = [one for one in found.months if not one.is_partial] or list(found.months)
    best, worst = max(whole, key=lambda one: one.return_frac), min(whole, key=lambda one: one.return_frac)
    ups = sum(1 for one in whole if one.return_frac > 0)

    def named(one: Any) -> str:
        return f"{MONTHS[one.month - 1]} {one.year} ({formatting.rate(one.return_frac, style=style)})"

    return f"{ups} of {formatting.count(len(whole), 'month')} gained. Best: {named(best)}; worst: {named(worst)}."


def falls(view: PerformanceView, style: Style, chosen: ChoiceView | None = None) -> Any:
    """Return the deepest falls with their dates and how long they took; their peak chooses them.

    With what a chosen group added from the peak to the lowest value.
    """
    found = view.figures.drawdowns
    if not found.drawdowns:
        return html.P("It never closed below an earlier peak.", className="muted card-body")
    day = formatting.day_short
    rows = [
        [
            f"{number}",
            formatting.rate(one.depth_frac, style=style),
            span_chooser(day(one.peak_date), one.peak_date, one.recovered_date or view.period.end),
            day(one.trough_date),
            "Not yet" if one.recovered_date is None else day(one.recovered_date),
            formatting.count(one.to_trough_count, "session", style=style),
            MISSING
            if one.to_recovery_count is None
            else formatting.count(one.to_recovery_count, "session", style=style),
            *(added_text(chosen, one.peak_date, one.trough_date, style) for _ in column_of(chosen)),
        ]
        for number, one in enumerate(found.drawdowns[:FALLS_MAX_COUNT], start=1)
    ]
    names = ("", "Depth", "Peak", "Lowest", "Recovered", "To the lowest", "To recovery")
    heads = [*((name, n == 1) for n, name in enumerate(names)), *column_of(chosen)]
    made = table(heads, rows, caption="The deepest falls")
    return html.Div(made, className="performance-wide")
