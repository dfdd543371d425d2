"""What does the page of stress tests answer about the scenario of a loss, and about trades that bound losses?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update

from callbacks import stress_answers as answers
from callbacks import stress_figures as drawing
from callbacks.present_errors import form
from callbacks.present_typed import Typed
from callbacks.stress import boxed
from callbacks.stress_repair_words import way_cards
from callbacks.wording import reader_style
from components.card import card, stack
from components.ids import Shell, Stress
from services.messages.stress_questions import RepairReport, RepairWish, ReverseReport, ReverseWish
from services.number_style import in_style

REVERSE_WORDS = {"loss_frac": ("The loss", Stress.REVERSE_LOSS)}
REPAIR_WORDS = {
    "max_loss_frac": ("The largest loss", Stress.REPAIR_LOSS),
    "turnover_max_frac": ("The turnover", Stress.REPAIR_TURNOVER),
}
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


def repair_wish(asked: Asked, scenario: str) -> RepairWish:
    """Return the repair that was asked for; errors as above."""
    typed = Typed()
    loss = answers.fraction(typed, "max_loss_frac", "The largest loss", asked["limit"])
    turnover = typed.number(
        "turnover_max_frac", "The turnover", asked["turnover"], low=0, high=200, unit="%", is_needed=True
    )
    chosen = (scenario,) if asked["which"] == "chosen" and scenario else ()
    return answers.made(
        RepairWish,
        typed,
        scenarios=chosen,
        max_loss_frac=loss,
        turnover_max_frac=None if turnover is None else float(turnover) / 100,
        has_hedge=asked["hedge"] == "yes",
    )


@callback(
    Output(Stress.REVERSE, "children"),
    Input(Stress.REVERSE_ASKED, "data"),
    Input(Stress.REVERSE_TICK, "n_intervals"),
    Input(Stress.VIEW, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@form(Stress.REVERSE_ERRORS, REVERSE_WORDS)
def show_reverse(asked: Asked | None, tick: int | None, view: dict[str, str], theme: str | None) -> Any:
    """Show the most plausible moves with the asked loss, and the past event that they resemble."""
    if not asked or not view["portfolio"]:
        return no_update
    answer = answers.ask(view["portfolio"], reverse_wish(asked), Stress.REVERSE_TICK, tick)
    found = answers.read(answer, ReverseReport)
    if found is None:
        return card(answers.instead(answer))
    style = reader_style()
    chart = boxed(Stress.REVERSE_CHART, "reverse", drawing.of_answer("reverse", found, theme))
    words = html.P(html.Strong(in_style(found.result.sentence, style)))
    told = [html.P(in_style(text, style), className="muted") for text in found.result.notes]
    return card(stack(words, chart, *told), title="The most plausible scenario")


@callback(
    Output(Stress.REPAIR, "children"),
    Input(Stress.REPAIR_ASKED, "data"),
    Input(Stress.REPAIR_TICK, "n_intervals"),
    Input(Stress.REPAIR_WAY, "value"),
    Input(Stress.VIEW, "data"),
    State(Stress.PICK, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@form(Stress.REPAIR_ERRORS, REPAIR_WORDS)
def show_repair(
    asked: Asked | None, tick: int | None, way: str, view: dict[str, str], pick: dict[str, str], theme: str | None
) -> Any:
    """Show the three ways with their trades, costs and limits, and one of them scenario by scenario."""
    if not asked or not view["portfolio"]:
        return no_update
    answer = answers.ask(view["portfolio"], repair_wish(asked, pick["scenario"]), Stress.REPAIR_TICK, tick)
    found = answers.read(answer, RepairReport)
    if found is None:
        return card(answers.instead(answer))
    style = reader_style()
    chart = boxed(Stress.REPAIR_CHART, "repair", drawing.of_repair(found, way, theme))
    told = [html.P(in_style(text, style), className="muted") for text in found.result.notes]
    return [way_cards(found, style), card(stack(chart, *told), title="Scenario by scenario")]


clientside_callback(
    ClientsideFunction("stress", "reverse"),
    Output(Stress.REVERSE_ASKED, "data"),
    Input(Stress.REVERSE_RUN, "n_clicks"),
    State(Stress.REVERSE_LOSS, "value"),
    State(Stress.REVERSE_BASIS, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "repair"),
    Output(Stress.REPAIR_ASKED, "data"),
    Input(Stress.REPAIR_RUN, "n_clicks"),
    State(Stress.REPAIR_LOSS, "value"),
    State(Stress.REPAIR_TURNOVER, "value"),
    State(Stress.REPAIR_HEDGE, "value"),
    State(Stress.REPAIR_WHICH, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "note"),
    Input(Stress.REPAIR_WAY, "value"),
    Input(Stress.BREAK_KIND, "value"),
    Input(Stress.BREAK_STRENGTH, "value"),
    prevent_initial_call=True,
)
