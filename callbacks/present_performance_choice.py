"""How does the chosen part of an attribution read: key figures, the table of its holdings, its part of any stretch?"""

from __future__ import annotations

from datetime import date
from typing import Any

from components.card import card
from components.choose import chooser
from components.kpi_card import MISSING, kpi_card, kpi_strip
from components.table import table
from services import formatting
from services.charts.performance_attribution import inside
from services.formatting import Style
from services.messages.performance import AttributionView
from services.messages.performance_choice import ChoiceView
from services.performance_choice import added_between


def strip(found: ChoiceView, style: Style) -> Any:
    """Return what the chosen part added, what it returned itself, how large it was, and its effects together."""
    beside = "of the return beside the benchmark" if found.kind == "effect" else "of the return"
    cards = [
        kpi_card(
            f"{found.label} added",
            formatting.rate(found.total_frac, style=style, signed=True),
            note=beside,
            sense="up" if found.total_frac >= 0 else "down",
        )
    ]
    if found.kind == "group":
        own = found.own_return_frac
        cards += [
            kpi_card("Its own return", formatting.rate(own, style=style), note="of what was held, trades apart"),
            kpi_card(
                "Mean weight", formatting.weight(found.mean_weight_frac, style=style), note="at the begin of the days"
            ),
        ]
    if found.effects is not None:
        parts = {name: found.effects.total(name) for name in found.effects.parts}
        note = ", ".join(
            f"{name.lower()} {formatting.rate(value, style=style, signed=True)}" for name, value in parts.items()
        )
        whole = formatting.rate(sum(parts.values()), style=style, signed=True)
        cards.append(kpi_card("Beside the benchmark", whole, note=note))
    return kpi_strip(*cards, label=f"What {found.label} did")


def holdings(whole: AttributionView | None, found: ChoiceView, style: Style) -> Any:
    """Return the holdings of a chosen group, which add up to it; None where it is one holding, or no group."""
    if whole is None or found.kind != "group" or found.dimension == "asset":
        return None
    lines = inside(whole, found)
    if not lines:
        return None
    rows = [
        [
            _holding(whole.names.get(one.key, one.key)),
            formatting.weight(one.weight_frac, style=style),
            formatting.rate(one.return_frac, style=style),
            formatting.rate(one.contribution_frac, style=style, signed=True),
        ]
        for one in lines
    ]
    foot = [
        found.label,
        formatting.weight(found.mean_weight_frac, style=style),
        formatting.rate(found.own_return_frac, style=style),
        formatting.rate(found.total_frac, style=style, signed=True),
    ]
    heads = (("Holding", False), ("Mean weight", True), ("Return", True), ("Contribution", True))
    made = table(heads, rows, caption=f"Holdings of {found.label}", foot=foot)
    return card(made, title=f"Which holdings of {found.label} brought it?", flush=True)


def _holding(name: str) -> Any:
    return chooser(name, f"asset:{name}", title=f"Choose {name}")


def added_text(chosen: ChoiceView | None, start: date, end: date, style: Style) -> str:
    """Return what the chosen group added between two closes, as text."""
    value = None if chosen is None else added_between(chosen, start, end)
    return MISSING if value is None else formatting.rate(value, style=style, signed=True)


def column_of(chosen: ChoiceView | None) -> list[tuple[str, bool]]:
    """Return the column that tells what the chosen group added in each row; none where no group is chosen."""
    return [(f"{chosen.label} added", True)] if chosen is not None and chosen.kind == "group" else []
