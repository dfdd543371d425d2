"""Which most plausible moves lose so much: asked for by a slider beside the losses, or by a form?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update

from callbacks import stress_answers as answers
from callbacks import stress_figures as drawing
from callbacks.present_errors import form
from callbacks.present_typed import Typed
from callbacks.stress import boxed
from callbacks.wording import reader_style
from components.card import card, stack
from components.ids import Shell, Stress
from components.stress_answer import BUSY, IDLE
from services.messages.stress_questions import ReverseReport, ReverseWish
from services.number_style import in_style

WORDS = {"loss_frac": ("The loss", Stress.REVERSE_LOSS)}
Asked = dict[str, Any]


def reverse_wish(asked: Asked) -> ReverseWish:
    """Return the loss that was asked about.

    Raises
    ------
    InvalidRequest
        It is none.

    """
    typed = Typed()
    loss = answers.fraction(typed, "loss_frac", "The loss", asked["loss"])
    return answers.made(ReverseWish, typed, loss_frac=loss, basis=asked["basis"])


@callback(
    Output(Stress.REVERSE, "children"),
    Output(Stress.LOSS_ANSWER, "children"),
    Output(Stress.LOSS_MORE, "hidden"),
    Input(Stress.REVERSE_ASKED, "data"),
    Input(Stress.REVERSE_TICK, "n_intervals"),
    Input(Stress.retry("reverse"), "n_clicks"),
    Input(Stress.VIEW, "data"),
    Input(Stress.CHOSEN, "data"),
    State(Shell.THEME_SHOWN, "data"),
    running=[
        (Output(Stress.REVERSE, "className"), BUSY, IDLE),
        (Output(Stress.LOSS_ANSWER, "className"), BUSY, IDLE),
    ],
)
@form(Stress.REVERSE_ERRORS, WORDS)
def show_reverse(
    asked: Asked | None, tick: int | None, _again: Any, view: dict[str, str], chosen: str | None, theme: str | None
) -> Any:
    """Show the most plausible moves with the asked loss, and the past event that they resemble."""
    if not asked or not view["portfolio"]:
        return no_update, no_update, no_update
    answer = answers.ask(view["portfolio"], reverse_wish(asked), "reverse", tick)
    found = answers.read(answer, ReverseReport)
    if found is None:
        return card(answers.instead(answer)), answers.instead(answer), False
    style = reader_style()
    chart = boxed(Stress.REVERSE_CHART, "reverse", drawing.of_answer("reverse", found, theme, chosen or ""))
    words = html.P(html.Strong(in_style(found.result.sentence, style)))
    told = [html.P(in_style(text, style), className="muted") for text in found.result.notes]
    whole = card(stack(words, chart, *told), title="The most plausible scenario")
    return whole, html.P(in_style(found.result.sentence, style)), False


clientside_callback(
    ClientsideFunction("stress", "reverse"),
    Output(Stress.REVERSE_ASKED, "data"),
    Input(Stress.REVERSE_RUN, "n_clicks"),
    State(Stress.REVERSE_LOSS, "value"),
    State(Stress.REVERSE_BASIS, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "loss"),
    Output(Stress.LOSS_WORDS, "children"),
    Input(Stress.LOSS_SLIDE, "value"),
    Input(Stress.LOSS_SAME, "n_clicks"),
    State(Stress.BARS_CHART, "figure"),
    State(Stress.PICK, "data"),
    State(Stress.REVERSE_BASIS, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "moves"),
    Output(Stress.TABS, "active_tab"),
    Input(Stress.LOSS_MORE, "n_clicks"),
    prevent_initial_call=True,
)
