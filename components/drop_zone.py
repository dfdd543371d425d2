"""Where does a person drop a file, or choose it?"""

from __future__ import annotations

from dash import dcc, html

from components.button import button
from components.icon import icon


def drop_zone(id: str, title: str, note: str, *, label: str | None = None, class_name: str = "") -> dcc.Upload:
    """Make a place that takes one file, by drop, click or key; its ``contents`` holds it.

    Parameters
    ----------
    id : str
    title, note : str
        What may be dropped, and in which form.
    label : str, optional
        What the button says to those who hear it, where several stand on a page.
    class_name : str
        What the place is called beside ``drop-zone``.

    """
    base = f"drop-zone {class_name}".strip()
    words = html.Div([html.Strong(title), html.Span(note, className="card-note")])
    named = {} if label is None else {"label": label}
    choose = button("Choose a file", glyph="folder2-open", **named)
    return dcc.Upload(
        html.Div([icon("file-earmark-arrow-up", className="drop-glyph"), words, choose], className="drop-inner"),
        id=id,
        className=base,
        className_active=f"{base} is-over",
        className_reject=base,
        style={},
        style_active={},
        style_reject={},
        multiple=False,
    )
