"""How do all portfolios together read, and each of them as a row of the dashboard's table?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html

from callbacks.present_home import broken, checked, sense
from components.ids import Board
from components.kpi_card import kpi_card, kpi_strip
from components.live_panel import live_total
from services import formatting
from services.formatting import Style
from services.messages.dashboard import DashboardRow, DashboardSummary
from services.number_style import in_style

FILTER_WORDS = {"sector": "Sector", "symbol": "Asset"}
OF_RULES = "Breaches are of rules of compliance; limits that are broken stand in the table."


def summary(one: DashboardSummary, style: Style) -> Any:
    """Return the strip of totals with what must be known before they are used."""
    strip = kpi_strip(
        _value(one, style), _day(one, style), _year(one, style), _risk(one, style), _breaches(one, style),
        label="All portfolios",
    )  # fmt: skip
    notes = [html.P(in_style(note, style), className="board-notes") for note in one.notes]
    rates = json.dumps({key: float(rate) for key, rate in one.rates.items()})
    return html.Div([strip, *notes], **{"data-live-rates": rates})


def rows(
    portfolios: Sequence[DashboardRow], view: str, style: Style, *, may_run: bool, may_export: bool
) -> list[dict[str, Any]]:
    """Return the rows of the table that the pills let through."""
    tests = {
        "attention": lambda one: broken(one) > 0 or one.rules_broken_count > 0,
        "clients": lambda one: one.client_id is not None,
    }
    keep = tests.get(view, lambda one: True)
    return [_row(one, style, may_run=may_run, may_export=may_export) for one in portfolios if keep(one)]


def chips(sector: str | None, symbol: str | None) -> Any:
    """Return what the page is narrowed down to, each with a cross, and where it can be looked at alone."""
    made = []
    for kind, value in (("sector", sector), ("symbol", symbol)):
        if value is None:
            continue
        words = f"{FILTER_WORDS[kind]}: {value}"
        cross = html.Button(
            "\u00d7",
            type="button",
            className="board-cross",
            **{"aria-label": f"Remove {words}", "data-board-clear": kind},
        )
        made.append(html.Span([words, cross], className="chip"))
    if symbol is not None:
        made.append(dcc.Link(f"Open {symbol}", href=f"/market/{symbol}", className="btn-q btn-q-quiet btn-q-small"))
    if not made:
        return None
    return html.Div(made, className="chips board-chips", role="group", **{"aria-label": "The page is narrowed down to"})


def _value(one: DashboardSummary, style: Style) -> Any:
    text = formatting.money(one.value_ccy, style=style)
    if one.counted_count < one.portfolios_count:
        note = f"{one.counted_count} of {formatting.count(one.portfolios_count, 'portfolio', style=style)}"
    else:
        note = formatting.count(one.portfolios_count, "portfolio", style=style)
    return kpi_card(
        "Value",
        _live(text, one.currency, "value_ccy"),
        unit=one.currency,
        note=note,
        spark=one.value_spark or None,
        href="/performance",
    )


def _day(one: DashboardSummary, style: Style) -> Any:
    return kpi_card(
        "Day's result",
        _live(formatting.money(one.day_pnl_ccy, style=style, signed=True), one.currency, "day_pnl_ccy"),
        unit=one.currency,
        sense=sense(one.day_pnl_ccy),
        change_text=_live(formatting.rate(one.day_frac, style=style, signed=True), one.currency, "day_frac"),
        direction=sense(one.day_pnl_ccy),
        note=None if one.as_of is None else formatting.day_short(one.as_of),
        help_text="Change of value in the last session, without flows; at live prices while a feed runs.",
        href="/performance?tab=today",
    )


def _year(one: DashboardSummary, style: Style) -> Any:
    active = one.active_ytd_frac
    if active is None:
        note = "no benchmark to compare with"
    elif one.compared_count < one.counted_count:
        note = f"benchmarks of {one.compared_count} of {one.counted_count}"
    else:
        note = f"vs. {formatting.rate(one.benchmark_ytd_frac, style=style, signed=True)}"
    return kpi_card(
        "Year to date, benchmark",
        formatting.rate(one.return_ytd_frac, style=style, signed=True),
        sense=None if one.return_ytd_frac is None else sense(one.return_ytd_frac),
        change_text=None if active is None else f"{formatting.points(active, style=style, signed=True)}",
        direction=sense(active),
        note=note,
        spark=one.return_spark or None,
        help_text="Each day's returns weighted by the values at its beginning; deposits and withdrawals do not count.",
        href="/performance?period=ytd",
        id=Board.YEAR,
    )


def _risk(one: DashboardSummary, style: Style) -> Any:
    used = one.risk_used
    if used is None:
        return kpi_card("Risk used", formatting.MISSING, note="no limit can be judged", href="/risk")
    text = "over" if used.used_frac is None else formatting.percent(used.used_frac, 0, style=style)
    return kpi_card(
        "Risk used",
        text,
        unit="of limit",
        sense="down" if used.is_over else None,
        note=f"{used.limit}, {used.portfolio_name}",
        help_text=in_style(used.sentence, style),
        href=used.link,
    )


def _breaches(one: DashboardSummary, style: Style) -> Any:
    found = one.breaches
    if found is None:
        return kpi_card("Open breaches", formatting.MISSING, note="not yours to see")
    parts = [f"{found.hard_count} of hard rules"] if found.hard_count else []
    parts += [f"{found.late_count} late"] if found.late_count else []
    return kpi_card(
        "Open breaches",
        formatting.number(found.unsettled_count, 0, style=style),
        sense="down" if found.unsettled_count else None,
        note=", ".join(parts) or ("none waits" if not found.unsettled_count else "of soft rules and warnings"),
        help_text=f"{in_style(found.sentence, style)} {OF_RULES}",
        href="/compliance?tab=breaches",
    )


def _live(text: str, currency: str, figure: str) -> Any:
    """Return a total that follows live prices; what is missing stays missing."""
    return text if text == formatting.MISSING else live_total(text, currency, figure)


def _row(one: DashboardRow, style: Style, *, may_run: bool, may_export: bool) -> dict[str, Any]:
    deeds: list[dict[str, str]] = []
    if may_run:
        deeds.append({"text": "Optimize", "glyph": "sliders", "href": f"/optimize?portfolio={one.id}"})
        deeds.append({"text": "Rebalance", "glyph": "arrow-left-right", "href": f"/rebalance?portfolio={one.id}"})
    deeds.append({"text": "Analyze", "glyph": "activity", "href": f"/risk?portfolio={one.id}"})
    if may_export:
        deeds.append({"text": "Export", "glyph": "download", "act": "export"})
    holdings = formatting.count(one.holdings_count, "holding", style=style)
    drift = one.drift
    return {
        "id": one.id,
        "name": one.name,
        "href": f"/portfolios/{one.id}",
        "note": " · ".join(part for part in (one.client_name, one.base_currency, holdings) if part),
        "is_sample": one.is_sample,
        "value_ccy": _plain(one.value_ccy),
        "day_pnl_ccy": _plain(one.day_pnl_ccy),
        "day_frac": day_frac(one),
        "return_mtd_frac": one.return_mtd_frac,
        "return_ytd_frac": one.return_ytd_frac,
        "return_1y_frac": one.return_1y_frac,
        "active_ytd_frac": one.active_ytd_frac,
        "benchmark": one.benchmark_name,
        "volatility_frac": one.volatility_1y_annual_frac,
        "limit_used_frac": one.limit_used_frac,
        "limit_light": one.limit_light,
        "limit_name": one.limit_name,
        "drift_frac": None if drift is None else drift.total_frac,
        "share_frac": one.share_frac,
        "sparkline": list(one.sparkline),
        "breaches_count": broken(one) if checked(one) else None,
        "rules": one.rules,
        "rules_broken_count": one.rules_broken_count,
        "as_of": one.as_of.isoformat() if one.as_of else None,
        "actions": deeds,
    }


def day_frac(one: DashboardRow) -> float | None:
    """Return the day's result as a fraction of the value before it."""
    if one.value_ccy is None or one.day_pnl_ccy is None or one.value_ccy == one.day_pnl_ccy:
        return None
    return float(one.day_pnl_ccy / (one.value_ccy - one.day_pnl_ccy))


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
