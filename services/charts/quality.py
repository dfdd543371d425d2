"""How did the price go around a doubtful session, and which sessions of a year are in doubt?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import frame
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.quality import CalendarDay, FindingDetail, FindingState, QualityCalendar

NEIGHBORS_HEIGHT_PX = 300
CALENDAR_HEIGHT_PX = 260
LOG_FROM_TIMES = 5.0
"""From this ratio of highest to lowest on the scale is logarithmic: a block in cents leaves the rest legible."""
WORDS: Final = {
    "ok": "In order",
    "filled": "Filled",
    "missing": "Missing",
    "suspect": "In doubt",
    "corrected": "Corrected",
    "stale": "Stale",
}
COLORS: Final = {
    "ok": "series-3",
    "filled": "series-5",
    "missing": "text-muted",
    "suspect": "series-2",
    "corrected": "series-1",
    "stale": "series-4",
}
SYMBOLS: Final = {
    "ok": "square",
    "filled": "square-open",
    "missing": "x-thin-open",
    "suspect": "diamond",
    "corrected": "circle",
    "stale": "triangle-up",
}
"""Shapes beside colors, so that color is never alone."""
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def neighbors(
    detail: FindingDetail, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw the stored prices around a finding with what is proposed."""
    look = Look(theme, style, signs)
    one = detail.finding
    is_corrected = one.state is FindingState.ACCEPTED
    days = [point.session for point in detail.points]
    values = [point.value for point in detail.points]
    figure = go.Figure(
        go.Scatter(
            x=days,
            y=values,
            mode="lines",
            name="Counts now" if is_corrected else "Stored",
            line={"color": look.color("series-1"), "width": 1.5},
        )
    )
    concerned = [point for point in detail.points if point.is_concerned]
    raw = [point.value if point.raw is None else point.raw for point in concerned]
    figure.add_scatter(
        x=[point.session for point in concerned],
        y=raw,
        mode="markers",
        name="Raw" if is_corrected else "In doubt",
        marker={"color": look.color("series-2"), "symbol": "diamond", "size": 8},
    )  # fmt: skip
    right = [point for point in concerned if point.proposed is not None]
    if right:
        figure.add_scatter(
            x=[point.session for point in right],
            y=[point.proposed for point in right],
            mode="markers",
            name="Proposed",
            marker={"color": look.color("series-3"), "symbol": "circle-open", "size": 8, "line": {"width": 2}},
        )  # fmt: skip
    known = [value for value in (*values, *raw) if value is not None and value > 0]
    is_log = bool(known) and max(known) > LOG_FROM_TIMES * min(known)
    decimals = price_decimals(*raw)
    rows = [
        [formatting.day(point.session), look.number(value, decimals), look.number(point.proposed, decimals)]
        for point, value in zip(concerned, raw, strict=True)
    ]
    measure = "Adjusted close" if one.field == "adjusted_close" else "Close"
    return frame(
        figure,
        name=f"finding-{one.symbol}",
        title=f"{one.kind_label}: {one.symbol}",
        subtitle=f"{measure}, {one.currency}{', logarithmic' if is_log else ''}",
        source="",
        look=look,
        height_px=NEIGHBORS_HEIGHT_PX + 84,
        table=(("Session", "Raw", "Proposed"), rows),
        xaxis={**time_axis(), "nticks": 5, "tickangle": 0},
        yaxis={"type": "log", "dtick": 1} if is_log else {"type": "linear", "nticks": 5},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        hovermode="x unified",
    )


def price_decimals(*prices: float | None) -> int:
    """Return with how many decimals prices are told: two, or as many as six digits of the first known one need."""
    first = next((one for one in prices if one), 0.0)
    exponent = Decimal(f"{first:.6g}").normalize().as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2


def calendar(
    found: QualityCalendar,
    year: int,
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw every session of a year by its flag: weeks across, weekdays down."""
    look = Look(theme, style, signs)
    mine = [one for one in found.days if one.session.year == year]
    figure = go.Figure()
    for flag, word in WORDS.items():
        some = [one for one in mine if one.flag == flag]
        if not some:
            continue
        figure.add_scatter(
            x=[_week(one.session) for one in some],
            y=[one.session.weekday() for one in some],
            mode="markers",
            name=f"{word} ({look.number(len(some), 0)})",
            marker={
                "symbol": SYMBOLS[flag],
                "color": look.color(COLORS[flag]),
                "size": 9,
                "opacity": 0.55 if flag == "ok" else 1,
            },
            text=[_hover(one) for one in some],
            hovertemplate="%{text}<extra></extra>",
        )
    odd = [one for one in mine if one.flag != "ok"]
    rows_count = max(5, 1 + max((one.session.weekday() for one in mine), default=4))
    starts = [(_week(date(year, month, 1)), date(year, month, 1)) for month in range(1, 13)]
    rows = [[formatting.day(one.session), WORDS[one.flag], one.note or ""] for one in odd[:200]]
    return frame(
        figure,
        name=f"quality-{found.symbol}-{year}",
        title=_finding(found, year, mine, odd),
        subtitle=f"Sessions of {year} by week and weekday",
        source="",
        look=look,
        height_px=CALENDAR_HEIGHT_PX + 84,
        table=(("Session", "Quality", "Reason"), rows),
        xaxis={
            "tickmode": "array", "tickvals": [week for week, _day in starts],
            "ticktext": [f"{first:%b}" for _week_number, first in starts], "range": [-1, 54], "showgrid": False,
            "tickangle": 0, "zeroline": False,
        },
        yaxis={
            "tickmode": "array", "tickvals": list(range(rows_count)), "ticktext": WEEKDAYS[:rows_count],
            "autorange": "reversed", "showgrid": False, "zeroline": False,
        },
        legend={"orientation": "h", "y": 1.16, "x": 0},
    )  # fmt: skip


def years_of(found: QualityCalendar) -> list[int]:
    """Return the years with sessions, the latest first."""
    return sorted({one.session.year for one in found.days}, reverse=True)


def telling_year(found: QualityCalendar) -> int | None:
    """Return the latest year that holds anything but sessions in order, else the latest; None without sessions."""
    odd = [one.session.year for one in found.days if one.flag != "ok"]
    years = years_of(found)
    return max(odd) if odd else years[0] if years else None


def _week(day: date) -> int:
    """Return the column of a day: weeks since the Monday on or before the first of January."""
    first = date(day.year, 1, 1)
    return (day.timetuple().tm_yday - 1 + first.weekday()) // 7


def _hover(one: CalendarDay) -> str:
    return f"{formatting.day(one.session)}: {WORDS[one.flag]}" + (f"<br>{one.note}" if one.note else "")


def _finding(found: QualityCalendar, year: int, mine: Sequence[CalendarDay], odd: Sequence[CalendarDay]) -> str:
    if not odd:
        return f"{found.symbol}: all {len(mine)} sessions of {year} are in order"
    return f"{found.symbol}: {len(odd)} of {len(mine)} sessions of {year} need a look"
