"""How do the three ways of a repair read: trades, cost, limits?"""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.stress_answers import shown
from callbacks.stress_tables import OVER, STATES, binding_grid, losses_grid, trades_grid
from components.card import card, columns
from components.pills import tag
from components.table import facts, table
from services import formatting
from services.charts.stress_answers import WAYS
from services.formatting import MISSING, Style
from services.messages.stress_questions import RepairReport, RuleCheck
from services.number_style import in_style

NOTES = {
    "trim": "What is held is made smaller; the rest becomes cash.",
    "hedge": "The holdings stay; hedges are added.",
    "both": "Whatever is cheapest of both.",
}


def way_cards(found: RepairReport, style: Style) -> Any:
    """Return the three ways side by side."""
    pairs = zip(found.result.alternatives, found.rules, strict=True)
    return columns(*(_way(way, rules, found, style) for way, rules in pairs), layout="three")


def _way(way: Any, rules: tuple[RuleCheck, ...], found: RepairReport, style: Style) -> Any:
    word, tone = STATES[way.status]
    worst = max(way.losses, key=lambda one: one.after_frac, default=None)
    was = max(way.losses, key=lambda one: one.before_frac, default=None)
    change = way.expected_return_change_annual_frac
    pairs: list[tuple[str, Any]] = [
        ("Worst loss today", MISSING if was is None else formatting.rate(was.before_frac, style=style)),
        ("Worst loss after", MISSING if worst is None else formatting.rate(worst.after_frac, style=style)),
        ("Cost, once", formatting.basis_points(way.cost_frac, style=style)),
        ("Turnover", formatting.weight(way.turnover_frac, style=style)),
        ("Cash after", formatting.weight(way.cash_after_frac, style=style)),
        ("Expected return a year", MISSING if change is None else formatting.rate(change, style=style, signed=True)),
    ]
    parts: list[Any] = [html.P(tag(word, tone)), *(html.P(in_style(text, style)) for text in way.notes)]
    out = way_out(way, found, style)
    if out:
        parts.append(html.P([html.Strong("A way out: "), out]))
    same = [one for one in found.result.alternatives if one.kind != way.kind and one.trades == way.trades]
    if way.kind == "both" and way.trades and same:
        parts.append(html.P(f"The same trades as {WAYS[same[0].kind]}: mixing both would cost more."))
    grids = (trades_grid(way, style, is_narrow=True), binding_grid(way, style))
    parts += [facts(pairs), *(shown(grid) for grid in grids if grid.rows)]
    parts += [html.P(_rule(one, style), className="stress-rule") for one in rules]
    return card(html.Div(parts, className="stack"), title=WAYS[way.kind], note=NOTES[way.kind])


def way_out(way: Any, found: RepairReport, style: Style) -> str:
    """Say what to change where a way does not bring every loss within its limit; empty where it does."""
    if way.status not in ("improved", "unavailable"):
        return ""
    offered = [one for one in found.hedges if one.is_offered]
    if way.kind != "trim" and not offered:
        return "let hedges be used in the form above, or make holdings smaller as in Trim."
    stops = {one.kind for one in way.binding}
    ways = []
    if "turnover" in stops:
        ways.append(f"allow more turnover than {formatting.weight(way.turnover_frac, style=style)}")
    ways += [f"loosen the limit {one.name}" for one in way.binding if one.kind == "limit"][:2]
    if way.kind == "hedge":
        bought = [one.name for one in offered if one.kind != "index"]
        cash = formatting.weight(way.cash_after_frac, style=style)
        if bought:
            ways.append(f"raise cash, since {' and '.join(bought)} are paid from it and {cash} would be left")
        ways.append("take Both, which sells holdings too")
    return f"{', or '.join([*ways, 'allow a larger loss'])}."


def hedges_card(found: RepairReport, style: Style) -> list[Any]:
    """Say which hedges there are, which cannot be used and why, and what changes of the expected return rest on."""
    rows = [
        [
            [html.Strong(one.name), " ", tag("offered", "ok") if one.is_offered else tag("not offered", "warn")],
            in_style(one.why, style),
            MISSING if one.cost_frac is None else formatting.basis_points(one.cost_frac, style=style),
        ]
        for one in found.hedges
    ]
    parts: list[Any] = []
    if rows:
        heads = (("Hedge", False), ("What it is, or why not", False), ("Cost of a trade", True))
        parts.append(table(heads, rows, caption="Hedges that a repair may use"))
    if found.expected_return_source:
        parts.append(html.P(in_style(found.expected_return_source, style), className="muted"))
    return [card(html.Div(parts, className="stack"), title="With which hedges?")] if parts else []


def losses_card(found: RepairReport, style: Style) -> Any:
    """Return every scenario's loss today and after each way, beside its limit."""
    body = html.Div(shown(losses_grid(found, style)), className="stress-table")
    note = f"Loss of today's value, before costs; a gain has a minus. {OVER} is over its limit."
    return card(body, title="What does each way change in each scenario?", note=note, flush=True)


def _rule(one: RuleCheck, style: Style) -> list[Any]:
    value, limit = (formatting.weight(part, style=style) for part in (one.value_frac, one.limit_frac))
    word, tone = ("holds", "ok") if one.holds else ("broken", "bad")
    if not one.holds and abs(one.before_frac - one.value_frac) < 1e-9:
        word, tone = "broken already", "warn"
    return [tag(word, tone), f" {one.name}: {value}, limit {limit}"]
