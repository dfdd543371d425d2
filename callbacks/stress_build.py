"""What does the builder of scenarios do: weigh what was stated, keep it, share it, take a kept one up again?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_stress as present
from callbacks import stress_ask as asking
from callbacks import stress_figures as drawing
from callbacks import stress_typed as typed
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import clear, form
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from callbacks.stress import boxed
from callbacks.tradeoffs_keep import sharing_of, sharing_options
from callbacks.wording import reader_style
from components.card import card, columns
from components.confirm import CLOSED, OPEN
from components.ids import Shell, Stress
from components.stress_builder import INPUTS, NONE, own_list
from services.errors import FieldProblem, InvalidRequest
from services.messages.stress import MOVE_FIELDS, NewOwnScenario, OwnScenarioChanges
from services.messages.stress_report import StressReport, StressWish
from services.stress_library import question_words

WORDS = {
    **{field: (label, key) for (_, key, label, _unit), field in zip(INPUTS, MOVE_FIELDS, strict=True)},
    "start": ("The first day", Stress.START),
    "end": ("The last day", Stress.END),
}
KEEP_WORDS = {
    "name": ("The name", Stress.KEEP_NAME),
    "team_id": ("The team", Stress.KEEP_SHARING),
    "note": ("The note", Stress.KEEP_NOTE),
}
FIELDS = tuple(key for _, key, *_ in INPUTS)


@callback(
    Output(Stress.BUILD_RESULT, "children"),
    Input(Stress.BUILD, "data"),
    Input(Stress.BUILD_TICK, "n_intervals"),
    Input(Stress.VIEW, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@form(Stress.BUILD_ERRORS, WORDS)
def weigh(build: typed.Build, tick: int | None, view: dict[str, str], theme: str | None) -> Any:
    """Show what was stated: what follows, how plausible it is, and what it does to the portfolio."""
    if not view["portfolio"] or typed.is_blank(build):
        return no_update
    wish = StressWish(stated=typed.question_of(build), mode="buy_and_hold")
    answer = services().stress.run(view["portfolio"], wish, actor(), wait_s=asking.WAIT_S)
    found = asking.report(answer, Stress.BUILD_TICK, tick)
    return card(asking.instead(answer, 240)) if found is None else _weighed(found, theme)


def _weighed(found: StressReport, theme: str | None) -> Any:
    one, style = found.results[0], reader_style()
    words = card(present.detail_words(one, found, style), title="What it does")
    if one.total_frac is None:
        return words
    waterfall = boxed(Stress.BUILD_WATERFALL_CHART, "build-waterfall", drawing.of_one("waterfall", found, one, theme))
    if one.plausibility is None:
        return [
            words,
            card(waterfall),
            card(present.compared(one, found, style), title="Beside what happened", flush=True),
        ]
    factors = boxed(Stress.BUILD_FACTORS_CHART, "build-factors", drawing.of_one("factors", found, one, theme))
    return [
        card(present.plausible(one, style), title="How plausible is it?"),
        card(
            present.moves(one, style),
            title="What follows",
            note="Moves that you did not set are expected ones.",
            flush=True,
        ),
        words,
        columns(card(factors), card(waterfall)),
    ]


@callback(
    Output(Stress.OWN, "children"),
    Output(Stress.KEEP, "hidden"),
    Input(Stress.OWN_NEWS, "data"),
    Input(Shell.RESYNC, "data"),
)
def list_own(_news: object, _resync: object) -> tuple[Any, bool]:
    """List the kept scenarios; whoever may not keep any is not offered to."""
    rows = [
        (one.id, one.name, question_words(one.question), one.is_mine) for one in services().stress.own.list(actor())
    ]
    return own_list(rows), not may(Permission.RUNS_WRITE)


@callback(
    *(Output(key, "value") for key in FIELDS),
    Output(Stress.BUILD_KIND, "value"),
    Output(Stress.BUILD_OTHERS, "value"),
    Output(Stress.START, "value"),
    Output(Stress.END, "value"),
    Output(Stress.BUILD, "data", allow_duplicate=True),
    Input(Stress.own_use(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def use_own(_clicks: Any) -> Any:
    """Put a kept scenario into the builder and weigh it."""
    key = pressed_index()
    if key is None:
        return (no_update,) * (len(FIELDS) + 5)
    kept = services().stress.own.get(key, actor())
    build = typed.build_of(kept.question)
    if build is None:
        say(
            f"{kept.name} states single assets or sectors", "Choose it in the library to see what it does.", tone="info"
        )
        return (no_update,) * (len(FIELDS) + 5)
    values = (build[name] for name, *_ in INPUTS)
    return *values, build["kind"], build["others"], build["start"], build["end"], build


@callback(
    Output(Stress.OWN_NEWS, "data"),
    Input(Stress.own_delete(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def delete_own(_clicks: Any) -> Any:
    """Put a kept scenario aside; it can be restored."""
    key = pressed_index()
    if key is None:
        return no_update
    name = services().stress.own.get(key, actor()).name
    services().stress.own.delete(key, actor())
    say(f"{name} is deleted", "It can be restored over the API with all its versions.")
    read_anew("stress scenario deleted")
    return f"deleted:{key}"


@callback(
    Output(Stress.KEEP_DIALOG, "className"),
    Output(Stress.KEEP_AS, "options"),
    Output(Stress.KEEP_SHARING, "options"),
    Output(Stress.KEEP_NAME, "value"),
    Output(Stress.KEEP_NOTE, "value"),
    Input(Stress.KEEP, "n_clicks"),
    prevent_initial_call=True,
)
def ask_for_name(clicks: int | None) -> tuple[Any, ...]:
    """Open the dialog."""
    if not clicks:
        return (no_update,) * 5
    clear(Stress.KEEP_ERRORS, KEEP_WORDS)
    own = [one for one in services().stress.own.list(actor()) if one.is_mine]
    options = [{"value": NONE, "label": "A new scenario"}]
    options += [{"value": one.id, "label": f"A new version of {one.name}"} for one in own]
    return OPEN, options, sharing_options(), "", ""


@callback(
    Output(Stress.KEEP_DIALOG, "className", allow_duplicate=True),
    Input(Stress.KEEP_CONFIRM, "n_clicks"),
    State(Stress.KEEP_AS, "value"),
    State(Stress.KEEP_NAME, "value"),
    State(Stress.KEEP_SHARING, "value"),
    State(Stress.KEEP_NOTE, "value"),
    *(State(key, "value") for key in FIELDS),
    State(Stress.BUILD_KIND, "value"),
    State(Stress.BUILD_OTHERS, "value"),
    State(Stress.START, "value"),
    State(Stress.END, "value"),
    prevent_initial_call=True,
    running=[(Output(Stress.KEEP_CONFIRM, "disabled"), True, False)],
)
@form(Stress.KEEP_ERRORS, KEEP_WORDS)
def keep(clicks: int | None, kept: Any, name: Any, sharing: Any, note: Any, *stated: Any) -> Any:
    """Keep what stands in the builder as a scenario, or as the next version of one."""
    if not clicks:
        return no_update
    build = dict(zip((*(name for name, *_ in INPUTS), "kind", "others", "start", "end"), stated, strict=True))
    made = _kept(typed.question_of(build), kept, name, sharing, note)
    say(f"{made.name} is kept", f"Version {made.version}; it stands in the library among your own.")
    put(Stress.OWN_NEWS, data=f"kept:{made.id}:{made.version}")
    read_anew("stress scenario kept")
    return CLOSED


def _kept(question: Any, kept: str | None, name: Any, sharing: Any, note: Any) -> Any:
    own = services().stress.own
    if kept:
        known = own.get(kept, actor())
        return own.update(
            known.id, OwnScenarioChanges(question=question, note=note or None), actor(), known.row_version
        )
    if not (name or "").strip():
        problem = FieldProblem("name", "The scenario needs a name.", "Write one.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    shared, team_id = sharing_of(sharing)
    return own.create(
        NewOwnScenario(name=name, sharing=shared, team_id=team_id, question=question, note=note or None), actor()
    )


clientside_callback(
    ClientsideFunction("stress", "build"),
    Output(Stress.BUILD, "data"),
    Input(Stress.BUILD_RUN, "n_clicks"),
    *(State(key, "value") for key in FIELDS),
    State(Stress.BUILD_KIND, "value"),
    State(Stress.BUILD_OTHERS, "value"),
    State(Stress.START, "value"),
    State(Stress.END, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "kind"),
    Output(Stress.BUILD_MOVES, "hidden"),
    Output(Stress.BUILD_DAYS, "hidden"),
    Input(Stress.BUILD_KIND, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("run", "close"),
    Output(Stress.KEEP_DIALOG, "className", allow_duplicate=True),
    Input(Stress.KEEP_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
