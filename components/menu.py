"""How does a button open a small panel, without a callback and with the keyboard?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.icon import icon


def menu(
    trigger: Any,
    panel: Any,
    *,
    label: str,
    button_id: str | None = None,
    panel_id: str | None = None,
    className: str = "",  # noqa: N803 - Dash's own spelling
    align: str = "end",
) -> html.Details:
    """Open a panel below a button; a native disclosure, closed again by Esc or a click outside (assets/keyboard.js).

    Parameters
    ----------
    trigger, panel : component or list
        What the button shows, what the panel holds.
    label : str
        Name of the button for screen readers and on hover.
    button_id, panel_id : str or None
        Ids; ``n_clicks`` of the button tells when the panel was asked for.
    align : {"start", "end"}
        Side on which the panel's edge meets the button's.
    """
    summary: dict[str, Any] = {"id": button_id, "n_clicks": 0} if button_id else {}
    inner: dict[str, Any] = {"id": panel_id} if panel_id else {}
    return html.Details(
        [
            html.Summary(trigger, className="menu-button", title=label, **{"aria-label": label}, **summary),
            html.Div(panel, className=f"menu-panel menu-panel-{align}", **inner),
        ],
        className=f"menu {className}".strip(),
    )


def export_menu(items: list[tuple[Any, str, str]], *, label: str = "Export") -> html.Details:
    """Offer the formats of an export.

    Parameters
    ----------
    items : list of (id, text, hint)
        One entry a format, such as ``(Result.export("frontier:pdf"), "PDF", "vector")``.
    """
    rows = [
        html.Button(
            [html.Span(text, className="menu-item-text"), html.Span(hint, className="menu-item-hint")],
            id=item_id,
            type="button",
            className="menu-item",
            n_clicks=0,
        )
        for item_id, text, hint in items
    ]
    trigger = [icon("download"), html.Span(label), icon("chevron-down", className="menu-caret")]
    return menu(trigger, rows, label=f"{label}: choose a format", className="menu-export")
