"""In which words does the page of economic series tell what is stored?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import html

from components.economy_layout import releases_list
from components.market_layout import facts_list
from services import formatting
from services.charts.economy import figure_decimals, period_words
from services.formatting import Style
from services.lineage_words import age
from services.messages.economy import EconomicSeries, EconomicView
from services.messages.market_data import MacroPoint
from services.number_style import in_style

HASH_SHOWN_COUNT = 16


def list_rows(found: Sequence[EconomicSeries]) -> list[dict[str, Any]]:
    """Return one row a series."""
    return [
        {
            "id": one.series_id,
            "series_id": one.series_id,
            "title": f"{one.title} (sample, fictitious)" if one.is_sample else one.title,
            "last_value": one.last_value,
            "decimals": figure_decimals([one.last_value]),
            "unit": one.unit,
            "period": None if one.last_period is None else period_words(one.last_period, one.frequency),
            "released_on": None if one.released_on is None else one.released_on.isoformat(),
            "source": one.provider_label,
            "age_days": one.age_days,
        }
        for one in found
    ]


def lead(found: Sequence[EconomicSeries]) -> str:
    """Return how many series there are, and what can be learned of them."""
    if not found:
        return "No economic series is stored yet."
    counted = formatting.count(len(found), "series", "series")
    return f"{counted}, with every release: as first published, as known on a day, and as they stand."


def period_rows(view: EconomicView) -> list[dict[str, Any]]:
    """Return one row a period, the latest first."""
    decimals = figure_decimals([figure for one in view.periods for figure in (one.value, one.first_value)])
    return [
        {
            "id": one.period.isoformat(),
            "period": period_words(one.period, view.series.frequency),
            "decimals": decimals,
            "value": one.value,
            "released_on": one.released_on.isoformat(),
            "first_value": one.first_value,
            "first_on": one.first_on.isoformat(),
            "revision": None
            if one.first_value is None or one.latest_value is None
            else one.latest_value - one.first_value,
            "releases_count": one.releases_count,
        }
        for one in reversed(view.periods)
    ]


def periods_note(view: EconomicView, style: Style) -> str:
    """Return how many periods were revised since their first release."""
    if not view.periods:
        return ""
    counted = formatting.count(len(view.periods), "period", style=style)
    if not view.revised_count:
        return f"{counted}, none revised since its first release."
    verb = "was" if view.revised_count == 1 else "were"
    revised = formatting.number(view.revised_count, 0, style=style)
    return f"{counted}; {revised} {verb} revised since the first release."


def releases(view: EconomicView, period: date, points: Sequence[MacroPoint], style: Style) -> Any:
    """Return every figure of one period with the days on which it stood."""
    decimals = figure_decimals([one.value for one in points])
    rows = [
        [
            formatting.day_short(one.realtime_start),
            formatting.number(one.value, decimals, style=style),
            formatting.day_short(one.realtime_end) if one.realtime_end else "stands",
        ]
        for one in points
    ]
    words = period_words(period, view.series.frequency)
    said = f"{words}: {formatting.count(len(points), 'release', style=style)}."
    return releases_list(said, view.series.unit, rows)


def source(view: EconomicView, style: Style) -> html.Dl:
    """Return where the figures come from, how old they are, and what was done to them."""
    series, delivery = view.series, view.delivery
    told: list[tuple[str, Any]] = [
        ("Source", f"{series.provider_label}, series {series.series_id}"),
        ("Licence", (delivery.licence if delivery else None) or "not stated"),
        ("Last asked", f"{formatting.moment(series.updated_at_utc)}, {age(series.age_days, style)}"),
        ("Frequency", series.frequency),
        ("Seasonal adjustment", series.seasonal_adjustment or "none stated"),
    ]
    if delivery is not None:
        done = [in_style(one, style) for one in (*delivery.transformations, *delivery.notes)]
        told += [("What was done", html.Div([html.Div(one) for one in done]))] if done else []
        told += [("Read from", html.Div([html.Div(one) for one in delivery.endpoints]))] if delivery.endpoints else []
        hashes = [f"{one.sha256[:HASH_SHOWN_COUNT]}…" for one in delivery.payloads[:3]]
        told += [("Fingerprint (SHA-256)", ", ".join(hashes))] if hashes else []
    return facts_list(told)
