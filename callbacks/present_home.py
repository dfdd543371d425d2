"""How do all portfolios read at a glance: totals, rows of the table, and what happened lately?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from callbacks.present_runs import run_name, run_words, tone
from components.empty_state import empty_state
from components.kpi_card import Direction, kpi_card, kpi_strip
from components.live_panel import live_total
from components.toast import Tone, notice
from services import formatting
from services.formatting import Style
from services.messages.alerts import AlertView, Severity
from services.messages.portfolios import PortfolioSummary
from services.messages.runs import RunView
from services.number_style import in_style

_TONES: dict[Severity, Tone] = {
    Severity.INFO: "info",
    Severity.WARNING: "warn",
    Severity.SOFT: "warn",
    Severity.HARD: "bad",
}


def sense(amount: Decimal | float | None) -> Direction:
    """Return whether an amount is a gain or a loss."""
    if amount is None or amount == 0:
        return "flat"
    return "up" if amount > 0 else "down"


def summary(portfolios: Sequence[PortfolioSummary], style: Style) -> Any:
    """Return the strip of totals: one value a currency, the day's result, and how many portfolios need attention."""
    cards = []
    for currency in sorted({one.base_currency for one in portfolios}):
        mine = [one for one in portfolios if one.base_currency == currency]
        value = _total(one.value_ccy for one in mine)
        day = _total(one.day_pnl_ccy for one in mine)
        before = value - day if value is not None and day is not None else None
        share = float(day / before) if day is not None and before else None
        cards.append(
            kpi_card(
                f"Value in {currency}",
                _live(formatting.money(value, style=style), currency, "value_ccy"),
                unit=currency,
                note=formatting.count(len(mine), "portfolio", style=style),
            )
        )
        cards.append(
            kpi_card(
                f"Day's result in {currency}",
                _live(formatting.money(day, style=style, signed=True), currency, "day_pnl_ccy"),
                unit=currency,
                sense=sense(day),
                change_text=_live(formatting.rate(share, style=style, signed=True), currency, "day_frac"),
                direction=sense(day),
                help_text="Change of value in the last session, without flows.",
            )
        )
    breached = sum(broken(one) > 0 for one in portfolios)
    cards.append(
        kpi_card(
            "Need attention",
            str(breached),
            note="beyond a limit"
            if breached
            else "all inside their limits"
            if all(checked(one) for one in portfolios)
            else "none beyond a limit"
            if any(checked(one) for one in portfolios)
            else "no limit can be checked yet",
            sense="down" if breached else None,
        )
    )
    cards.append(kpi_card("Prices to", formatting.day_short(latest(portfolios)), note="last close used"))
    return kpi_strip(*cards, label="All portfolios")


def _live(text: str, currency: str, figure: str) -> Any:
    """Return a total that follows live prices; what is missing stays missing."""
    return text if text == formatting.MISSING else live_total(text, currency, figure)


def _total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def latest(portfolios: Sequence[PortfolioSummary]) -> date | None:
    """Return the last day of prices among the portfolios."""
    return max((one.as_of for one in portfolios if one.as_of is not None), default=None)


def broken(one: PortfolioSummary) -> int:
    """Return how many limits of a portfolio are broken: of house and client, and on risk."""
    return one.breaches_count + one.risk_breaches_count


def checked(one: PortfolioSummary) -> int:
    """Return how many limits of a portfolio could be judged."""
    return one.checks_count + one.risk_checks_count


def _limits_found(portfolios: Sequence[PortfolioSummary]) -> str:
    """Return how the limits stand; portfolios whose limits cannot be checked are counted apart."""
    breached = [one.name for one in portfolios if broken(one)]
    known = sum(checked(one) > 0 for one in portfolios)
    total = len(portfolios)
    if not known:
        return "No limit can be checked yet: nothing is held, or none is set."
    if not breached:
        inside = "Inside all limits." if total == 1 else f"All {total} portfolios are inside their limits."
        if known == total:
            return inside
        inside = f"{known} of {total} portfolios {'is' if known == 1 else 'are'} inside all limits"
    elif len(breached) == 1:
        kept = known - 1
        inside = f"{breached[0]} is beyond a limit"
        inside += f"; {kept} of {total} portfolios {'is' if kept == 1 else 'are'} inside theirs" if kept else ""
    else:
        inside = f"{len(breached)} of {total} portfolios are beyond a limit: {', '.join(breached[:3])}"
    unchecked = total - known
    return f"{inside}; {unchecked} cannot be checked yet." if unchecked else f"{inside}."


def sentence(portfolios: Sequence[PortfolioSummary]) -> str:
    """Return the page's finding in one sentence, and whether the figures are of today."""
    if not portfolios:
        return "Nothing is managed here yet."
    finding = _limits_found(portfolios)
    if any(one.is_historical for one in portfolios):
        finding += f" Historical data: prices end on {formatting.day(latest(portfolios))}."
    return finding


def rows(
    portfolios: Sequence[PortfolioSummary], view: str, style: Style, *, may_run: bool, may_export: bool
) -> list[dict[str, Any]]:
    """Return the rows of the table that the filter lets through."""
    tests = {
        "attention": lambda one: broken(one) > 0,
        "clients": lambda one: one.client_id is not None,
    }
    keep = tests.get(view, lambda one: True)
    return [_row(one, style, may_run=may_run, may_export=may_export) for one in portfolios if keep(one)]


def _row(one: PortfolioSummary, style: Style, *, may_run: bool, may_export: bool) -> dict[str, Any]:
    actions: list[dict[str, str]] = []
    if may_run:
        actions.append({"text": "Optimize", "href": f"/optimize?portfolio={one.id}"})
    if may_export:
        actions.append({"text": "Export", "act": "export"})
    holdings = formatting.count(one.holdings_count, "holding", style=style)
    return {
        "id": one.id,
        "name": one.name,
        "href": f"/portfolios/{one.id}",
        "note": " · ".join(part for part in (one.client_name, one.base_currency, holdings) if part),
        "is_sample": one.is_sample,
        "value_ccy": _plain(one.value_ccy),
        "day_pnl_ccy": _plain(one.day_pnl_ccy),
        "return_ytd_frac": one.return_ytd_frac,
        "return_1y_frac": one.return_1y_frac,
        "volatility_frac": one.volatility_1y_annual_frac,
        "sparkline": list(one.sparkline),
        "day_frac": day_frac(one),
        "breaches_count": broken(one) if checked(one) else None,
        "as_of": one.as_of.isoformat() if one.as_of else None,
        "actions": actions,
    }


def day_frac(one: PortfolioSummary) -> float | None:
    """Return the day's result as a fraction of the value before it."""
    if one.value_ccy is None or one.day_pnl_ccy is None or one.value_ccy == one.day_pnl_ccy:
        return None
    return float(one.day_pnl_ccy / (one.value_ccy - one.day_pnl_ccy))


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def feed(runs: Sequence[RunView], style: Style) -> Any:
    """Return the latest runs."""
    if not runs:
        return empty_state("Nothing has happened yet", "Your runs appear here as they come.", glyph="activity", level=3)
    return [
        notice(
            run_name(run),
            run_words(run, style),
            formatting.moment(run.finished_at_utc or run.created_at_utc),
            tone=tone(run),
            href=run.shown_at,
        )
        for run in runs
    ]


def attention(portfolios: Sequence[PortfolioSummary], alerts: Sequence[AlertView], style: Style) -> Any:
    """Return what somebody should look at: alerts that fire, then portfolios beyond a limit."""
    entries = [
        notice(
            in_style(one.title, style),
            in_style(one.sentence, style),
            formatting.moment(one.changed_at_utc),
            tone=_TONES[one.severity],
            href=one.link,
        )
        for one in alerts
    ]
    entries += [
        notice(
            one.name,
            _beyond(one, style),
            f"At the prices of {formatting.day_short(one.as_of)}",
            tone="bad",
            href=f"/portfolios/{one.id}?tab=limits" if one.breaches_count else f"/risk?portfolio={one.id}",
        )
        for one in portfolios
        if broken(one)
    ]
    if entries:
        return entries
    return empty_state("Nothing needs you", "No alert fires, and every limit is kept.", glyph="check2-circle", level=3)


def _beyond(one: PortfolioSummary, style: Style) -> str:
    """Say which limits are broken: those on risk stand on another page."""
    house, risk = one.breaches_count, one.risk_breaches_count
    if not risk:
        return f"Beyond {formatting.count(house, 'limit', style=style)}."
    words = f"{formatting.count(risk, 'limit', style=style)} on risk"
    return (
        f"Beyond {formatting.count(house, 'limit', style=style)} of the house and {words}."
        if house
        else f"Beyond {words}."
    )
