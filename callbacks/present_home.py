"""How do the limits of all portfolios read in a sentence, and what should somebody look at?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from components.empty_state import empty_state
from components.kpi_card import Direction
from components.toast import Tone, notice
from services import formatting
from services.formatting import Style
from services.messages.alerts import AlertView, Severity
from services.messages.dashboard import DashboardRow
from services.messages.portfolios import PortfolioSummary
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


def _rules_found(portfolios: Sequence[DashboardRow]) -> str:
    """Return how many portfolios break rules of compliance, as last checked; nothing where none does."""
    breaking, total = sum(one.rules_broken_count > 0 for one in portfolios), len(portfolios)
    if not breaking:
        return ""
    if total == 1:
        return " Rules of compliance are broken."
    return f" {breaking} of {total} portfolios {'breaks' if breaking == 1 else 'break'} rules of compliance."


def sentence(portfolios: Sequence[DashboardRow]) -> str:
    """Return the page's finding in one sentence, and whether the figures are of today."""
    if not portfolios:
        return "Nothing is managed here yet."
    finding = f"{_limits_found(portfolios)}{_rules_found(portfolios)}"
    if any(one.is_historical for one in portfolios):
        finding += f" Historical data: prices end on {formatting.day(latest(portfolios))}."
    return finding


def attention(portfolios: Sequence[PortfolioSummary], alerts: Sequence[AlertView], style: Style) -> Any:
    """Return what somebody should look at: alerts that are grave, portfolios beyond a limit, then the other alerts."""
    grave = [_alert(one, style) for one in alerts if _TONES[one.severity] == "bad"]
    beyond = [
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
    entries = [*grave, *beyond, *(_alert(one, style) for one in alerts if _TONES[one.severity] != "bad")]
    if entries:
        return entries
    return empty_state("Nothing needs you", "No alert fires, and every limit is kept.", glyph="check2-circle", level=3)


def _alert(one: AlertView, style: Style) -> Any:
    return notice(
        in_style(one.title, style),
        in_style(one.sentence, style),
        formatting.moment(one.changed_at_utc),
        tone=_TONES[one.severity],
        href=one.link,
    )


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
