"""How are a scenario of one's own stated, weighed and kept?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.confirm import dialog
from components.empty_state import empty_state
from components.fields import field, fields, number_input, segments, select, text_input
from components.ids import Stress
from components.table import table

KINDS = (("moves", "Moves of markets"), ("days", "Past days"))
OTHERS = (("follow", "The others follow"), ("stay", "The others stay"))
NONE = ""
INPUTS: Final = (
    ("equity", Stress.EQUITY, "Shares", "%"),
    ("rates", Stress.RATES, "Ten-year yield", "pp"),
    ("credit", Stress.CREDIT, "High yield spread", "pp"),
    ("volatility", Stress.VOLATILITY, "Volatility index", "points"),
    ("oil", Stress.OIL, "Oil", "%"),
    ("usd", Stress.USD, "US dollar", "%"),
)
"""Factor, id of its field, its label and unit; in the engine's order."""
STATE_NAMES: Final = ("kind", "others", *(name for name, *_ in INPUTS), "start", "end")
WORDS: Final = ("common", "plausible", "rare", "extreme")
TICK_MS = 1000


def builder_parts(view: Mapping[str, str]) -> list[Any]:
    """Return the form, its answer, and the scenarios that were kept."""
    return [
        dcc.Store(id=Stress.BUILD, data={name: view[name] for name in STATE_NAMES}),
        dcc.Store(id=Stress.OWN_NEWS),
        dcc.Interval(id=Stress.BUILD_TICK, interval=TICK_MS, max_intervals=0),
        columns(
            card(_form(view), title="What happens?", note="Leave a field empty for what you do not want to set."),
            card(
                html.Div(id=Stress.OWN),
                title="Kept scenarios",
                note="Yours, and those that others share with you.",
                flush=True,
            ),
            layout="wide-left",
        ),
        html.Div(_nothing_yet(), id=Stress.BUILD_RESULT, className="stack"),
    ]


def _form(view: Mapping[str, str]) -> Any:
    is_days = view["kind"] == "days"
    date_input: dict[str, Any] = {"type": "date", "class_name": "input-q"}
    moves = stack(
        fields(*(field(number_input(key, view[name] or None, unit=unit), text) for name, key, text, unit in INPUTS)),
        segments(Stress.BUILD_OTHERS, OTHERS, view["others"], label="What is left empty"),
    )
    days = fields(
        field(dbc.Input(id=Stress.START, value=view["start"], **date_input), "From the close of"),
        field(dbc.Input(id=Stress.END, value=view["end"], **date_input), "to the close of"),
    )
    return stack(
        html.Div(id=Stress.BUILD_ERRORS),
        segments(Stress.BUILD_KIND, KINDS, view["kind"], label="Kind of scenario"),
        html.Div(moves, id=Stress.BUILD_MOVES, hidden=is_days),
        html.Div(days, id=Stress.BUILD_DAYS, hidden=not is_days),
        html.Div(
            [
                button("Compute", Stress.BUILD_RUN, kind="primary", glyph="lightning", n_clicks=0),
                button("Keep scenario", Stress.KEEP, glyph="bookmark", n_clicks=0),
            ],
            className="btn-row",
        ),
    )


def _nothing_yet() -> Any:
    words = "State a move, or two days, and choose Compute: the answer names what follows and how plausible it is."
    return card(empty_state("Nothing computed yet", words, glyph="sliders"))


def meter(word: str, sentence: str) -> html.Div:
    """Show how plausible moves are: four steps, the reached one marked, and the sentence below."""
    steps = [
        html.Span(
            step.capitalize(),
            className=f"stress-meter-step{' is-on' if step == word else ''}",
            **{"data-step": step},
        )
        for step in WORDS
    ]
    return html.Div(
        [
            html.Div(steps, className="stress-meter", role="img", **{"aria-label": f"Plausibility: {word}"}),
            html.P(sentence),
        ]
    )


def moves_table(rows: Sequence[Sequence[str]]) -> html.Div:
    """List every factor with its move, its band, its size and where it comes from."""
    heads = (("Factor", False), ("Move", True), ("5% to 95%", True), ("In deviations", True), ("Comes from", False))
    return html.Div(table(heads, rows, caption="Moves of all factors"), className="stress-table")


def own_list(rows: Sequence[tuple[str, str, str, bool]]) -> Any:
    """List kept scenarios.

    Parameters
    ----------
    rows : sequence of (id, name, what, is_mine)
        Only what is one's own can be deleted.

    """
    if not rows:
        words = "State a scenario, then choose Keep scenario: it stands in the library from then on."
        return empty_state("No kept scenario yet", words, glyph="bookmark", level=3)
    return html.Ul([_own_line(*row) for row in rows], className="stress-own")


def _own_line(key: str, name: str, what: str, is_mine: bool) -> html.Li:
    quiet: dict[str, Any] = {"small": True, "kind": "quiet", "n_clicks": 0}
    tools = [button("Use", Stress.own_use(key), label=f"Put {name} into the builder", **quiet)]
    if is_mine:
        tools.append(button("Delete", Stress.own_delete(key), glyph="trash", label=f"Delete {name}", **quiet))
    words = [html.Strong(name), html.Span(what, className="stress-card-note")]
    return html.Li([html.Div(words), html.Div(tools, className="btn-row")])


def keep_dialog() -> html.Div:
    """Ask under which name, and for whom, a scenario is kept."""
    body = [
        html.Div(id=Stress.KEEP_ERRORS),
        fields(
            field(
                select(Stress.KEEP_AS, [(NONE, "A new scenario")], NONE),
                "Keep as",
                is_wide=True,
                help_text="One of your own gets a new version; the earlier ones stay.",
            ),
            field(text_input(Stress.KEEP_NAME, maxlength=200), "Name", is_wide=True),
            field(
                select(Stress.KEEP_SHARING, [("private", "Only me")], "private"),
                "Who may use it",
                help_text="You alone change it.",
            ),
            field(text_input(Stress.KEEP_NOTE, maxlength=300), "What this version is about", is_optional=True),
        ),
    ]
    return dialog(
        Stress.KEEP_DIALOG,
        "Keep this scenario",
        html.Div(body),
        confirm="Keep scenario",
        confirm_id=Stress.KEEP_CONFIRM,
        cancel_id=Stress.KEEP_CANCEL,
        wide=True,
    )
