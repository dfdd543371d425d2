"""What shows the part of an attribution that was chosen: its figures, its course, its effects and its holdings?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback

from callbacks import performance_ask as asking
from callbacks import present_performance_choice as present
from callbacks.actor import Permission, actor, may, services
from callbacks.performance_figures import chosen_chart
from callbacks.present_errors import part
from callbacks.wording import reader_style, told
from components.card import card, columns, stack
from components.empty_state import empty_state
from components.ids import Performance, Shell
from components.performance_layout import chart_box
from services.messages.performance import AttributionView
from services.messages.performance_choice import ChoiceView

View = dict[str, str]


@callback(
    Output(Performance.CHOSEN_BODY, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TICK_CHOSEN, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@part
def show_choice(view: View, _tick: object, _resync: object, theme: str | None) -> Any:
    """Show what the chosen part added through time; nothing while none is chosen."""
    if not view["chosen"] or not view["portfolio"]:
        return None
    answer = asking.ask("performance_choice", asking.choice_request(view), Performance.TICK_CHOSEN)
    found = asking.read(answer, ChoiceView)
    if found is None:
        return card(asking.instead(answer, 200))
    style = reader_style()
    shown = [present.strip(found, style), _charts(found, theme)]
    whole = services().analyses.answer("performance_attribution", asking.attribution_request(view), actor())
    table = present.holdings(asking.read(whole, AttributionView), found, style)
    return stack(*shown, *([] if table is None else [table]))


def _charts(found: ChoiceView, theme: str | None) -> Any:
    first = card(_boxed("chosen", chosen_chart(found, "chosen", theme)))
    if found.kind != "group":
        return first
    if found.effects is None:
        words = told(found.effects_sentence or "")
        return columns(first, card(empty_state("No effects beside a benchmark", words, glyph="diagram-3")))
    return columns(first, card(_boxed("chosen-effects", chosen_chart(found, "chosen-effects", theme))))


def _boxed(name: str, figure: Any) -> Any:
    return chart_box(
        figure,
        plot_id=Performance.chart(name),
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )


clientside_callback(
    ClientsideFunction("performance", "chosen"),
    Output(Performance.CHOSEN, "hidden"),
    Output(Performance.CHOSEN_CLEAR, "children"),
    Input(Performance.VIEW, "data"),
)
clientside_callback(
    ClientsideFunction("performance", "unchoose"),
    Input(Performance.CHOSEN_CLEAR, "n_clicks"),
    prevent_initial_call=True,
)
