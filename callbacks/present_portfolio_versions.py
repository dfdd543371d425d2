"""How do the versions of a portfolio read, what differs between two, and its drafts?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html

from callbacks.wording import told
from components.button import button
from components.empty_state import empty_state
from components.ids_portfolio_work import Versions
from components.pills import tag
from components.table import table
from services import formatting
from services.formatting import Style
from services.messages.portfolio_versions import ChangedPosition, VersionDifference, VersionView
from services.messages.portfolio_what_if import DraftView

KINDS = {"holdings": "Holdings", "target": "Target"}
CHANGES = {"added": "Added", "removed": "Removed", "changed": "Changed"}
FIRST = "Before the first"
SOMEBODY = "Somebody outside your teams"


def options(found: Sequence[VersionView]) -> list[dict[str, str]]:
    """Offer the versions of a kind, the newest first, and the time before the first."""
    made = [
        {"value": str(one.number), "label": f"{one.number}, {formatting.moment(one.at_utc)}: {one.why}"[:120]}
        for one in found
    ]
    return [*made, {"value": "0", "label": FIRST}]


def versions(found: Sequence[VersionView], *, may_write: bool) -> Any:
    """Return all versions with who made them, when and why, and a way back."""
    if not found:
        return empty_state(
            "No versions yet", "The first one comes with the first positions or target.", glyph="clock-history", level=3
        )
    rows = [
        [
            [html.Strong(f"{KINDS[one.kind]} {one.number}"), " ", tag("In force", "ok") if one.is_current else ""],
            html.Span(formatting.moment(one.at_utc), className="nowrap"),
            one.by_name or ("The product" if one.by_id is None else SOMEBODY),
            _why(one),
            str(one.positions_count),
            button(
                "Restore",
                Versions.restore(f"{one.kind}~{one.number}"),
                kind="quiet",
                small=True,
                n_clicks=0,
                label=f"Restore {KINDS[one.kind].lower()} {one.number}",
            )
            if may_write and not one.is_current
            else "",
        ]
        for one in found
    ]
    columns = (("Version", False), ("When", False), ("By", False), ("Why", False), ("Positions", True), ("", True))
    return table(columns, rows, caption="Versions of holdings and target")


def _why(one: VersionView) -> Any:
    return [one.why, " ", dcc.Link("Open the run", href=f"/runs/{one.run_id}")] if one.run_id else one.why


def difference(found: VersionDifference, style: Style) -> Any:
    """Return what differs, in units, weight and money."""
    if not found.positions:
        return html.P(told(found.sentence), className="muted")
    has_units = found.kind == "holdings"
    rows = [_row(one, style, has_units=has_units) for one in found.positions]
    units = (("Units before", True), ("After", True)) if has_units else ()
    columns = (
        ("Asset", False),
        ("", False),
        *units,
        ("Weight before", True),
        ("After", True),
        ("Weight change", True),
        (f"Change, {found.base_currency}", True),
    )
    return html.Div(
        [html.P(told(found.sentence)), table(columns, rows, caption="What differs between the two versions")]
    )


def _row(one: ChangedPosition, style: Style, *, has_units: bool) -> list[Any]:
    units = [_units(value, style) for value in (one.quantity_before, one.quantity_after)] if has_units else []
    return [
        html.Span(one.symbol, title=one.name),
        CHANGES[one.change],
        *units,
        formatting.weight(one.weight_before_frac, style=style),
        formatting.weight(one.weight_after_frac, style=style),
        formatting.points(one.weight_change_frac, style=style, signed=True),
        formatting.money(one.value_change_ccy, style=style, signed=True),
    ]


def _units(value: Decimal | None, style: Style) -> str:
    return formatting.quantity(0 if value is None else value, style=style)


def drafts(found: Sequence[DraftView], style: Style, *, may_write: bool) -> Any:
    """Return the drafts with their largest weights, and ways to open them or go on."""
    if not found:
        return html.P("No drafts. Press What if beside the holdings, edit, then Keep.", className="muted")
    rows = [
        [
            html.Strong(one.name),
            html.Span(formatting.moment(one.made_at_utc), className="nowrap"),
            one.made_by_name or SOMEBODY,
            _largest(one, style),
            html.Div(_deeds(one, may_write=may_write), className="btn-row"),
        ]
        for one in found
    ]
    columns = (("Draft", False), ("Kept", False), ("By", False), ("Largest weights", False), ("", True))
    return table(columns, rows, caption="Drafts of weights")


def _deeds(one: DraftView, *, may_write: bool) -> list[Any]:
    made = [
        button(
            "Open",
            Versions.draft_open(one.id),
            kind="quiet",
            small=True,
            n_clicks=0,
            label=f"Open {one.name} in What if",
        )
    ]
    if may_write:
        href = f"/rebalance?portfolio={one.portfolio_id}&wish={one.id}"
        made.append(dcc.Link("Rebalance", href=href, className="btn-q btn-q-quiet btn-q-small"))
        made.append(
            button(
                "Delete",
                Versions.draft_delete(one.id),
                kind="quiet",
                small=True,
                n_clicks=0,
                label=f"Delete {one.name}",
            )
        )
    return made


def _largest(one: DraftView, style: Style) -> str:
    ordered = sorted(one.weights_frac.items(), key=lambda item: (-abs(item[1]), item[0]))
    return ", ".join(f"{symbol} {formatting.weight(share, style=style)}" for symbol, share in ordered[:4])
