"""What does the page of a portfolio ask in dialogs: its settings and its positions?"""

from __future__ import annotations

from dash import html

from components.button import button
from components.confirm import dialog
from components.fields import field, fields, number_input, select, text_area, text_input
from components.ids import Portfolio


def edit_dialog() -> html.Div:
    """Ask for name, client, way of running and house limits."""
    strategies = [("long_only", "Long-only"), ("balanced", "Balanced, with cash"), ("long_short", "Long-short")]
    empty = "Leave it empty for no limit."
    body = [
        html.Div(id=Portfolio.EDIT_ERRORS),
        fields(
            field(text_input(Portfolio.EDIT_NAME, maxlength=200), "Name", is_wide=True),
            field(select(Portfolio.EDIT_CLIENT, [("none", "No client")], "none"), "Client", is_optional=True),
            field(
                select(Portfolio.EDIT_TEAM, [("none", "Only me")], "none"),
                "Team",
                help_text="Its members see the portfolio, and so do those who see the client.",
            ),
            field(select(Portfolio.EDIT_STRATEGY, strategies, "long_only"), "How it is run"),
            field(number_input(Portfolio.EDIT_POSITION_MAX, unit="%"), "Largest position", help_text=empty),
            field(number_input(Portfolio.EDIT_POSITION_MIN, unit="%"), "Smallest position", help_text=empty),
            field(number_input(Portfolio.EDIT_SECTOR_MAX, unit="%"), "Largest sector", help_text=empty),
            field(number_input(Portfolio.EDIT_GROSS_MAX, unit="%"), "Largest gross exposure", help_text=empty),
            field(text_area(Portfolio.EDIT_DESCRIPTION, rows=2), "Description", is_optional=True, is_wide=True),
        ),
    ]
    return dialog(
        Portfolio.EDIT_DIALOG,
        "Edit the portfolio",
        body,
        confirm="Save",
        confirm_id=Portfolio.EDIT_SAVE,
        cancel_id=Portfolio.EDIT_CANCEL,
        wide=True,
    )


def positions_dialog() -> html.Div:
    """Ask for all positions at once, as text."""
    body = [
        html.Div(id=Portfolio.POSITIONS_ERRORS),
        fields(
            field(
                text_area(Portfolio.POSITIONS_TEXT, rows=12, placeholder="AAPL, 120\nMSFT, 80"),
                "Positions",
                is_wide=True,
                help_text="One line each: symbol, then shares, or a weight with %. What is not "
                "named is sold. The difference is booked into the ledger.",
            ),
            field(
                number_input(Portfolio.POSITIONS_VALUE),
                "Value for weights",
                is_optional=True,
                help_text="The present value when empty.",
            ),
            field(
                number_input(Portfolio.POSITIONS_CASH),
                "Cash afterwards",
                is_optional=True,
                help_text="As it is when empty.",
            ),
            field(
                text_input(Portfolio.POSITIONS_REASON, maxlength=300),
                "Why",
                is_optional=True,
                is_wide=True,
                help_text="Stands with the version of the holdings and in the ledger.",
            ),
        ),
        html.Div(
            button("What do the rules say?", Portfolio.POSITIONS_CHECK, glyph="patch-check", n_clicks=0),
            className="btn-row",
        ),
        html.Div(id=Portfolio.POSITIONS_CHECKED, **{"aria-live": "polite"}),
    ]
    return dialog(
        Portfolio.POSITIONS_DIALOG,
        "Set the positions",
        body,
        confirm="Set positions",
        confirm_id=Portfolio.POSITIONS_SAVE,
        cancel_id=Portfolio.POSITIONS_CANCEL,
        wide=True,
    )
