"""How does the form of several objectives look: whose money, what is sought, how much it counts, in which limits?"""

from __future__ import annotations

from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card
from components.confirm import dialog
from components.fields import field, fields, number_input, select, text_input
from components.ids import Tradeoffs
from components.ids_tradeoffs import SLOTS_COUNT
from components.table import more

NONE: Final = "none"
KINDS: Final = (
    ("return", "Expected return"),
    ("volatility", "Volatility"),
    ("esg", "ESG score"),
    ("cvar", "Loss on the worst days (CVaR)"),
    ("max_drawdown", "Largest drawdown"),
    ("cdar", "Average of the worst drawdowns (CDaR)"),
    ("semi_deviation", "Semi-deviation"),
    ("tracking_error", "Tracking error"),
    ("turnover", "Turnover"),
    ("trading_cost", "Trading cost"),
    ("yield", "Yield"),
    ("sharpe", "Sharpe ratio"),
    ("diversification", "Diversification ratio"),
    ("holdings_count", "Number of holdings"),
)
METHODS: Final = (
    ("auto", "Exact where it can be, searched where it must"),
    ("exact", "Exact only"),
    ("evolutionary", "Search from the exact ones"),
)
EFFORTS: Final = (("quick", "Quick"), ("standard", "Standard"), ("thorough", "Thorough"))
GAPS: Final = (("refuse", "Refuse, and name them"), ("leave_out", "Leave those assets out"))
TYPES: Final = (("individual", "Individuals"), ("family_office", "Family offices"), ("institution", "Institutions"))
SHARING: Final = (("private", "Only me"), ("house", "Everybody in the house"))


def form_card() -> html.Div:
    """Draw the form; what stands in it arrives from the server."""
    whose = fields(
        field(select(Tradeoffs.PORTFOLIO, [], placeholder="Choose a portfolio"), "Portfolio"),
        field(
            select(Tradeoffs.CLIENT, [(NONE, "No client")], NONE),
            "Client",
            help_text="A portfolio is recommended by the client's risk profile.",
        ),
        field(
            select(Tradeoffs.TEMPLATE, [(NONE, "No template")], NONE),
            "Start from a template",
            help_text="Fills in objectives and limits.",
        ),
    )
    actions = html.Div(
        [
            button("Find the trade-offs", Tradeoffs.START, kind="primary", glyph="play-fill", n_clicks=0),
            button("Save as template", Tradeoffs.SAVE, glyph="bookmark-plus", n_clicks=0),
        ],
        id=Tradeoffs.ACTIONS,
        className="btn-row",
        hidden=True,
    )
    body = html.Div(
        [
            html.Div(id=Tradeoffs.ERRORS),
            whose,
            html.P("", id=Tradeoffs.SUGGESTED, className="muted"),
            html.H3("Objectives"),
            html.P(
                "Two to five. The weights choose one portfolio among all that are found; only their ratios matter.",
                className="card-note",
            ),
            html.Div([_slot(place) for place in range(SLOTS_COUNT)], className="slots"),
            html.H3("Limits"),
            fields(
                field(
                    number_input(Tradeoffs.POSITION_MAX, unit="%"),
                    "Largest position",
                    is_optional=True,
                    help_text="No asset may weigh more.",
                )
            ),
            html.Div(
                [
                    html.Div(id=Tradeoffs.CARRIED),
                    button("Leave these out", Tradeoffs.CARRIED_CLEAR, kind="quiet", small=True, glyph="x", n_clicks=0),
                ],
                id=Tradeoffs.CARRIED_BOX,
                hidden=True,
            ),
            more(
                "How it is searched",
                fields(
                    field(select(Tradeoffs.METHOD, METHODS, "auto"), "Method"),
                    field(
                        select(Tradeoffs.EFFORT, EFFORTS, "standard"),
                        "Effort of a search",
                        help_text="Counted in generations, so that the same request gives the same answer.",
                    ),
                    field(number_input(Tradeoffs.POINTS, 200), "Portfolios to show", help_text="Two to a thousand."),
                    field(
                        select(Tradeoffs.WITHOUT_DATA, GAPS, "refuse"),
                        "Assets without an ESG score or a yield",
                    ),
                ),
            ),
            actions,
        ],
        className="stack",
    )
    return card(body, title="What is sought", id=Tradeoffs.FORM)


def _slot(place: int) -> html.Div:
    name = f"Objective {place + 1}"
    choice = select(Tradeoffs.kind(place), [(NONE, "Not used"), *KINDS], NONE)
    slider = dcc.Slider(
        min=0,
        max=100,
        step=1,
        value=0,
        id=Tradeoffs.weight(place),
        marks=None,
        updatemode="mouseup",
        className="slot-slider",
    )
    return html.Div(
        [
            html.Div(choice, className="slot-kind", role="group", **{"aria-label": name}),
            html.Div(slider, className="slot-weight", role="group", **{"aria-label": f"{name}: how much it counts"}),
        ],
        className="slot",
    )


def save_dialog() -> html.Div:
    """Ask under which name, and for whom, the recipe is kept."""
    types = dcc.Checklist(
        id=Tradeoffs.SAVE_TYPES,
        options=[{"value": key, "label": text} for key, text in TYPES],
        value=[],
        className="checks",
    )
    body = [
        html.Div(id=Tradeoffs.SAVE_ERRORS),
        fields(
            field(
                select(Tradeoffs.SAVE_AS, [(NONE, "A new template")], NONE),
                "Keep as",
                is_wide=True,
                help_text="One of your own gets a new version; the earlier ones stay.",
            ),
            field(text_input(Tradeoffs.SAVE_NAME, maxlength=200), "Name", is_wide=True),
            field(types, "For clients of the kind", help_text="None stands for all.", is_wide=True),
            field(
                select(Tradeoffs.SAVE_SHARING, SHARING, "private"), "Who may use it", help_text="You alone change it."
            ),
            field(text_input(Tradeoffs.SAVE_NOTE, maxlength=300), "What this version is about", is_optional=True),
        ),
    ]
    return dialog(
        Tradeoffs.SAVE_DIALOG,
        "Save as template",
        html.Div(body),
        confirm="Save template",
        confirm_id=Tradeoffs.SAVE_CONFIRM,
        cancel_id=Tradeoffs.SAVE_CANCEL,
        wide=True,
    )


def target_dialog() -> html.Div:
    """Ask before the portfolio gets another target."""
    words: Any = html.P("", id=Tradeoffs.TARGET_TEXT, className="muted")
    return dialog(
        Tradeoffs.TARGET_DIALOG,
        "Save as the portfolio's target?",
        words,
        confirm="Save as target",
        confirm_id=Tradeoffs.TARGET_CONFIRM,
        cancel_id=Tradeoffs.TARGET_CANCEL,
    )
