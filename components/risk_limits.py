"""How are limits on risk shown and set?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from components.button import button, icon_button
from components.card import card, stack
from components.confirm import dialog
from components.fields import field, number_input, select, switch
from components.graph import chart
from components.ids import RiskCourse, RiskEditor
from components.menu import export_menu
from components.skeleton import skeleton
from components.sparkline import sparkline
from components.table import facts
from components.traffic_light import State, meter, traffic_light


@dataclass(frozen=True)
class LimitCard:
    """One limit in words.

    Parameters
    ----------
    limit_id, label, explain : str
    state, word : str
        Of the light.
    used : str
        Such as "82% of the limit"; empty where the figure is not known.
    used_frac : float or None
    measured, bound : str
        The figure now, and the limit with its side.
    sentence : str
        How it stands, since when.
    kind : str
        Whether a breach forbids or warns.
    has_constraint : bool
        Whether an optimization can be held to it; `reason` says why not.
    """

    limit_id: str
    label: str
    explain: str
    state: State
    word: str
    used: str
    used_frac: float | None
    measured: str
    bound: str
    sentence: str
    kind: str
    has_constraint: bool
    reason: str = ""


@dataclass(frozen=True)
class EditorRow:
    """One limit as it is edited; numbers as they are typed."""

    metric: str
    label: str
    unit: str
    direction: str
    directions: Sequence[str]
    value: str
    is_hard: bool
    amber: str


COURSE_TICK_MS = 2000
SIDES = {"max": "At most", "min": "At least"}


def limits_card(cards: Sequence[LimitCard], *, may_edit: bool) -> Any:
    """Show every limit with its light; without any, say what they are for."""
    edit = button("Set limits", RiskEditor.OPEN, glyph="sliders2", small=True, n_clicks=0, hidden=not may_edit)
    breached = sum(1 for one in cards if one.state == "red")
    near = sum(1 for one in cards if one.state == "amber")
    if not cards:
        body: Any = html.P(
            "No limits on risk are set. A limit has a traffic light, warns before it is reached, and can bind an "
            "optimization.",
            className="muted",
        )
    else:
        body = html.Ul([_limit(one) for one in cards], className="risk-limit-list")
    body = [body, html.Div(id=RiskCourse.HOUSE)]
    said = f"{breached} breached" if breached else f"{near} near" if near else _all_said(cards)
    return card(body, title="Is it inside its limits?", note=said or None, actions=edit)


def _all_said(cards: Sequence[LimitCard]) -> str:
    unknown = sum(1 for one in cards if one.state == "none")
    if unknown:
        return f"{unknown} not known"
    return "All within" if cards else ""


def house_limits(lines: Sequence[tuple[State, str, str]], words: str, href: str) -> Any:
    """Show how the limits of house and client stand, which are set with the portfolio.

    Parameters
    ----------
    lines : sequence of (light, word, sentence)
        Those that are near or broken.
    words : str
        How all of them stand.
    href : str
        Where they are.
    """
    items = [html.Li([traffic_light(state, word=word), html.Span(text)]) for state, word, text in lines]
    head = html.P([words, " ", dcc.Link("All limits of house and client", href=href)], className="muted")
    return html.Div([head, html.Ul(items) if items else None], className="risk-house")


def limits_to_come() -> Any:
    """Hold the place of the limits, and of the button that sets them."""
    held = [html.Div(id=RiskCourse.HOUSE), button("Set limits", RiskEditor.OPEN, n_clicks=0, hidden=True)]
    return html.Div([skeleton(height_px=120), *held])


def _limit(one: LimitCard) -> html.Li:
    parts: list[Any] = [
        html.Div(
            [html.Strong(one.label, title=one.explain), traffic_light(one.state, word=one.word, number=one.used)],
            className="risk-limit-head",
        ),
        meter(one.used_frac or 0.0, one.state, f"{one.label}: {one.used or 'not known'}"),
        html.Div(
            [html.Span(one.measured, className="risk-limit-now"), html.Span(one.bound, className="muted")],
            className="risk-limit-figures",
        ),
    ]
    parts.append(_course_place(one))
    parts.append(html.P([one.sentence, html.Span(f" {one.kind}", className="muted")], className="risk-limit-words"))
    parts.append(_use(one))
    return html.Li(parts, className=f"risk-limit risk-limit-{one.state}")


def _course_place(one: LimitCard) -> html.Button:
    """Hold the place of the course of the last days, which is pressed to see all of them."""
    return html.Button(
        course_words([], None, "History"),
        id=RiskCourse.spark(one.limit_id),
        type="button",
        n_clicks=0,
        className="risk-limit-course",
        title=f"History of {one.label}",
    )


def course_words(uses: Sequence[float], label: str | None, words: str) -> list[Any]:
    """Draw how much of a limit was used on the last days, 100% dashed, with words beside it.

    Parameters
    ----------
    uses : sequence of float
        Used parts of the limit, oldest first; NaN where not known.
    label : str or None
        For screen readers.
    words : str
    """
    known = [value for value in uses if math.isfinite(value)]
    drawn = [sparkline(uses, label=label or "", reference=1.0, paint="var(--q-text-muted)")] if len(known) > 1 else []
    return [*drawn, html.Span(words, className="risk-limit-span")]


def _use(one: LimitCard) -> html.Div:
    """Draw the button that hands the limit to an optimization, or say why there is none."""
    if not one.has_constraint:
        return html.Div(
            html.P(["No constraint: ", one.reason], className="risk-limit-words"), className="risk-limit-use"
        )
    use = button(
        "Use as constraint",
        RiskEditor.use(one.limit_id),
        kind="quiet",
        small=True,
        n_clicks=0,
        label=f"Use as constraint: {one.label}",
    )
    return html.Div(use, className="btn-row")


def limit_dialogs() -> list[Any]:
    """Draw the dialogs that set limits, hand one over and show the course of one; all closed."""
    add = html.Div(
        [
            field(select(RiskEditor.ADD_METRIC, (), None), "Figure to be limited"),
            button("Add", RiskEditor.ADD, glyph="plus-lg", n_clicks=0),
        ],
        className="risk-editor-add",
    )
    return [
        dcc.Store(id=RiskEditor.VERSION),
        dcc.Store(id=RiskEditor.USE_LINK),
        dialog(
            RiskEditor.DIALOG,
            "Limits on risk",
            stack(html.Div(id=RiskEditor.ROWS), add, html.Div(id=RiskEditor.ERRORS, role="alert")),
            confirm="Save the limits",
            confirm_id=RiskEditor.SAVE,
            cancel_id=RiskEditor.CANCEL,
            wide=True,
        ),
        dialog(
            RiskEditor.USE_DIALOG,
            "Use as a constraint",
            html.Div(id=RiskEditor.USE_BODY),
            confirm="Open in Optimize",
            confirm_id=RiskEditor.USE_GO,
            cancel_id=RiskEditor.USE_CLOSE,
            cancel="Close",
            wide=True,
        ),
        dcc.Store(id=RiskCourse.OPENED),
        dcc.Store(id=RiskCourse.SAVED),
        dcc.Interval(id=RiskCourse.TICK, interval=COURSE_TICK_MS, max_intervals=0),
        dialog(
            RiskCourse.DIALOG,
            "How the limit was used",
            html.Div(id=RiskCourse.BODY),
            confirm="Save as CSV",
            confirm_id=RiskCourse.SAVE,
            cancel_id=RiskCourse.CLOSE,
            cancel="Close",
            wide=True,
        ),
    ]


def editor_rows(rows: Sequence[EditorRow]) -> Any:
    """Draw one line of fields a limit."""
    if not rows:
        return html.P("No limits yet. Choose a figure below and add it.", className="muted")
    return html.Ul([_row(place, one) for place, one in enumerate(rows)], className="risk-editor-list")


def _row(place: int, one: EditorRow) -> html.Li:
    sides = [(key, SIDES[key]) for key in one.directions]
    side: Any = select(RiskEditor.field(f"{place}:direction"), sides, one.direction)
    return html.Li(
        [
            html.Div(
                [
                    html.Strong(one.label),
                    icon_button(
                        "trash3", f"Remove the limit on {one.label}", RiskEditor.remove(str(place)), n_clicks=0
                    ),
                ],
                className="risk-editor-head",
            ),
            html.Div(
                [
                    field(side, "Side"),
                    field(number_input(RiskEditor.field(f"{place}:value"), one.value, unit=one.unit), "Limit"),
                    field(number_input(RiskEditor.field(f"{place}:amber"), one.amber, unit="%"), "Warns from"),
                    switch(RiskEditor.field(f"{place}:hard"), "Hard limit", value=one.is_hard),
                ],
                className="risk-editor-fields",
            ),
        ],
        className="risk-editor-row",
        role="group",
        **{"aria-label": f"Limit on {one.label}"},
    )


def use_body(sentence: str, note: str, constraint: str) -> Any:
    """Show what an optimization is given to keep a limit."""
    return stack(
        html.P(sentence),
        html.P(note, className="muted"),
        facts([("In the request", html.Code(constraint, className="risk-constraint"))]),
    )


def course_box(figure: Any, sentence: str, *, may_export: bool) -> Any:
    """Show the course of a limit with its days as a table, and where they are from."""
    formats = (("pdf", "PDF", "vector"), ("svg", "SVG", "vector"), ("png", "PNG", "picture"))
    items = [(RiskCourse.export(key), name, how) for key, name, how in formats]
    drawn = chart(figure, id=RiskCourse.PLOT, actions=[export_menu(items)] if may_export else (), level=3)
    return stack(drawn, html.P(sentence, className="muted"))
