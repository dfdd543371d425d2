"""How does one key figure read: label, value, change, note?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dash import dcc, html

from components.sparkline import sparkline

MISSING = "\u2014"
Direction = Literal["up", "down", "flat"]
_MARKS: dict[Direction, str] = {"up": "▲ ", "down": "▼ ", "flat": ""}


def change(text: Any, direction: Direction, label: str | None = None) -> html.Span:
    """Show a change: a mark, a signed number and a color, never the color alone."""
    words = {"up": "is-up", "down": "is-down", "flat": "muted"}[direction]
    given: dict[str, Any] = {"title": label} if label else {}
    mark = html.Span(_MARKS[direction], **{"aria-hidden": "true"})
    return html.Span([mark, text], className=f"kpi-change {words}", **given)


def kpi_card(
    label: str,
    value: Any,
    *,
    unit: str | None = None,
    note: Any = None,
    change_text: Any = None,
    direction: Direction = "flat",
    spark: Sequence[float] | None = None,
    sense: Direction | None = None,
    help_text: str | None = None,
    href: str | None = None,
    id: Any = None,
) -> html.Div:
    """Show one key figure.

    Parameters
    ----------
    label : str
    value : str or component
        Formatted number, or one that follows live prices; an em dash for what is missing, with the reason in ``note``.
    unit : str or None
        Currency or unit, small behind the number.
    note : str, component or None
        What it is compared with, or why it is missing.
    change_text, direction : str or component, str
        Signed change and its direction.
    spark : sequence of float or None
        30 to 60 points.
    sense : {"up", "down", "flat"} or None
        Colors the value itself, for gains and losses.
    help_text : str or None
        Definition, shown on hover.
    href : str or None
        Where the whole of it leads.
    """
    color = {"up": " is-up", "down": " is-down"}.get(sense or "", "")
    shown: list[Any] = [html.Span(value, className="is-missing") if value == MISSING else value]
    if unit and value != MISSING:
        shown.append(html.Small(unit))
    below: list[Any] = []
    if change_text:
        below.append(change(change_text, direction))
    if note:
        below.append(html.Span(note, className="kpi-note"))
    if spark:
        below.append(sparkline(spark, label=f"{label}: course"))
    given: dict[str, Any] = {"id": id} if id is not None else {}
    return html.Div(
        [
            html.Div(
                dcc.Link(label, href=href, className="kpi-link") if href else label,
                className="kpi-label",
                title=help_text or "",
            ),
            html.Div(shown, className=f"kpi-value{color}"),
            html.Div(below, className="kpi-row"),
        ],
        className="kpi",
        **given,
    )


def kpi_strip(*cards: Any, label: str = "Key figures", id: Any = None) -> html.Div:
    """Set key figures side by side in one strip."""
    given: dict[str, Any] = {"id": id} if id is not None else {}
    return html.Div(list(cards), className="kpis", role="group", **{"aria-label": label}, **given)
