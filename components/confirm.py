"""How does a dialog ask, and what may it hold?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.button import Kind, button

OPEN = "dialog is-open"
CLOSED = "dialog"


def title_id(dialog_id: str) -> str:
    """Return the id of a dialog's heading, into which a callback writes what it is about."""
    return f"{dialog_id}-title"


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
    heading = title_id(id)
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


def ask_first(question: str, consequence: str, yes: str) -> dict[str, str]:
    """Return the attributes of a button whose press is asked about first, because nothing takes its deed back.

    assets/ask_first.js holds the press until it is confirmed; the callback behind the button hears of a confirmed one
    only.

    Parameters
    ----------
    question : str
        Heading of the dialog, such as "Revoke the key of the desk?".
    consequence : str
        What comes of it and what does not come back, in a sentence or two.
    yes : str
        Words of the button that does it.

    """
    return {"data-confirm": question, "data-confirm-why": consequence, "data-confirm-yes": yes}


def record_note() -> html.P:
    """Say in a form that a deed of it becomes part of a record, before it is done."""
    words = "What is done here is recorded with person, time and reason, and stays; a new entry corrects it."
    return html.P(words, className="muted")
