"""How does the answer to proposed orders read?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from callbacks.present_compliance_status import SEVERITIES, STATES
from callbacks.wording import told
from components.compliance_status import mark
from components.compliance_trade import TYPED
from components.error_state import error_state
from components.kpi_card import MISSING
from components.pills import tag
from components.skeleton import skeleton
from components.table import table
from components.traffic_light import State, traffic_light
from services import formatting
from services.compliance.checks_said import figure
from services.formatting import Style
from services.messages.compliance_checks import ComplianceAnswer, ComplianceReport, RuleStanding
from services.messages.runs import RunView

VERDICTS: Final[dict[str, tuple[State, str]]] = {
    "pass": ("ok", "May be traded"),
    "pass_with_warning": ("amber", "May be traded, with warnings"),
    "needs_override": ("amber", "Needs an override"),
    "blocked": ("red", "Blocked"),
}
NEXT: Final = {
    "needs_override": (
        "Trade less, or have a soft rule give way: by an override of its breach or a figure of the portfolio's own.",
        "Breaches",
        "/compliance?tab=breaches",
    ),
    "blocked": (
        "Change or leave out the orders that the reasons below name; hard rules and lists give way to nobody.",
        "Ways to mend what is broken",
        "/compliance",
    ),
}
"""By verdict: the way on, and a page that helps with it."""
_NOTES: Final[dict[str, State]] = {"blocked": "red", "warning": "amber", "info": "none"}
_SAID: Final = {"blocked": "Blocked", "warning": "Warning", "info": "Hint"}


def sources(runs: Sequence[RunView]) -> list[dict[str, str]]:
    """Offer typed orders, and the trades of each optimization."""
    typed = {"value": TYPED, "label": "Typed or pasted below"}
    made = [
        {
            "value": one.id,
            "label": f"Trades of {one.name or 'an optimization'}, {formatting.moment(one.created_at_utc)}",
        }
        for one in runs
    ]
    return [typed, *made]


def no_portfolio() -> Any:
    """Return what stands in the place of the answer for somebody who sees no portfolio."""
    said = "There is no portfolio that you may see. Whoever manages one, and compliance, check its orders here."
    return html.P(said, className="muted")


def shown(answer: ComplianceAnswer, style: Style) -> Any:
    """Return the answer: verdict, notes of each order, and every rule that is touched."""
    if answer.state == "working":
        return html.Div([html.P("The orders are being checked."), skeleton(height_px=160)])
    report = answer.report
    if answer.state == "failed" or report is None:
        return error_state("The check could not be made", told(f"{answer.message or ''} {answer.advice or ''}".strip()))
    if report.verdict is None:
        return html.P(told(f"{report.message or report.sentence} {report.advice or ''}".strip()))
    light, words = VERDICTS[report.verdict]
    parts = [
        html.Div(traffic_light(light, word=words), className="verdict"),
        html.P(told(report.sentence), className="evidence-sentence"),
        *_next(report),
        *_notes(report),
        *_rules(report),
        html.H3("The orders"),
        _orders(report, style),
    ]
    return html.Div(parts, className="stack")


def _next(report: ComplianceReport) -> list[Any]:
    said = NEXT.get(report.verdict or "")
    if said is None:
        return []
    words, name, href = said
    address = f"{href}{'&' if '?' in href else '?'}portfolio={report.portfolio_id}"
    return [html.P([words, " ", dcc.Link(name, href=address)])]


def _notes(report: ComplianceReport) -> list[Any]:
    if not report.notes:
        return []
    lines = [
        html.Li([traffic_light(_NOTES[one.severity], word=_SAID[one.severity]), " ", told(one.sentence)])
        for one in report.notes
    ]
    return [html.H3("Lists, locates, lots and recent sales"), html.Ul(lines, className="verdict-notes")]


def _rules(report: ComplianceReport) -> list[Any]:
    """List the rules that do not say a plain yes, the harshest first; the others are counted."""
    order = list(VERDICTS)
    telling = sorted(
        (one for one in report.results if one.verdict != "pass" or one.status != "passed"),
        key=lambda one: -order.index(one.verdict),
    )
    kept = len(report.results) - len(telling)
    said = html.P(f"{formatting.count(kept, 'other rule')} {'is' if kept == 1 else 'are'} kept.", className="muted")
    if not telling:
        return [html.H3("Rules"), said]
    rows = [
        [
            one.title,
            mark(STATES[one.status]),
            tag(SEVERITIES[one.severity]),
            *_moved(one, report.base_currency),
            VERDICTS[one.verdict][1],
        ]
        for one in telling
    ]
    heads = [
        ("Rule", False),
        ("Stands after", False),
        ("Severity", False),
        ("Before", True),
        ("After", True),
        ("Limit", True),
        ("The orders", False),
    ]
    return [html.H3("Rules"), table(heads, rows, caption="Rules after the orders"), said]


def _moved(one: RuleStanding, currency: str) -> list[str]:
    worst = one.groups[0] if one.groups else None
    if worst is None:
        return [MISSING, MISSING, told(figure(one.limit, one.unit, currency))]
    limit = told(figure(one.limit, one.unit, currency))
    after = figure(worst.value, one.unit, currency, beside=one.limit)
    if worst.before is None:
        return [MISSING, told(after), limit]
    before = figure(worst.before, one.unit, currency, beside=worst.value)
    apart = figure(worst.value, one.unit, currency, beside=worst.before)  # as many places as the figure before has
    return [told(before), told(max(after, apart, key=len)), limit]


def _orders(report: ComplianceReport, style: Style) -> Any:
    if not report.orders:
        return html.P("Nothing is traded: every position has the weight that is wanted.", className="muted")
    decimals = formatting.money_decimals([one.value_ccy for one in report.orders])
    rows = [
        [
            one.symbol,
            formatting.quantity(one.quantity, style=style),
            formatting.money(one.value_ccy, style=style, decimals=decimals),
            formatting.weight(one.weight_before_frac, style=style),
            formatting.weight(one.weight_after_frac, style=style),
        ]
        for one in report.orders
    ]
    heads = [
        ("Asset", False),
        ("Units", True),
        (f"Amount in {report.base_currency}", True),
        ("Weight before", True),
        ("After", True),
    ]
    return table(heads, rows, caption="The orders as they were checked")
