"""How does a run in progress look: its stage, how far it is, how long it has taken, and the way to cancel it?"""

from __future__ import annotations

from dash import html

from components.button import button


def progress_box(cancel_id: str) -> html.Div:
    """Draw the progress of the followed run; assets/run.js paints every such box whenever the run's state changes.

    Parameters
    ----------
    cancel_id : str
        Id of the cancel button: it ends the run itself, not only the following.

    """
    return html.Div(
        [
            html.Div(
                [
                    html.Span("Starting", className="progress-stage", **{"data-part": "stage"}),
                    html.Span("", className="progress-number", **{"data-part": "percent"}),
                ],
                className="progress-row",
            ),
            html.Div(
                html.Div(className="progress-fill", style={"width": "0%"}, **{"data-part": "fill"}),
                className="progress-track",
                role="progressbar",
                **{
                    "aria-label": "Progress of the optimization",
                    "aria-valuemin": "0",
                    "aria-valuemax": "100",
                    "aria-valuenow": "0",
                },
            ),
            html.Div(
                [
                    html.Span("", className="progress-note", role="status", **{"data-part": "note"}),
                    html.Span("", className="progress-number", **{"data-part": "elapsed"}),
                ],
                className="progress-row",
            ),
            html.Div(button("Cancel", cancel_id, glyph="x-lg", small=True, n_clicks=0), className="btn-row"),
        ],
        className="progress-q",
        **{"data-run-progress": ""},
    )
