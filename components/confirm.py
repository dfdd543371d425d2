"""How does a dialog ask, and what may it hold?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.button import Kind, button

OPEN = "dialog is-open"
CLOSED = "dialog"


def dialog(
    id: str,
    title: str,
    body: Any,
    *,
    confirm: str,
    confirm_id: Any,
    cancel_id: Any,
    confirm_kind: Kind = "primary",
    cancel: str = "Cancel",
    wide: bool = False,
    is_open: bool = False,
) -> html.Div:
    """Make a dialog; callbacks open and close it by writing :data:`OPEN` or :data:`CLOSED` into its ``className``.

    Focus moves in, stays inside and returns (assets/keyboard.js); Esc presses the cancel button.
    """
    heading = f"{id}-title"
    foot = html.Div(
        [
            button(cancel, cancel_id, n_clicks=0, **{"data-dialog-cancel": ""}),
            button(confirm, confirm_id, kind=confirm_kind, n_clicks=0),
        ],
        className="dialog-foot",
    )
    box = html.Div(
        [html.Div(html.H2(title, id=heading), className="dialog-head"), html.Div(body, className="dialog-body"), foot],
        className="dialog-box",
        role="dialog",
        tabIndex=-1,
        **{"aria-modal": "true", "aria-labelledby": heading},
    )
    frame = html.Div(box, id=id, className=OPEN if is_open else CLOSED)
    return html.Div(frame, className="dialog-wide") if wide else frame


def confirm_delete(
    id: str, what: str, consequence: str, *, confirm_id: Any, cancel_id: Any, verb: str = "Delete"
) -> html.Div:
    """Ask before something is destroyed: says what and how many, and that it can be undone or restored."""
    return dialog(
        id,
        f"{verb} {what}?",
        html.P(consequence, className="muted"),
        confirm=f"{verb} {what}",
        confirm_id=confirm_id,
        cancel_id=cancel_id,
        confirm_kind="danger",
    )
