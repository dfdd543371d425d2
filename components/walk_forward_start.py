"""How does a person have a result's recipe tested over the past: the button, and what the dialog asks?"""

from __future__ import annotations

from dash import html

from components.button import button
from components.card import stack
from components.confirm import dialog
from components.fields import field, fields, number_input, segments
from components.ids import WalkForwardStart as Start

FREQUENCIES = (("monthly", "Monthly"), ("quarterly", "Quarterly"), ("periods", "Every few days"))
WINDOWS = (("rolling", "Rolling"), ("expanding", "Growing"))


def start_button() -> html.Span:
    """Offer the test; hidden until the person is known to be allowed and the recipe has a history."""
    return html.Span(
        button("Test over the past", Start.OPEN, glyph="clock-history", n_clicks=0), id=Start.OFFER, hidden=True
    )


def start_dialog() -> html.Div:
    """Ask how the past is to be walked through."""
    body = stack(
        html.P(
            "The same recipe is asked again on every date of the past, with only the prices known then, and its "
            "portfolio is held until the next one. Beside it go equal weight, minimum variance and the current "
            "weights, at the same costs.",
            className="muted",
        ),
        html.Div(id=Start.LATEST),
        html.Div(id=Start.ERRORS),
        fields(
            field(
                segments(Start.FREQUENCY, FREQUENCIES, "monthly", label="How often the recipe is asked"),
                "Ask again",
                is_wide=True,
            ),
            html.Div(
                field(number_input(Start.EVERY, "21", unit="days"), "Days between"),
                id=Start.EVERY_FIELD,
                hidden=True,
            ),
            field(
                segments(Start.WINDOW, WINDOWS, "rolling", label="Which history estimates rest on"),
                "Look-back window",
                help_text="Rolling: the last days only. Growing: everything up to the date.",
                is_wide=True,
            ),
            field(
                number_input(Start.LOOKBACK, None, unit="days"),
                "Days looked back",
                help_text="252 trading days are a year.",
            ),
            field(
                number_input(Start.SPREAD, None, unit="bp"),
                "Bid-ask spread",
                is_optional=True,
                help_text="Half of it is paid on each trade. Empty: the recipe's own costs, or 10 bp.",
            ),
            field(
                number_input(Start.TRIALS, "1"),
                "Recipes tried so far",
                help_text="This one included. The best of many looks good by chance.",
            ),
        ),
    )
    return dialog(
        Start.DIALOG,
        "Test over the past",
        body,
        confirm="Start the test",
        confirm_id=Start.CONFIRM,
        cancel_id=Start.CANCEL,
        wide=True,
    )
