"""What does the builder of scenarios do: weigh what was stated, take a kept scenario up again?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_stress as present
from callbacks import stress_ask as asking
from callbacks import stress_figures as drawing
from callbacks import stress_typed as typed
from callbacks.actor import actor, services
from callbacks.present_errors import form
from callbacks.present_toast import put, say
from callbacks.pressed import pressed_index
from callbacks.stress import boxed
from callbacks.wording import reader_style
from components.card import card, columns
from components.ids import Shell, Stress
from components.stress_answer import BUSY, IDLE
from components.stress_builder import nothing_yet
from components.stress_moves import FIELDS, INPUTS
from services.errors import InvalidRequest
from services.messages.stress import MOVE_FIELDS
from services.messages.stress_report import StressReport, StressWish

WORDS = {
    **{field: (label, key) for (_, key, label, _unit), field in zip(INPUTS, MOVE_FIELDS, strict=True)},
    "start": ("The first day", Stress.START),
    "end": ("The last day", Stress.END),
}
STATED = (*FIELDS, Stress.BUILD_KIND, Stress.BUILD_OTHERS, Stress.START, Stress.END)
"""Everything that is stated in the builder, in the order of its callbacks."""


@callback(
    Output(Stress.BUILD_RESULT, "children"),
    Input(Stress.BUILD, "data"),
    Input(Stress.BUILD_TICK, "n_intervals"),
    Input(Stress.retry("build"), "n_clicks"),
    Input(Stress.VIEW, "data"),
    Input(Stress.CHOSEN, "data"),
    State(Shell.THEME_SHOWN, "data"),
    running=[(Output(Stress.BUILD_RESULT, "className"), BUSY, IDLE)],
)
@form(Stress.BUILD_ERRORS, WORDS)
def weigh(
    build: typed.Build, tick: int | None, _again: Any, view: dict[str, str], part: str | None, theme: str | None
) -> Any:
    """Show what was stated: what follows, how plausible it is, and what it does to the portfolio."""
    if not view["portfolio"] or (typed.is_blank(build) and not build.get("count")):
        return no_update
    wish = StressWish(stated=_question(build), mode="buy_and_hold")
    again = asking.is_again("build")
    answer = services().stress.run(view["portfolio"], wish, actor(), wait_s=asking.WAIT_S, again=again)
    found = asking.report(answer, Stress.BUILD_TICK, tick, "build")
    return card(asking.instead(answer, 240)) if found is None else _weighed(found, theme, part or "")


def _question(build: typed.Build) -> Any:
    """Return the question that was typed; where it cannot be asked, an earlier answer does not stay below it."""
    try:
        return typed.question_of(build)
    except InvalidRequest:
        put(Stress.BUILD_RESULT, children=nothing_yet())
        raise


def _weighed(found: StressReport, theme: str | None, part: str) -> Any:
    one, style = found.results[0], reader_style()
    words = card(present.detail_words(one, found, style), title="What it does")
    if one.total_frac is None:
        return words
    drawn = {name: drawing.of_one(name, found, one, theme, part) for name in ("waterfall", "factors")}
    waterfall = boxed(Stress.BUILD_WATERFALL_CHART, "build-waterfall", drawn["waterfall"])
    if one.plausibility is None:
        compared = card(present.compared(one, found, style, part), title="Beside what happened", flush=True)
        return [words, card(waterfall), compared]
    factors = boxed(Stress.BUILD_FACTORS_CHART, "build-factors", drawn["factors"])
    note = "Moves that you did not set are expected ones."
    return [
        words,
        columns(card(factors), card(waterfall)),
        card(present.plausible(one, style), title="How plausible is it?"),
        card(present.moves(one, style), title="What follows", note=note, flush=True),
    ]


@callback(
    *(Output(key, "value") for key in STATED),
    Output(Stress.BUILD, "data", allow_duplicate=True),
    Input(Stress.own_use(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def use_own(_clicks: Any) -> Any:
    """Put a kept scenario into the builder and weigh it."""
    key = pressed_index()
    if key is None:
        return (no_update,) * (len(STATED) + 1)
    kept = services().stress.own.get(key, actor())
    build = typed.build_of(kept.question)
    if build is None:
        say(
            f"{kept.name} states more than the builder shows",
            "Choose it in the library to see what it does.",
            tone="info",
        )
        return (no_update,) * (len(STATED) + 1)
    values = (build[name] for name, *_ in INPUTS)
    return *values, build["kind"], build["others"], build["start"], build["end"], build


clientside_callback(
    ClientsideFunction("stress", "build"),
    Output(Stress.BUILD, "data"),
    Input(Stress.BUILD_RUN, "n_clicks"),
    *(State(key, "value") for key in STATED),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "live"),
    *(Input(key, "value") for key in STATED),
    Input(Stress.BUILD, "data"),
    Input(Stress.LAW, "data"),
)
clientside_callback(
    ClientsideFunction("stress", "kind"),
    Output(Stress.BUILD_MOVES, "hidden"),
    Output(Stress.BUILD_DAYS, "hidden"),
    Input(Stress.BUILD_KIND, "value"),
    prevent_initial_call=True,
)
