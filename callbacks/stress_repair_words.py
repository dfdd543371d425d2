"""How do the three ways of a repair read: trades, cost, limits?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.card import card, columns
from components.pills import tag
from components.table import facts, table
from services import formatting
from services.charts.stress_answers import WAYS
from services.formatting import MISSING, Style
from services.messages.stress_questions import RepairReport, RuleCheck
from services.number_style import in_style

STATES = {
    "repaired": ("Within the limit", "ok"),
    "improved": ("As far as possible", "warn"),
    "unneeded": ("Nothing to do", "ok"),
    "unavailable": ("No way", "bad"),
}
NOTES = {
    "trim": "What is held is made smaller; the rest becomes cash.",
    "hedge": "The holdings stay; the index is sold against them.",
    "both": "Whatever is cheapest of both.",
}


def way_cards(found: RepairReport, style: Style) -> Any:
    """Return the three ways side by side."""
    pairs = zip(found.result.alternatives, found.rules, strict=True)
    return columns(*(_way(way, rules, style) for way, rules in pairs), layout="three")


def _way(way: Any, rules: tuple[RuleCheck, ...], style: Style) -> Any:
    word, tone = STATES[way.status]
    worst = max(way.losses, key=lambda one: one.after_frac, default=None)
    change = way.expected_return_change_annual_frac
    pairs: list[tuple[str, Any]] = [
        ("Worst loss after", MISSING if worst is None else formatting.rate(worst.after_frac, style=style)),
        ("Cost, once", formatting.basis_points(way.cost_frac, style=style)),
        ("Turnover", formatting.weight(way.turnover_frac, style=style)),
        ("Cash after", formatting.weight(way.cash_after_frac, style=style)),
    ]
    if change is not None:
        pairs.append(("Expected return", formatting.rate(change, style=style, signed=True)))
    parts: list[Any] = [html.P(tag(word, tone)), facts(pairs)]
    if way.trades:
        rows = [
            [
                one.asset,
                formatting.weight(one.before_frac, style=style),
                formatting.weight(one.after_frac, style=style),
                formatting.weight(one.trade_frac, style=style, signed=True),
            ]
            for one in way.trades
        ]
        heads = (("Trade", False), ("Before", True), ("After", True), ("Change", True))
        parts.append(table(heads, rows, caption=f"Trades of the way {WAYS[way.kind]}"))
    parts += [html.P(_rule(one, style), className="stress-rule") for one in rules]
    parts += [html.P(in_style(text, style), className="muted") for text in way.notes]
    return card(html.Div(parts, className="stack"), title=WAYS[way.kind], note=NOTES[way.kind])


def _rule(one: RuleCheck, style: Style) -> list[Any]:
    value, limit = (formatting.weight(part, style=style) for part in (one.value_frac, one.limit_frac))
    word, tone = ("holds", "ok") if one.holds else ("broken", "bad")
    if not one.holds and abs(one.before_frac - one.value_frac) < 1e-9:
        word, tone = "broken already", "warn"
    return [tag(word, tone), f" {one.name}: {value}, limit {limit}"]
