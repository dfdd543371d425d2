"""What does the page of stress tests answer about trades that keep losses within a limit?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update

from callbacks import stress_answers as answers
from callbacks import stress_figures as drawing
from callbacks.present_errors import form
from callbacks.present_typed import Typed
from callbacks.stress import boxed
from callbacks.stress_repair_words import hedges_card, losses_card, way_cards
from callbacks.wording import reader_style
from components.card import card, stack
from components.ids import Shell, Stress
from components.stress_answer import BUSY, IDLE
from services.messages.stress_questions import RepairReport, StressRepairWish
from services.number_style import in_style

WORDS = {
    "max_loss_frac": ("The largest loss", Stress.REPAIR_LOSS),
    "turnover_max_frac": ("The turnover", Stress.REPAIR_TURNOVER),
}
Asked = dict[str, Any]
View = dict[str, str]


def repair_wish(asked: Asked, scenario: str) -> StressRepairWish:
    """Return the repair that was asked for.

    Raises
    ------
    InvalidRequest
        The loss or the turnover is none.

    """
    typed = Typed()
    loss = answers.fraction(typed, "max_loss_frac", "The largest loss", asked["limit"])
    turnover = typed.number(
        "turnover_max_frac", "The turnover", asked["turnover"], low=0, high=200, unit="%", is_needed=True
    )
    chosen = (scenario,) if asked["which"] == "chosen" and scenario else ()
    return answers.made(
        StressRepairWish,
        typed,
        scenarios=chosen,
        max_loss_frac=loss,
        turnover_max_frac=None if turnover is None else float(turnover) / 100,
        has_hedge=asked["hedge"] == "yes",
    )


@callback(
    Output(Stress.REPAIR, "children"),
    Input(Stress.REPAIR_ASKED, "data"),
    Input(Stress.REPAIR_TICK, "n_intervals"),
    Input(Stress.retry("repair"), "n_clicks"),
    Input(Stress.REPAIR_WAY, "value"),
    Input(Stress.VIEW, "data"),
    Input(Stress.PICK, "data"),
    State(Shell.THEME_SHOWN, "data"),
    running=[(Output(Stress.REPAIR, "className"), BUSY, IDLE)],
)
@form(Stress.REPAIR_ERRORS, WORDS)
def show_repair(
    asked: Asked | None, tick: int | None, _again: Any, way: str, view: View, pick: View, theme: str | None
) -> Any:
    """Show the three ways with their trades, costs and limits, and every scenario's loss before and after."""
    if not asked or not view["portfolio"]:
        return no_update
    answer = answers.ask(view["portfolio"], repair_wish(asked, pick["scenario"]), "repair", tick)
    found = answers.read(answer, RepairReport)
    if found is None:
        return card(answers.instead(answer))
    style = reader_style()
    chart = boxed(Stress.REPAIR_CHART, "repair", drawing.of_repair(found, way, theme, pick["scenario"]))
    told = [html.P(in_style(text, style), className="muted") for text in found.result.notes]
    charted = card(stack(chart, *told), title="Scenario by scenario")
    return [way_cards(found, style), *hedges_card(found, style), charted, losses_card(found, style)]


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
