"""What became of the portfolio's rules of compliance in an optimization?"""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.present_compliance_trade import VERDICTS
from components.card import card
from components.compliance_status import mark
from components.table import table
from components.traffic_light import traffic_light
from services.compliance.checks_said import figure
from services.formatting import MISSING, Style, count
from services.messages.optimize import OptimizationResult, RuleKept
from services.number_style import in_style

HOW = {
    "limit": "As a limit",
    "least_holding": "Nothing or the least",
    "count": "By count",
    "choice": "By choice",
    "curve": "By added limits",
    "ceiling": "As a ceiling on risk",
    "checked": "Checked afterwards",
    "no_worse": "No worse than today",
    "held": "Held by a list",
    "unreachable": "Out of reach of these assets",
    "untouched": "Trades do not change it",
    "told": "Told only",
}
BESIDE = (
    "The frontier keeps the rules that are limits, and marks corners that break another. The reasons for weights, what "
    "limits cost and how sure the weights are look at the same rules; a test over the past looks at the limits of the "
    "request alone."
)


def rules_part(result: OptimizationResult, currency: str | None, style: Style) -> Any:
    """Return the card of the rules, those first that are not kept; None where the run kept none."""
    found = result.compliance
    if found is None:
        return None
    ordered = sorted(found.rules, key=lambda one: (one.after in ("passed", "warning"), one.how == "told"))
    rows = [_row(one, currency or "", style) for one in ordered]
    heads = [("Rule", False), ("Kept", False), ("Now", False), ("Proposed", False), ("Figure", True), ("Limit", True)]
    said = [html.P(in_style(text, style)) for text in found.notes]
    if not found.is_proven:
        said.append(html.P("Some rules count only what lies beyond a level: the best of several choices was taken."))
    said += [html.P(in_style(f"{one.title}: {one.note}", style)) for one in ordered if one.note and one.how != "choice"]
    said.append(html.P(BESIDE))
    solved = count(found.solves_count, "solution", style=style)
    return card(
        [*_verdict(found.verdict), table(heads, rows, caption="Rules of compliance at the proposal")],
        title="Compliance rules",
        note=f"{in_style(found.sentence, style)} Judged before costs, after {solved}.",
        foot=said,
        flush=True,
    )


def _verdict(verdict: str | None) -> list[Any]:
    """Say what becomes of the trades in the words of the check before a trade."""
    if verdict is None:
        return []
    light, words = VERDICTS[verdict]
    return [
        html.Div(traffic_light(light, word=f"The trades: {words[0].lower()}{words[1:]}"), className="rules-verdict")
    ]


def _row(one: RuleKept, currency: str, style: Style) -> list[Any]:
    has_figures = one.value is not None
    value = in_style(figure(one.value, one.unit, currency, beside=one.limit), style) if has_figures else MISSING
    limit = in_style(figure(one.limit, one.unit, currency, beside=one.value), style) if one.limit is not None else ""
    return [
        html.Span(one.title, title=in_style(one.sentence, style)),
        HOW[one.how],
        mark(one.before),
        MISSING if one.after is None else mark(one.after),
        value,
        limit or MISSING,
    ]
