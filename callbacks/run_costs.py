"""What does it cost to get to the proposal, and how does it look in whole lots?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.card import card, columns
from components.table import facts, table
from services import formatting
from services.formatting import Style
from services.messages.optimize import OptimizationResult
from services.number_style import in_style


def costs_part(result: OptimizationResult, currency: str | None, style: Style) -> Any:
    """Return the cards of the costs and of the whole lots; None where the result states neither."""
    cards = [card_ for card_ in (_costs(result, style), _lots(result, currency, style)) if card_ is not None]
    if not cards:
        return None
    return columns(*cards, layout="two") if len(cards) == 2 else cards[0]


def _costs(result: OptimizationResult, style: Style) -> Any:
    costs = result.costs
    if costs is None:
        return None
    kept = formatting.count(costs.holding_period_days, "trading day", style=style)
    lines = facts(
        [
            ("Once", formatting.percent(costs.once_frac, 3, style=style)),
            ("A year", f"{formatting.percent(costs.annual_frac, 3, style=style)}, kept for {kept}"),
            ("Turnover, one-way", formatting.percent(costs.turnover_frac, 2, style=style)),
        ]
    )
    note = in_style(costs.note, style)
    return card(lines, title="Trading costs", note="As a share of the capital.", foot=note or None)


def _lots(result: OptimizationResult, currency: str | None, style: Style) -> Any:
    lots = result.lots
    if lots is None:
        return None
    rows = [
        [
            line.asset,
            formatting.number(line.lots_count, 0, style=style),
            formatting.quantity(line.shares_count, style=style),
            formatting.percent(line.weight_frac, 2, style=style),
        ]
        for line in lots.lines
    ]
    money = "" if lots.cash_money is None else formatting.money(lots.cash_money, currency, style=style)
    foot = ["Cash left", "", money, formatting.percent(lots.cash_frac, 2, style=style)]
    listed = table(
        [("Asset", False), ("Lots", True), ("Shares", True), ("Weight", True)],
        rows,
        caption="The proposal in whole lots",
        foot=foot,
    )
    distance = lots.tracking_error_annual_frac
    away = formatting.percent(1e-5 if 0.0 < distance < 1e-5 else distance, 3, style=style)
    away = f"less than {away}" if 0.0 < distance < 1e-5 else away
    kept = "every limit still holds" if lots.is_inside else "not every limit holds after rounding"
    said = [html.P(f"Differs from the exact weights by {away} a year (tracking error); {kept}.")]
    if lots.note:
        said.append(html.P(in_style(lots.note, style)))
    return card(
        html.Div(listed, className="lots-scroll", tabIndex=0, role="region", **{"aria-label": "Whole lots"}),
        title="In whole lots",
        note="The last step, beside the exact weights above.",
        foot=said,
        flush=True,
    )
